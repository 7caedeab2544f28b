import type { DatedProjectList, ListedProject, ProjectChoice } from '../../../domain/projects.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { findProjects, listProjects } from '../../../procore/operations/projects.ts';
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
  const own = await listProjects(client, 'active');
  const wanted = wantedOf(choice, list);
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
  const beyond = own.filter(({ id }) => !wanted.some((project) => project.id === id));
  const warnings = [
    ...(future.warning ? [future.warning] : []),
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

/** A chosen id that the list does not hold stays wanted: it may have come after the list was taken. */
function wantedOf(choice: ProjectChoice, list: DatedProjectList): readonly Pick<ListedProject, 'id' | 'name'>[] {
  const active = list.projects.filter((project) => project.active);
  switch (choice.existing) {
    case 'all':
      return active;
    case 'none':
      return [];
    case 'chosen':
      return [...new Set(choice.chosen)]
        .filter((id) => !list.projects.some((project) => project.id === id && !project.active))
        .map((id) => active.find((project) => project.id === id) ?? { id, name: `project ${id}` });
  }
}

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

async function futureProjects(context: CheckContext, choice: ProjectChoice): Promise<Future> {
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
