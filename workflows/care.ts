import { condition, makeContinueAsNewFunc, setDefaultSignalHandler, setWorkflowOptions } from '@temporalio/workflow';
import type { CareRound } from '../activities/contract.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import type { PlainAnswer, StepAnswer } from '../shared/domain/messages.ts';
import { anyInCare } from '../shared/domain/steps.ts';
import { type CareInput, careInput, type LoopResult } from '../shared/domain/workflow-inputs.ts';
import { checks, phasesOf } from './calls.ts';
import { createDesk, type Desk } from './desk.ts';
import { awaitedFromDesk, detailsPage, timeText } from './details.ts';
import { createDue, type Due } from './due.ts';
import { ownerOf, refusal } from './failure.ts';
import { noHandlerRuns, onUpdate } from './handlers.ts';
import { plans } from './plans/index.ts';
import { firstPace, untilItWorks } from './retries.ts';
import { canonicalInput, movingOn, runIsFull, versioned } from './runs.ts';
import { keepShown, type Shown } from './visibility.ts';

interface Caring {
  readonly input: CareInput;
  readonly desk: Desk;
  readonly due: Due;
  round: CareRound | undefined;
  begun: number;
  rounds: number;
  /** Steps that somebody asked about; the next round checks them, due or not. */
  readonly asked: Set<string>;
  updates: number;
  over: boolean;
}

/** Cares for a live connection: one round of checks at a time, while its row wants it. */
export async function care(given: unknown): Promise<LoopResult> {
  const input = canonicalInput(careInput, given, ({ tenantId, connectionId }) => workflowIds.care(tenantId, connectionId));
  if (!input) return { ended: 'refused' };
  const desk = createDesk();
  const due = createDue(Date.now() + (input.carried?.dueInMs ?? 0), desk);
  const caring: Caring = { input, desk, due, round: undefined, begun: 0, rounds: 0, asked: new Set(), updates: 0, over: false };
  takeCareMessages(caring);
  const show = keepShown(desk, () => shownCare(caring));
  const mayContinue = () =>
    runIsFull({ cycles: caring.rounds, updates: caring.updates, cyclesPerRun: caring.round?.pace.cyclesPerRun }) &&
    noHandlerRuns();

  for (;;) {
    const isDue = await due.next(mayContinue, 'next round of care');
    if (mayContinue()) return await makeContinueAsNewFunc<typeof care>(movingOn())({ ...input, carried: carriedOf(caring) });
    if (isDue && !(await careRound(caring))) break;
  }

  caring.over = true;
  await condition(noHandlerRuns);
  show();
  return { ended: 'not-current' };
}

setWorkflowOptions(versioned('PINNED'), care);

async function careRound(caring: Caring): Promise<boolean> {
  const { input, desk, due } = caring;
  const lane = due.take();
  caring.begun += 1;
  const asked = [...caring.asked];
  caring.asked.clear();
  const { tenantId, connectionId, generation } = input;
  const pace = caring.round?.pace ?? firstPace;
  const place = { desk, name: 'round of checks', parkMs: caring.round?.pace.careRoundMs ?? firstPace.parkMs };
  const round = await untilItWorks(
    ...phasesOf(checks.checkAll, pace, 'round of checks', lane),
    { tenantId, connectionId, generation, ...(asked.length > 0 ? { asked } : {}) },
    place,
  );
  caring.round = round;
  caring.rounds += 1;
  due.schedule(Date.now() + Math.min(round.pace.careRoundMs, round.againMs ?? Number.POSITIVE_INFINITY));
  return round.current;
}

