import { coverage, type DatedChoice, type DatedProjectList, type ListedProject } from '../../../domain/projects.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { findProjects } from '../../../procore/operations/projects.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import { guide } from '../settings.ts';
import { count, dayInWords, someOf, stuck, waiting } from './words.ts';

/**
 * The projects the admin chose, compared with those the sync user is on: the admin's own list, dated, is the measure, since the sync
 * user sees only its own. Inactive projects do not count. Future projects are proven by the user's own flag.
 */
export const assignProjects: Check = async (context) => {
  const { projectChoice: choice } = context.connection;
  const list = context.adminProjects;
  if (choice === null || list === null) return chooseFirst(list);
  const client = await context.boundService();
  const own = await context.activeProjects();
  const covers = coverage(choice, list);
  const known = new Set([...list.projects, ...own].map(({ id }) => id));
  const unknown = choice.existing === 'chosen' ? choice.chosen.filter((id) => !known.has(id)) : [];
  if (unknown.length > 0) return chooseKnown(list, unknown);
  const wanted = [...list.projects.filter(({ id, active }) => active && covers(id)), ...cameLater(choice, list, own)];
  const absent = wanted.filter(({ id }) => !own.some((project) => project.id === id));
  const closed =
    absent.length > 0
      ? (
          await findProjects(
            client,
            absent.map(({ id }) => id),
          )
        ).filter(({ active }) => !active)
      : [];
  const missing = absent.filter(({ id }) => !closed.some((project) => project.id === id));
  const counted = wanted.length - closed.length;
  if (missing.length > 0) return notOnAll(context, list, missing, counted);
  const future = await futureProjects(context, choice);
  if (future.result) return future.result;
  const evidence = {
    projects: `${counted} of ${count(counted, 'project')}`,
    choice: choice.existing,
    comparedWith: dayInWords(list.capturedAt),
    future: future.says,
  };
  const beyond = own.filter(({ id }) => !covers(id));
  const inactive = list.projects.filter(({ id, active }) => !active && choice.chosen.includes(id));
  const warnings = [
    ...(future.warning ? [future.warning] : []),
    ...(inactive.length > 0
      ? [`Inactive in Procore, and left out until they are active: ${someOf(inactive.map(({ name }) => name))}.`]
      : []),
    ...(beyond.length > 0
      ? [
          `${nameOf(context)} is on ${count(beyond.length, 'project')} that you did not choose: ${someOf(beyond.map(({ name }) => name))}.`,
        ]
      : []),
  ];
  return met(evidence, {}, warnings);
};

const nameOf = (context: CheckContext): string => context.connection.syncUserName ?? 'The sync user';

const chooseFirst = (list: DatedProjectList | null): CheckResult =>
  waiting('admin', {
    seen: list
      ? `Your list of ${dayInWords(list.capturedAt)} holds ${count(list.projects.filter(({ active }) => active).length, 'active project')}; none is chosen yet.`
      : 'The list of your projects was not read yet: it is taken when an admin signs in.',
    needed: 'Choose which projects are connected: all, only these, or none of the existing ones; and whether future ones are.',
    where: 'On this page: Projects.',
  });

/** Chosen before the list was taken, and not on it: nobody could judge it then. */
const chooseKnown = (list: DatedProjectList, unknown: readonly string[]): CheckResult =>
  waiting('admin', {
    seen: `Your list of ${dayInWords(list.capturedAt)} does not hold ${count(unknown.length, 'chosen project')}: ${someOf(unknown)}.`,
    needed: 'Projects of that list. Where they came after that day, an admin signs in once more: the list is taken anew then.',
    where: 'On this page: Projects → compare again.',
  });

/** Chosen projects that came after the list was taken: the sync user sees them. */
const cameLater = (choice: DatedChoice, list: DatedProjectList, own: readonly ListedProject[]): readonly ListedProject[] =>
  choice.existing === 'chosen'
    ? own.filter(({ id }) => choice.chosen.includes(id) && !list.projects.some((project) => project.id === id))
    : [];

function notOnAll(
  context: CheckContext,
  list: DatedProjectList,
  missing: readonly Pick<ListedProject, 'name'>[],
  counted: number,
): CheckResult {
  return stuck('project-not-permitted', 'admin', {
    seen: `${nameOf(context)} is on ${counted - missing.length} of ${count(counted, 'project')}. Missing: ${someOf(missing.map(({ name }) => name))}. Compared with your list of ${dayInWords(list.capturedAt)}.`,
    needed: 'It is on every project you chose.',
    where: `In Procore: Company Tools → Directory → ${nameOf(context)} → Projects → Add, with ${guide.projectTemplate}.`,
  });
}

interface Future {
  readonly says: string;
  readonly warning?: string;
  readonly result?: CheckResult;
}

async function futureProjects(context: CheckContext, choice: DatedChoice): Promise<Future> {
  if (!choice.future) return { says: 'not chosen' };
  const { addToNewProjects } = await getCompanyMe(await context.boundService());
  if (addToNewProjects === true) return { says: 'added by Procore' };
  // Procore leaves the field out of some answers: unknown is not "no".
  if (addToNewProjects === null) {
    return {
      says: 'unknown',
      warning: 'Procore does not say whether new projects get the sync user; look at "Add to all new projects".',
    };
  }
  return {
    says: 'not added',
    result: stuck('project-not-permitted', 'admin', {
      seen: `${nameOf(context)} is not added to new projects.`,
      needed: 'You chose future projects: the box "Add user to all new projects" is ticked.',
      where: `In Procore: Company Tools → Directory → ${nameOf(context)} → Permissions → Add user to all new projects.`,
    }),
  };
}
