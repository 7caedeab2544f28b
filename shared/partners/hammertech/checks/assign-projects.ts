import {
  coverage,
  type DatedChoice,
  type DatedProjectList,
  type ListedProject,
  type SeenProject,
} from '../../../domain/projects.ts';
import { findProjects } from '../../../procore/operations/projects.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import { count, dayInWords, nameOf, someOf, stuck, waiting } from '../../words.ts';
import { kindOf } from '../credential-kinds/index.ts';
import { futureProjects } from './future-projects.ts';

/**
 * Compares the projects the admin chose with those the sync user is on. The reference is the admin's own list, dated, since the
 * sync user sees only its own. Inactive projects do not count. While the number grows somebody is adding it: the check waits.
 */
export const assignProjects: Check = async (context) => {
  const { projectChoice: choice } = context.connection;
  const list = context.adminProjects;
  if (choice === null || list === null) return chooseFirst(list);
  const own = await context.activeProjects();
  const covers = coverage(choice, list);
  const known = new Set([...list.projects, ...own].map(({ id }) => id));
  const unknown = choice.existing === 'chosen' ? choice.chosen.filter((id) => !known.has(id)) : [];
  if (unknown.length > 0) return chooseKnown(list, unknown);
  const wanted = [...list.projects.filter(({ id, active }) => active && covers(id)), ...cameLater(choice, list, own)];
  const { missing, counted } = await missingOf(context, wanted, own);
  const onProjects = counted - missing.length;
  if (missing.length > 0) return notOnAll(context, list, missing, counted);
  const future = await futureProjects(context, choice, list, own);
  if (future.outcome) return { outcome: future.outcome, keep: { onProjects } };
  const evidence = {
    projects: `${counted} of ${count(counted, 'project')}`,
    choice: choice.existing,
    comparedWith: dayInWords(list.capturedAt),
    ...future.evidence,
  };
  return met(evidence, { onProjects }, [...future.warnings, ...besideTheChoice(context, choice, list, own)]);
};

interface Missing {
  readonly missing: readonly Pick<ListedProject, 'name'>[];
  /** How many of the wanted projects count: those still active. */
  readonly counted: number;
}

/** Wanted projects that the sync user is not on, without those made inactive meanwhile. */
async function missingOf(
  context: CheckContext,
  wanted: readonly (SeenProject | ListedProject)[],
  own: readonly ListedProject[],
): Promise<Missing> {
  const absent = wanted.filter(({ id }) => !own.some((project) => project.id === id));
  if (absent.length === 0) return { missing: [], counted: wanted.length };
  const found = await findProjects(
    await context.boundService(),
    absent.map(({ id }) => id),
  );
  const closed = new Set(found.flatMap(({ id, active }) => (active ? [] : [id])));
  return { missing: absent.filter(({ id }) => !closed.has(id)), counted: wanted.length - closed.size };
}

const chooseFirst = (list: DatedProjectList | null): CheckResult =>
  waiting('admin', {
    seen: list
      ? `Your list of ${dayInWords(list.capturedAt)} holds ${count(list.projects.filter(({ active }) => active).length, 'active project')}; none is chosen yet.`
      : 'The list of your projects was not read yet: it is taken when an admin signs in.',
    needed: 'Choose which projects are connected: all, only these, or none of the existing ones; and whether future ones are.',
    where: 'On this page: Projects.',
  });

/** Chosen before the list was taken, and not on it: nobody could check the choice then. */
const chooseKnown = (list: DatedProjectList, unknown: readonly string[]): CheckResult =>
  waiting('admin', {
    seen: `Your list of ${dayInWords(list.capturedAt)} does not hold ${count(unknown.length, 'chosen project')}: ${someOf(unknown)}.`,
    needed: 'Projects of that list. Where they came after that day, an admin signs in once more: the list is taken anew then.',
    where: 'On this page: Projects → compare again.',
  });

/** Chosen projects that were created after the list was taken: the sync user sees them. */
const cameLater = (choice: DatedChoice, list: DatedProjectList, own: readonly ListedProject[]): readonly ListedProject[] =>
  choice.existing === 'chosen'
    ? own.filter(({ id }) => choice.chosen.includes(id) && !list.projects.some((project) => project.id === id))
    : [];

/** Procore takes minutes to add a user to hundreds of projects: a number that grew within this time may still be growing. */
const addingMs = 60_000;

function notOnAll(
  context: CheckContext,
  list: DatedProjectList,
  missing: readonly Pick<ListedProject, 'name'>[],
  counted: number,
): CheckResult {
  const on = counted - missing.length;
  const keep = { onProjects: on };
  const names = `Missing: ${someOf(missing.map(({ name }) => name))}. Compared with your list of ${dayInWords(list.capturedAt)}.`;
  if (isAdding(list, on)) {
    return waiting(
      'procore',
      {
        seen: `${nameOf(context)} is being added to the projects: adding, ${on} of ${counted}.`,
        needed: `Nothing while the number grows. ${names}`,
        where: 'Nothing to do; it is looked at again by itself.',
      },
      keep,
    );
  }
  return stuck(
    'project-not-permitted',
    'admin',
    {
      seen: `${nameOf(context)} is on ${on} of ${count(counted, 'project')}. ${names}`,
      needed: 'It is on every project you chose. If the list itself is out of date, compare again: an admin signs in once more.',
      where: kindOf(context).projectsAt(nameOf(context)),
    },
    keep,
  );
}

function isAdding({ progress }: DatedProjectList, on: number): boolean {
  if (!progress) return false;
  return on > progress.on || (progress.grewAt !== null && Date.now() - Date.parse(progress.grewAt) < addingMs);
}

/** Warnings only: chosen projects that are inactive now, and projects beyond the choice that the sync user is on. */
function besideTheChoice(
  context: CheckContext,
  choice: DatedChoice,
  list: DatedProjectList,
  own: readonly ListedProject[],
): readonly string[] {
  const covers = coverage(choice, list);
  const beyond = own.filter(({ id }) => !covers(id));
  const inactive = list.projects.filter(({ id, active }) => !active && choice.chosen.includes(id));
  return [
    ...(inactive.length > 0
      ? [`Inactive in Procore, and left out until they are active: ${someOf(inactive.map(({ name }) => name))}.`]
      : []),
    ...(beyond.length > 0
      ? [
          `${nameOf(context)} is on ${count(beyond.length, 'project')} that you did not choose: ${someOf(beyond.map(({ name }) => name))}.`,
        ]
      : []),
  ];
}
