import type { Owner } from '../../shared/domain/faults.ts';
import { endShown } from '../../shared/domain/steps.ts';
import { type Awaited, awaitedFromDesk, detailsPage, linesOfOutcome, timeText } from '../details.ts';
import { ownerOf } from '../failure.ts';
import type { Shown } from '../visibility.ts';
import { isSettled, type StepRun, type StepWork, unmetNeeds } from './step-run.ts';

/** The search attributes of an onboarding, and the page that support reads. */
export function shownSteps(work: StepWork): Shown {
  const standing = {
    tenantId: work.ref.tenantId,
    partner: work.partner,
    companyId: work.opened?.companyId ?? null,
    stage: work.ended ?? 'onboarding',
    waitingOn: [...work.runs.flatMap(ownerAwaited), ...troubledReasons(work).map((reason) => ownerOf({ reason }))],
    stuckReasons: [...work.runs.flatMap(stuckReason), ...troubledReasons(work)],
  };
  return { standing, page: stepsPage(work) };
}

const troubledReasons = (work: StepWork): string[] =>
  [...work.desk.troubles.values()].flatMap(({ kind, reason }) => (kind === 'waiting' ? [] : [reason]));

const unmet = (run: StepRun) => (isSettled(run) || run.outcome?.state === 'met' ? undefined : run.outcome);

const ownerAwaited = (run: StepRun): string[] => {
  const outcome = unmet(run);
  return outcome ? [outcome.on] : [];
};

const stuckReason = (run: StepRun): string[] => {
  const outcome = unmet(run);
  return outcome?.state === 'stuck' ? [outcome.reason] : [];
};

function stepsPage(work: StepWork): string {
  const awaited = work.ended ? [] : [...work.runs.flatMap(awaitedOf), ...awaitedFromDesk(work.desk)];
  const done = work.runs.filter(isSettled).length;
  return detailsPage({
    title: work.ended
      ? `Ended: ${work.ended}`
      : awaited[0]
        ? `Waits for ${awaited[0].from}: ${awaited[0].what}`
        : 'Being checked',
    lead: `Onboarding of connection \`${work.ref.connectionId}\` (${work.partner}): ${done} of ${work.runs.length} steps done.`,
    awaited,
    presses: work.ended ? [] : pressesOf(work),
    table: { head: ['step', 'state', 'owner', 'since', 'says'], rows: work.runs.map((run) => rowOf(work, run)) },
  });
}

const whoIs: Readonly<Record<Owner, string>> = {
  admin: 'the customer’s own admin',
  contractor: 'the contractor who was invited',
  responder: 'the person whose Procore account it is',
  support: 'us',
  operator: 'whoever runs this installation',
  procore: 'its servers; nobody has to act',
  partner: 'the partner’s platform',
};

function awaitedOf(run: StepRun): Awaited[] {
  const outcome = unmet(run);
  if (!outcome) return [];
  const untilMs = endShown(outcome, Date.now()) ?? undefined;
  const { on } = outcome;
  const lines = linesOfOutcome(outcome, run.step.cure);
  return [{ what: run.step.title, from: on, whoIs: whoIs[on], sinceMs: run.sinceMs, untilMs, lines }];
}

function pressesOf(work: StepWork): string[] {
  const open = work.runs.filter((run) => unmet(run) !== undefined || work.desk.troubles.has(run.step.id));
  const example = (open[0] ?? work.runs[0])?.step.id;
  const skippable = open.filter(({ step }) => step.supportMay).map(({ step }) => `\`${step.id}\``);
  return [
    '**Pending Activities → Reset** on the waiting activity: it is checked at once.',
    `**More Actions → Send an Update → retryStep** with \`{"stepId":"${example}"}\`: checks now; its answer stands in the Event History.`,
    ...(skippable.length > 0 ? [`**skipStep** with a reason, only for ${skippable.join(', ')}.`] : []),
    'Nothing has to be restarted: every step turns green by itself once it is mended.',
  ];
}

const rowOf = (work: StepWork, run: StepRun): string[] => [
  run.step.title,
  work.desk.troubles.has(run.step.id) ? `${run.state}, in trouble` : run.state,
  run.step.owner,
  timeText(run.sinceMs),
  saysOf(work, run),
];

function saysOf(work: StepWork, run: StepRun): string {
  const trouble = work.desk.troubles.get(run.step.id);
  if (trouble) return trouble.says;
  const outcome = unmet(run);
  if (outcome) return outcome.seen;
  return run.state === 'pending'
    ? `after ${unmetNeeds(work, run)
        .map(({ step }) => step.title)
        .join(', ')}`
    : '';
}
