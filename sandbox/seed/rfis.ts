import { instantOf } from '../kernel/clock.ts';
import type { Id, Project } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import { byHand } from '../procore/actor.ts';
import { seedAttachment } from '../procore/files/attachments.ts';
import { createReply, setOfficial } from '../procore/rfis/replies.ts';
import { createRfi, recycleRfi, updateRfi } from '../procore/rfis/rfis.ts';
import { type AcmePerson, acmeRfis, type RfiStory } from './rfi-stories.ts';

/** Ids of RFIs, questions and replies are odd and beyond 2^53, in every company: those that come later too. */
const rfiIdsFrom = '9007199260000001';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * RFIs of Acme's projects, written by the people of the cast under their own rights, days ago by the sandbox's clock. The ledger has
 * their whole history, as if they had worked on them by hand.
 */
export function seedRfis(world: World, companyId: Id): void {
  world.sequences.put({ name: 'rfis', next: rfiIdsFrom, step: 2 });
  const people = peopleOf(world, companyId);
  const idOf = (person: AcmePerson): Id => people.get(person) ?? '0';
  for (const story of acmeRfis) {
    const project = world.projects.find((one) => one.companyId === companyId && one.number === story.project);
    if (project) tell(world, project, story, idOf);
  }
}

/** People of a company by the first part of their mail address. */
function peopleOf(world: World, companyId: Id): Map<string, Id> {
  const users = world.companyUsers.filter((user) => user.companyId === companyId);
  return new Map(users.map(({ personId }) => [world.people.get(personId)?.email.split('@')[0] ?? '', personId]));
}

/** Lives through one RFI: asked at nine in the morning UTC, an hour from step to step. */
function tell(world: World, project: Project, story: RfiStory, idOf: (person: AcmePerson) => Id): void {
  const askedMs = Math.floor(world.clock.nowMs() / dayMs) * dayMs - story.daysAgo * dayMs + 9 * hourMs;
  const ids = (people: readonly AcmePerson[] = []): Id[] => people.map(idOf);
  let steps = 0;
  const then = (): World => at(world, askedMs + steps++ * hourMs);
  const creator = byHand(idOf(story.by));
  const attach = () => (story.files ?? []).map((file) => seedAttachment(world, { projectId: project.id, ...file }));
  const fields = {
    subject: story.subject,
    body: story.question,
    managerId: idOf(story.manager),
    ...(story.assignees ? { assigneeIds: ids(story.assignees), requiredAssigneeIds: ids(story.required) } : {}),
    distributionIds: ids(story.distribution),
    private: story.private ?? false,
    draft: story.draft ?? false,
    ...(story.dueInDays === undefined ? {} : { dueDate: instantOf(askedMs + story.dueInDays * dayMs).slice(0, 10) }),
  };
  const rfi = createRfi(then(), creator, project, fields, attach);
  const current = () => world.rfis.get(rfi.id) ?? rfi;
  const manager = byHand(idOf(story.manager));
  for (const { by, body, official = false } of story.answers ?? []) {
    const reply = createReply(then(), byHand(idOf(by)), current(), { body });
    if (official) setOfficial(then(), manager, current(), reply, official);
  }
  if (story.end === 'closed') updateRfi(then(), manager, current(), { accepted: true });
  if (story.end === 'recycled') recycleRfi(then(), manager, current());
}

/** The same world at another time. */
function at(world: World, ms: number): World {
  return { ...world, clock: { ...world.clock, nowMs: () => ms, instant: () => instantOf(ms) } };
}
