import type { Project } from '../../kernel/model.ts';
import type { Attachment } from '../../kernel/model-files.ts';
import type { Rfi } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { readDay } from '../daily-log/dates.ts';
import { onlyGiven } from '../given.ts';
import { badRequest, forbidden, missing } from '../refusal.ts';
import { afterChangeOfPeople, withAssignees, withCreator, withManager, withNobody } from './ball.ts';
import { storedBody } from './bodies.ts';
import type { RfiFields } from './fields.ts';
import { checkPeople, refused, requiredOf } from './people.ts';
import { mintRfiId, nextNumber, projectOf, saveRfi, touched } from './records.ts';
import { mayBeManager, mayManage, memberOf } from './rights.ts';

/** Takes files for a record, once it is sure that the record will be there. */
export type Attach = () => readonly Attachment[];
export const nothingAttached: Attach = () => [];

/** Fields that only an admin, or whoever may act as the manager, sets on a new RFI and on one that is there [oas]. */
const managersOnNew = ['dueDate', 'assigneeIds', 'requiredAssigneeIds'] as const;
const managersOnOld = [...managersOnNew, 'managerId', 'draft', 'accepted'] as const;

/** Makes an RFI: open by those who may open one, a draft by everybody else [sup]. The same call twice makes two. */
export function createRfi(world: World, actor: Actor, project: Project, given: RfiFields, attach = nothingAttached): Rfi {
  const member = memberOf(world, project, actor.personId);
  const opens = mayBeManager(member);
  if (!member.writes && !opens) throw forbidden();
  const fields = opens ? given : withoutManagers(world, given, managersOnNew);
  if (!fields.subject) throw missing('subject');
  if (!fields.managerId) throw missing('rfi_manager_id');
  if (!fields.body) throw missing('question.body');
  checkPeople(world, project, fields);
  const draft = changed(world, blank(world, actor, project, { ...fields, managerId: fields.managerId }), fields);
  const row = opens && fields.draft !== true ? opened(world, project, draft) : { ...draft, ball: withCreator(draft) };
  const id = mintRfiId(world, project.companyId);
  const question = { ...row.question, id: mintRfiId(world, project.companyId), attachments: attach() };
  return saveRfi(world, actor, 'create', { ...row, id, question });
}

/**
 * Changes what is given: people, texts, draft to open, open to closed and back. Admins and the manager change any; others their own
 * draft [sup]. `accepted` closes and opens again [oas]; an official answer alone never does [sbx].
 */
export function updateRfi(world: World, actor: Actor, rfi: Rfi, given: RfiFields, attach = nothingAttached): Rfi {
  const project = projectOf(world, rfi);
  const member = memberOf(world, project, actor.personId);
  const manages = mayManage(member, rfi);
  if (!manages && !(member.writes && rfi.state === 'draft' && rfi.creatorId === member.id)) throw forbidden();
  const fields = manages ? given : withoutManagers(world, given, managersOnOld);
  checkPeople(world, project, fields);
  if (fields.draft === true && rfi.state !== 'draft') throw refused('draft', 'can only be changed on a draft');
  if (fields.accepted === true && rfi.state === 'draft' && fields.draft !== false) throw refused('accepted', 'is a draft');
  const edited = changed(world, rfi, fields);
  const ready = fields.draft === false && rfi.state === 'draft' ? opened(world, project, edited) : edited;
  const row = touched(world, accepted(world, ready, fields.accepted));
  const question = { ...row.question, attachments: [...row.question.attachments, ...attach()] };
  return saveRfi(world, actor, 'update', { ...row, question });
}

