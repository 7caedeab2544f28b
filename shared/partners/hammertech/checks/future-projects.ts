import { coverage, type DatedChoice, type DatedProjectList, type ListedProject } from '../../../domain/projects.ts';
import type { Evidence, Outcome } from '../../../domain/steps.ts';
import { clipped } from '../../../domain/texts.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import type { CheckContext } from '../../contract.ts';
import { dayInWords, nameOf, someOf, stuck } from '../../words.ts';
import { kindOf } from '../credential-kinds/index.ts';

export interface FutureVerdict {
  readonly evidence: Evidence;
  readonly warnings: readonly string[];
  /** The outcome if this blocks; undefined: it does not. */
  readonly outcome?: Outcome;
}

const says = (future: string, ...warnings: readonly string[]): FutureVerdict => ({
  evidence: { future },
  warnings: warnings.map((warning) => clipped(warning)),
});

/**
 * Whether a project created tomorrow gets the sync user. The user's own flag says so, if Procore sends it. A missing flag is
 * unknown, never "no": then it is proven by the next new project that has the user, or by an admin who saw the box ticked. A
 * default template is always applicable to all projects: Procore accepts no other as default (facts/steps-and-calls.md section
 * 1).
 */
export async function futureProjects(
  context: CheckContext,
  choice: DatedChoice,
  list: DatedProjectList,
  own: readonly ListedProject[],
): Promise<FutureVerdict> {
  if (!choice.future) return says('not chosen');
  const me = await getCompanyMe(await context.boundService());
  switch (me.addToNewProjects) {
    case true:
      return addedByProcore(context, me.defaultTemplateId);
    case false:
      return notAdded(context);
    case null:
      return unknown(context, choice, list, own);
  }
}

function addedByProcore(context: CheckContext, defaultTemplateId: string | null): FutureVerdict {
  if (defaultTemplateId !== null) {
    const allProjects = 'proven: the template is the user’s default, which only one applicable to all projects can be';
    return { evidence: { future: 'added by Procore', allProjects }, warnings: [] };
  }
  return says(
    'added by Procore',
    `${nameOf(context)} has no default project template: where new projects give it none either, their levels will be too low.`,
  );
}

function notAdded(context: CheckContext): FutureVerdict {
  const kind = kindOf(context);
  const where = kind.newProjectsAt(nameOf(context));
  if (kind.withoutNewProjects === 'by-hand') {
    return says('by hand', `New projects are not permitted by themselves. ${where}`);
  }
  const { outcome } = stuck('project-not-permitted', 'admin', {
    seen: `${nameOf(context)} is not added to new projects.`,
    needed: 'You chose future projects: the box "Add user to all new projects" is ticked.',
    where,
  });
  return { ...says('not added'), outcome };
}

function unknown(
  context: CheckContext,
  choice: DatedChoice,
  list: DatedProjectList,
  own: readonly ListedProject[],
): FutureVerdict {
  const came = newProjects(choice, list, own);
  if (came.length > 0) return says(`proven by a new project: ${someOf(came.map(({ name }) => name))}`);
  const { futureConfirmed } = context;
  if (futureConfirmed) return says(`confirmed by an admin on ${dayInWords(futureConfirmed.at)}`);
  return says(
    'unknown',
    'Procore does not say whether new projects get the sync user: the next new project will show it. Or look at "Add to all new projects" in its Directory record, and confirm it here.',
  );
}

/** Projects that are newer than the choice and have the sync user, whether Procore or a person added it. */
function newProjects(choice: DatedChoice, list: DatedProjectList, own: readonly ListedProject[]): readonly ListedProject[] {
  const covers = coverage(choice, list);
  const listed = new Map(list.projects.map((project) => [project.id, project]));
  const chosenMs = Date.parse(choice.chosenAt);
  return own.filter(({ id }) => {
    const before = listed.get(id);
    return covers(id) && (before === undefined || Date.parse(before.since) > chosenMs) && !choice.chosen.includes(id);
  });
}