function takeCareMessages(caring: Caring): void {
  setDefaultSignalHandler(() => undefined);
  onUpdate('retryStep', {
    description: `Run a round of checks now and answer what it says of one step. Example: ${exampleOf(caring)}`,
    objection: ({ stepId }) => notRepeated(caring, stepId),
    handle: async ({ stepId }): Promise<StepAnswer> => {
      caring.asked.add(stepId);
      const round = await nextRound(caring);
      const missed = round.missed?.find((one) => one.stepId === stepId);
      if (missed) throw refusal(missed.reason, `${stepId} could not be looked at now: ${missed.says}`);
      const looked = round.looked?.find((one) => one.stepId === stepId);
      const isStuck = round.regressed.some((one) => one.stepId === stepId);
      const state = looked?.state ?? (isStuck ? 'stuck' : 'done');
      return looked?.says === undefined ? { stepId, state } : { stepId, state, says: looked.says };
    },
  });
  onUpdate('submitCredentials', {
    description:
      'Look at a credential that was stored (the secret itself never comes this way): once proven, it takes the place of the one before. Example: {"credentialId":"…uuid…"}',
    handle: async ({ credentialId }): Promise<PlainAnswer> => {
      const { proposals, regressed } = await nextRound(caring);
      const proposal = proposals?.find((one) => one.credentialId === credentialId);
      const standing = regressed.map(({ stepId, reason }) => `${stepId}: ${reason}`).join(', ');
      const says = [...(proposal ? [`${proposal.state}: ${proposal.says}`] : []), ...(standing ? [standing] : [])];
      return { accepted: proposal?.state !== 'refused', says: says.join('; ') || 'every step holds' };
    },
  });
  onUpdate('stop', {
    description: 'Look at the connection now: care ends if a person disconnected it. Example: {"commandId":"…uuid…"}',
    handle: async () => {
      caring.updates += 1;
      caring.desk.knock();
      caring.due.now();
      return { accepted: true, says: 'the connection is read now; care ends where it is disconnected' };
    },
  });
}

/** Waits for a round that begins after this call; if none is possible, throws a refusal with the cause. */
async function nextRound(caring: Caring): Promise<CareRound> {
  const wanted = caring.begun + 1;
  caring.updates += 1;
  caring.desk.knock();
  caring.due.now();
  await condition(() => caring.rounds >= wanted || caring.over || caring.desk.troubles.size > 0);
  if (caring.round?.current && caring.rounds >= wanted) return caring.round;
  const [trouble] = caring.desk.troubles.values();
  if (!caring.over && trouble) throw refusal(trouble.reason, `no round could be made now: ${trouble.says}`);
  throw refusal('ended', 'care has ended: the connection is disconnected');
}

/** An example message for this plan. */
const exampleOf = ({ input }: Caring): string => JSON.stringify({ stepId: anyInCare(plans[input.partner].steps) });

/** Care only checks again, and only the steps that its plan repeats. */
function notRepeated({ input }: Caring, stepId: string): string | undefined {
  const repeated = plans[input.partner].steps.filter(({ repeatInCare }) => repeatInCare).map(({ id }) => id);
  if (repeated.includes(stepId)) return undefined;
  return `stepId: the connection is live, and "${stepId}" is not looked at any more; what is looked at: ${repeated.join(', ')}`;
}

const carriedOf = (caring: Caring): NonNullable<CareInput['carried']> => ({
  rounds: (caring.input.carried?.rounds ?? 0) + caring.rounds,
  dueInMs: Math.max(0, caring.due.atMs - Date.now()),
});

function shownCare(caring: Caring): Shown {
  const { input, round, desk } = caring;
  const regressed = round?.regressed ?? [];
  const troubles = [...desk.troubles.values()].filter(({ kind }) => kind !== 'waiting');
  const stage = caring.over ? 'ended' : regressed.length > 0 ? 'regressed' : 'live';
  const standing = {
    tenantId: input.tenantId,
    partner: input.partner,
    companyId: round?.companyId ?? null,
    stage,
    waitingOn: [...regressed, ...troubles].map(ownerOf),
    stuckReasons: [...(round?.standing ?? []), ...troubles.map(({ reason }) => reason)],
  };
  const page = detailsPage({
    title: stage === 'regressed' ? `Live, but ${regressed.length} steps went back` : `Care: ${stage}`,
    lead: `Connection \`${input.connectionId}\` (${input.partner}); next round ${Number.isFinite(caring.due.atMs) ? `at ${timeText(caring.due.atMs)}` : 'is running now'}.`,
    awaited: awaitedFromDesk(desk),
    presses: caring.over ? [] : [`**Send an Update → retryStep** with \`${exampleOf(caring)}\`: a round of checks now.`],
    table: {
      head: ['step that went back', 'reason', 'waits for'],
      rows: regressed.map((one) => [one.stepId, one.reason, ownerOf(one)]),
    },
  });
  return { standing, page };
}