/** What somebody may not set is refused, or left out without a word, by switch. */
function withoutManagers(world: World, given: RfiFields, names: readonly (keyof RfiFields)[]): RfiFields {
  const sent = names.filter((name) => given[name] !== undefined && !isOwnWish(given, name));
  if (sent.length > 0 && world.switches.get('rfiAdminFields') === 'refuse-403') throw forbidden();
  return { ...given, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}

/** "It is a draft" asks for nothing that an admin must give. */
const isOwnWish = (given: RfiFields, name: keyof RfiFields): boolean => name === 'draft' && given.draft === true;

function blank(world: World, actor: Actor, project: Project, { managerId, body = '' }: RfiFields & { managerId: string }): Rfi {
  const now = world.clock.instant();
  return {
    id: '',
    companyId: project.companyId,
    projectId: project.id,
    number: null,
    subject: '',
    reference: null,
    state: 'draft',
    private: false,
    dueDate: null,
    creatorId: actor.personId,
    managerId,
    receivedFromId: null,
    responsibleContractorId: null,
    locationId: null,
    drawingNumber: null,
    assigneeIds: [],
    requiredAssigneeIds: [],
    distributionIds: [],
    ball: withNobody,
    question: { id: '', askedAt: now, authorId: actor.personId, body: storedBody(world, body), attachments: [] },
    initiatedAt: null,
    resolvedAt: null,
    recycledAt: null,
    clientId: actor.clientId,
    createdAt: now,
    updatedAt: now,
  };
}

function changed(world: World, rfi: Rfi, fields: RfiFields): Rfi {
  const { subject, reference, number, distributionIds, receivedFromId, responsibleContractorId, locationId, drawingNumber } =
    fields;
  const assigneeIds = fields.assigneeIds ?? rfi.assigneeIds;
  if (rfi.state === 'open' && assigneeIds.length === 0) throw refused('assignees', 'required');
  const row: Rfi = {
    ...rfi,
    ...onlyGiven({ subject, reference, distributionIds, receivedFromId, responsibleContractorId, locationId, drawingNumber }),
    ...onlyGiven({ private: fields.private }),
    ...(number ? { number } : {}),
    ...(fields.managerId ? { managerId: fields.managerId } : {}),
    ...(fields.dueDate === undefined ? {} : { dueDate: readDay(fields.dueDate) }),
    ...(fields.body === undefined ? {} : { question: { ...rfi.question, body: storedBody(world, fields.body) } }),
    assigneeIds,
    requiredAssigneeIds: requiredOf(fields, assigneeIds, rfi.requiredAssigneeIds),
  };
  return { ...row, ball: afterChangeOfPeople(row) };
}

/** A draft is opened: it needs assignees, who get the ball, and gets a number. */
function opened(world: World, project: Project, rfi: Rfi): Rfi {
  if (rfi.assigneeIds.length === 0) throw refused('assignees', 'required');
  const number = rfi.number ?? nextNumber(world, project);
  return { ...rfi, state: 'open', number, initiatedAt: world.clock.instant(), ball: withAssignees(rfi) };
}

function accepted(world: World, rfi: Rfi, wanted: boolean | undefined): Rfi {
  if (wanted === true && rfi.state === 'open')
    return { ...rfi, state: 'closed', resolvedAt: world.clock.instant(), ball: withNobody };
  if (wanted !== false || rfi.state !== 'closed') return rfi;
  const ball = world.switches.get('ballOnReopen') === 'manager' ? withManager(rfi) : withAssignees(rfi);
  return { ...rfi, state: 'open', resolvedAt: null, ball };
}

/** Puts an RFI into the recycle bin; it keeps its state underneath [sup]. */
export function recycleRfi(world: World, actor: Actor, rfi: Rfi): Rfi {
  needManaging(world, actor, rfi);
  return saveRfi(world, actor, 'update', touched(world, { ...rfi, recycledAt: world.clock.instant() }));
}

/** Takes an RFI out of the recycle bin again. */
export function retrieveRfi(world: World, actor: Actor, rfi: Rfi): Rfi {
  needManaging(world, actor, rfi);
  if (rfi.recycledAt === null) throw badRequest('This RFI is not in the recycle bin.');
  return saveRfi(world, actor, 'update', touched(world, { ...rfi, recycledAt: null }));
}

function needManaging(world: World, actor: Actor, rfi: Rfi): void {
  if (!mayManage(memberOf(world, projectOf(world, rfi), actor.personId), rfi)) throw forbidden();
}
