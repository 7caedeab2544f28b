import { z } from 'zod';
import type { World } from '../kernel/world.ts';
import {
  advanceBallByHand,
  answerByEmail,
  answerByHand,
  answerForAnother,
  closeRfiByHand,
  createRfiByHand,
  deleteAnswerByHand,
  editRfiByHand,
  forwardRfiByHand,
  recycleRfiByHand,
  reopenRfiByHand,
  retrieveRfiByHand,
  setOfficialByHand,
} from '../procore/admin/rfis.ts';
import { onlyGiven } from '../procore/given.ts';
import type { RfiFields } from '../procore/rfis/fields.ts';
import { type Verb, verb } from './admin.ts';
import { dayField, idField, personField, personIdOf, withPeople } from './fields.ts';

const by = personField.exactOptional();
const people = z.array(personField).exactOptional();
const flag = z.boolean().exactOptional();
const text = z.string().min(1);
const file = z.strictObject({ filename: text, contentType: text, size: z.int().min(0).meta({ description: 'Bytes, made up.' }) });
const files = z.array(file).exactOptional();

const fields = {
  number: text.exactOptional(),
  private: flag,
  draft: flag,
  dueDate: dayField.nullable().exactOptional(),
  assignees: people,
  requiredAssignees: people.meta({ description: 'Of the assignees, those whose answer the ball waits for.' }),
  distribution: people,
};
const created = z.strictObject({
  projectId: idField,
  by: personField,
  subject: text,
  body: text.meta({ description: 'The question.' }),
  manager: by.meta({ description: 'The RFI manager; whoever creates it where absent.' }),
  ...fields,
  files,
  answers: z
    .array(z.strictObject({ by: personField, body: text, official: flag }))
    .default([])
    .meta({ description: 'Given at once, by these people; official by the word of whoever creates the RFI.' }),
});
const edited = z.strictObject({
  id: idField,
  by,
  subject: text.exactOptional(),
  body: text.exactOptional(),
  manager: by,
  ...fields,
});
const one = z.strictObject({ id: idField, by });
const answer = z.strictObject({ id: idField, by: personField, body: text, official: flag, files });

interface NamedPeople {
  manager?: string;
  assignees?: string[];
  requiredAssignees?: string[];
  distribution?: string[];
}

/** The people of an RFI, named in a body, by their ids. */
function peopleIn(world: World, { manager, assignees, requiredAssignees, distribution }: NamedPeople): RfiFields {
  const ids = (named: string[] | undefined) => named?.map((person) => personIdOf(world, person));
  return {
    ...(manager === undefined ? {} : { managerId: personIdOf(world, manager) }),
    assigneeIds: ids(assignees),
    requiredAssigneeIds: ids(requiredAssignees),
    distributionIds: ids(distribution),
  };
}

function create(world: World, body: z.output<typeof created>) {
  const { projectId, by: writer, files: hung, answers, manager, assignees, requiredAssignees, distribution, ...plain } = body;
  const creator = personIdOf(world, writer);
  const named = peopleIn(world, { manager: manager ?? creator, ...onlyGiven({ assignees, requiredAssignees, distribution }) });
  const rfi = createRfiByHand(world, { projectId, by: creator, files: hung }, { ...plain, ...named });
  for (const { by: author, body: said, official = false } of answers) {
    const reply = answerByHand(world, { id: rfi.id, by: personIdOf(world, author), body: said });
    if (official) setOfficialByHand(world, { id: reply.id, by: creator, official });
  }
  return world.rfis.get(rfi.id);
}

function edit(world: World, body: z.output<typeof edited>) {
  const { id, by: editor, manager, assignees, requiredAssignees, distribution, ...plain } = body;
  const named = peopleIn(world, onlyGiven({ manager, assignees, requiredAssignees, distribution }));
  return editRfiByHand(world, withPeople(world, { id, ...onlyGiven({ by: editor }) }), { ...plain, ...named });
}

/** RFIs, as people work on them in Procore's own screens and by mail. */
export const rfiVerbs: readonly Verb[] = [
  verb('rfis', 'create', 'A person writes an RFI, with answers of others if wanted.', created, create),
  verb('rfis', 'edit', 'Changes texts, people, due date; `draft: false` opens a draft.', edited, edit),
  verb('rfis', 'close', 'Closes an RFI.', one, (world, body) => closeRfiByHand(world, withPeople(world, body))),
  verb('rfis', 'reopen', 'Opens a closed RFI again.', one, (world, body) => reopenRfiByHand(world, withPeople(world, body))),
  verb('rfis', 'recycle', 'Puts an RFI into the recycle bin.', one, (world, body) =>
    recycleRfiByHand(world, withPeople(world, body)),
  ),
  verb('rfis', 'retrieve', 'Takes an RFI out of the recycle bin.', one, (world, body) =>
    retrieveRfiByHand(world, withPeople(world, body)),
  ),
  verb('rfis', 'move-ball', 'Gives the ball to the other side, assignees or manager.', one, (world, body) =>
    advanceBallByHand(world, withPeople(world, body)),
  ),
  verb(
    'rfis',
    'forward',
    'An assignee who has the ball asks another person for a review.',
    z.strictObject({ id: idField, by: personField, to: personField }),
    (world, { to, ...body }) => forwardRfiByHand(world, { ...withPeople(world, body), to: personIdOf(world, to) }),
  ),
  verb('rfis', 'answer', 'A person answers in the screens.', answer, (world, body) =>
    answerByHand(world, withPeople(world, body)),
  ),
  verb(
    'rfis',
    'answer-by-email',
    'A person answers the mail about an RFI.',
    z.strictObject({ id: idField, by: personField, body: text }),
    (world, body) => answerByEmail(world, withPeople(world, body)),
  ),
  verb(
    'rfis',
    'answer-for',
    'An admin enters the answer of somebody else, whose it then is.',
    z.strictObject({ id: idField, by, of: personField, body: text, official: flag }),
    (world, { of, ...body }) => answerForAnother(world, { ...withPeople(world, body), of: personIdOf(world, of) }),
  ),
  verb(
    'rfis',
    'set-official',
    'Marks an answer official, or no longer; `id` is of the answer.',
    z.strictObject({ id: idField, by, official: z.boolean() }),
    (world, body) => setOfficialByHand(world, withPeople(world, body)),
  ),
  verb('rfis', 'delete-answer', 'Deletes an answer; `id` is of the answer.', one, (world, body) =>
    deleteAnswerByHand(world, withPeople(world, body)),
  ),
];
