import { z } from 'zod';
import { approverTypes, considerations, statusKinds } from '../kernel/model-submittals.ts';
import type { World } from '../kernel/world.ts';
import {
  addApprover,
  addSubmittalStatus,
  answerByHand,
  binSubmittal,
  distributeSubmittal,
  editSubmittal,
  offerResponse,
  replaceApprover,
  retrieveSubmittal,
  reviseSubmittal,
  setSubmittalState,
  withdrawResponse,
  writeSubmittal,
} from '../procore/admin/submittals.ts';
import { type Verb, verb } from './admin.ts';
import { dayField, idField, personField, personIdOf, withPeople } from './fields.ts';

const by = personField.exactOptional();
const text = z.string().nullable().exactOptional();
const day = dayField.nullable().exactOptional();
const people = z.array(personField).exactOptional();
const files = z
  .array(z.strictObject({ filename: z.string().min(1), contentType: z.string().min(1), size: z.int().min(0) }))
  .exactOptional()
  .meta({ description: 'Files of so many bytes, made up.' });
const slot = z.strictObject({
  person: personField,
  type: z.enum(approverTypes).exactOptional(),
  required: z.boolean().exactOptional(),
  daysToRespond: z.int().min(0).exactOptional(),
  dueDate: day,
  slotId: idField.exactOptional().meta({ description: 'The slot it stands for already, which keeps its answer.' }),
});
const fields = {
  title: z.string().exactOptional(),
  description: text,
  type: text,
  private: z.boolean().exactOptional(),
  statusId: idField.exactOptional(),
  manager: personField.exactOptional(),
  distribution: people,
  dueDate: day,
  steps: z.array(z.array(slot).min(1)).exactOptional().meta({ description: 'The workflow: one list of slots a step.' }),
};
const fieldsSchema = z.object(fields);
const on = { id: idField, by };

/** What is said of a submittal, with the people by their ids. */
function fieldsOf(world: World, body: unknown) {
  const { manager, distribution, steps, ...plain } = fieldsSchema.parse(body);
  return {
    ...plain,
    ...(manager === undefined ? {} : { managerId: personIdOf(world, manager) }),
    ...(distribution && { distributionIds: distribution.map((person) => personIdOf(world, person)) }),
    ...(steps && {
      steps: steps.map((slots) => slots.map(({ person, ...planned }) => ({ ...planned, userId: personIdOf(world, person) }))),
    }),
  };
}

/** Who does it. */
const whose = (world: World, { by: person }: { by?: string }): { by?: string } =>
  person === undefined ? {} : { by: personIdOf(world, person) };

const created = z.strictObject({ projectId: idField, by, number: z.string().min(1), files, ...fields });
const edited = z.strictObject({ ...on, number: z.string().min(1).exactOptional(), files, ...fields });
const answered = z.strictObject({
  approverId: idField,
  by: personField.exactOptional().meta({ description: 'Who answers, if not the person of the slot: an Admin.' }),
  response: z.string().min(1).meta({ description: 'By its name in this project, e.g. "Approved as Noted".' }),
  comment: z.string().exactOptional(),
  files,
  forwardTo: personField.exactOptional(),
  sendEmails: z.boolean().exactOptional(),
});
const replaced = z.strictObject({ approverId: idField, by, personId: personField });
const added = z.strictObject({ ...on, personId: personField, step: z.int().min(1), required: z.boolean().exactOptional() });
const distributed = z.strictObject({
  ...on,
  message: text,
  recipients: people.meta({ description: 'By default the distribution list.' }),
  approverIds: z.array(idField).exactOptional(),
});
const offered = z.strictObject({ projectId: idField, by, name: z.string().min(1), considered: z.enum(considerations) });
const withdrawn = z.strictObject({ projectId: idField, by, name: z.string().min(1) });
const status = z.strictObject({ companyId: idField, name: z.string().min(1), status: z.enum(statusKinds) });
const oneOf = z.strictObject(on);

/** Submittals, by the hand of an Admin or of somebody in the workflow. */
export const submittalVerbs: readonly Verb[] = [
  verb('submittals', 'create', 'Writes a submittal with its workflow.', created, (world, body) => {
    const { projectId, number, files: given } = body;
    const said = { ...fieldsOf(world, body), ...(given && { files: given }) };
    return writeSubmittal(world, { projectId, number, ...whose(world, body), ...said });
  }),
  verb('submittals', 'edit', 'Changes a submittal; `steps` replace its workflow.', edited, (world, body) => {
    const { id, number, files: given } = body;
    const said = { ...fieldsOf(world, body), ...(number === undefined ? {} : { number }), ...(given && { files: given }) };
    return editSubmittal(world, { id, ...whose(world, body), ...said });
  }),
  verb('submittals', 'respond', 'Answers in a slot, as its person or as an Admin in their place.', answered, (world, body) => {
    const { forwardTo, ...rest } = withPeople(world, body);
    return answerByHand(world, { ...rest, ...(forwardTo === undefined ? {} : { forwardTo: personIdOf(world, forwardTo) }) });
  }),
  verb('submittals', 'replace-approver', 'Puts somebody else into a slot.', replaced, (world, body) =>
    replaceApprover(world, withPeople(world, body)),
  ),
  verb('submittals', 'add-approver', 'Gives somebody one more slot, also who has one.', added, (world, body) =>
    addApprover(world, withPeople(world, body)),
  ),
  verb('submittals', 'revise', 'Makes the next revision.', z.strictObject({ ...on, ...fields }), (world, body) =>
    reviseSubmittal(world, { id: body.id, ...whose(world, body), ...fieldsOf(world, body) }),
  ),
  verb('submittals', 'close', 'Closes a submittal without sending it out.', oneOf, (world, body) =>
    setSubmittalState(world, { ...withPeople(world, body), state: 'Closed' }),
  ),
  verb('submittals', 'reopen', 'Opens a submittal again.', oneOf, (world, body) =>
    setSubmittalState(world, { ...withPeople(world, body), state: 'Open' }),
  ),
  verb('submittals', 'distribute', 'Closes a submittal and sends the result out.', distributed, (world, body) => {
    const { recipients, ...rest } = withPeople(world, body);
    return distributeSubmittal(world, {
      ...rest,
      ...(recipients && { recipientIds: recipients.map((person) => personIdOf(world, person)) }),
    });
  }),
  verb('submittals', 'delete', 'Puts a submittal into the recycle bin.', oneOf, (world, body) =>
    binSubmittal(world, withPeople(world, body)),
  ),
  verb('submittals', 'restore', 'Takes a submittal out of the recycle bin.', oneOf, (world, body) =>
    retrieveSubmittal(world, withPeople(world, body)),
  ),
  verb('submittals', 'add-response', 'Offers one more response in a project.', offered, (world, body) =>
    offerResponse(world, withPeople(world, body)),
  ),
  verb('submittals', 'remove-response', 'Offers a response no longer.', withdrawn, (world, body) =>
    withdrawResponse(world, withPeople(world, body)),
  ),
  verb('submittals', 'add-status', 'Gives the company one more name for Draft, Open or Closed.', status, (world, body) =>
    addSubmittalStatus(world, body),
  ),
];
