import { instantOf } from '../kernel/clock.ts';
import type { Id, Project } from '../kernel/model.ts';
import type { Submittal } from '../kernel/model-submittals.ts';
import type { World } from '../kernel/world.ts';
import {
  answerByHand,
  distributeSubmittal,
  reviseSubmittal,
  setSubmittalState,
  writeSubmittal,
} from '../procore/admin/submittals.ts';
import { addResponse, offeredResponses } from '../procore/submittals/responses.ts';
import { addStatus, statusesOf } from '../procore/submittals/statuses.ts';
import type { Built } from './people.ts';
import { acmeSubmittals, borealisSubmittals, type SeededSubmittal } from './submittal-blueprints.ts';

/** Submittals of both companies, in the names of those who wrote and answered them, on the days they did. */
export function seedSubmittals(world: World, acme: Built, borealis: Built): void {
  for (const { companyId, projects } of [acme, borealis]) {
    statusesOf(world, companyId);
    for (const project of projects) offeredResponses(world, project);
  }
  addStatus(world, { companyId: acme.companyId, name: 'With the Architect', status: 'Open' });
  offer(world, acme, 'AC-101', { name: 'Make Corrections Noted', considered: 'approved as noted' });
  offer(world, acme, 'AC-301', { name: 'Reviewed – No Exceptions Taken', considered: 'approved' });
  for (const blueprint of acmeSubmittals) seedOne(world, acme, blueprint);
  for (const blueprint of borealisSubmittals) seedOne(world, borealis, blueprint);
}

function offer(world: World, { projects }: Built, number: string, response: Parameters<typeof addResponse>[3]): void {
  const project = projectNumbered(projects, number);
  const admin = { personId: named(world, 'ada@acme.example'), clientId: null, seq: null };
  addResponse(world, admin, project, response);
}

function seedOne(world: World, { projects, companyId }: Built, blueprint: SeededSubmittal): void {
  const project = projectNumbered(projects, blueprint.project);
  const managerId = named(world, blueprint.manager);
  const draft = statusesOf(world, companyId).find(({ status }) => status === 'Draft');
  const written = writeSubmittal(daysAgo(world, blueprint.daysAgo), {
    projectId: project.id,
    by: managerId,
    number: blueprint.number,
    title: blueprint.title,
    description: blueprint.description ?? null,
    type: 'Product Information',
    private: blueprint.private ?? false,
    managerId,
    distributionIds: (blueprint.distribution ?? []).map((email) => named(world, email)),
    steps: blueprint.steps.map((slots) =>
      slots.map(({ who, ...slot }) => ({ userId: named(world, who), daysToRespond: 10, ...slot })),
    ),
    files: blueprint.files ?? [],
    ...(blueprint.end === 'draft' && draft ? { statusId: draft.id } : {}),
  });
  const answered = seedAnswers(world, written, blueprint);
  if (blueprint.end === 'distributed') distributeSubmittal(daysAgo(world, 1), { id: answered.id, by: managerId });
  if (blueprint.end === 'revised') {
    setSubmittalState(daysAgo(world, 2), { id: answered.id, by: managerId, state: 'Closed' });
    reviseSubmittal(daysAgo(world, 1), { id: answered.id, by: managerId });
  }
}

function seedAnswers(world: World, written: Submittal, { answers = [], daysAgo: age }: SeededSubmittal): Submittal {
  return answers.reduce((submittal, { who, response, comment }, index) => {
    const userId = named(world, who);
    const slot = submittal.approvers.find((one) => one.userId === userId);
    if (!slot) throw new Error(`${who} is not in the workflow of ${written.title}`);
    return answerByHand(daysAgo(world, age - index - 1), { approverId: slot.id, response, comment });
  }, written);
}

/** The same world as it was so many days ago by its own clock. */
function daysAgo(world: World, days: number): World {
  const ms = world.clock.nowMs() - days * 86_400_000;
  return { ...world, clock: { ...world.clock, nowMs: () => ms, instant: () => instantOf(ms) } };
}

function projectNumbered(projects: readonly Project[], number: string): Project {
  const found = projects.find((project) => project.number === number);
  if (!found) throw new Error(`the seed has no project ${number}`);
  return found;
}

function named(world: World, email: string): Id {
  const found = world.people.find((person) => person.email === email);
  if (!found) throw new Error(`the seed has nobody at ${email}`);
  return found.id;
}
