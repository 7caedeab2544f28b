import { condition, makeContinueAsNewFunc, setDefaultSignalHandler, setWorkflowOptions } from '@temporalio/workflow';
import type { CareRound } from '../activities/contract.ts';
import { faultTable, isFaultKind } from '../shared/domain/faults.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { type CareInput, careInput, type LoopResult } from '../shared/domain/workflow-inputs.ts';
import { checks, phasesOf } from './calls.ts';
import { createDesk, type Desk } from './desk.ts';
import { awaitedFromDesk, detailsPage, timeText } from './details.ts';
import { createDue, type Due } from './due.ts';
import { noHandlerRuns, onUpdate } from './handlers.ts';
import { firstPace, untilItWorks } from './retries.ts';
import { canonicalInput, movingOn, runIsFull, versioned } from './runs.ts';
import { keepShown, type Shown } from './visibility.ts';

interface Caring {
  readonly input: CareInput;
  readonly desk: Desk;
  readonly due: Due;
  round: CareRound | undefined;
  rounds: number;
  updates: number;
  over: boolean;
}

/** Looks after a live connection: one round of checks at a time, for as long as its row wants it. */
export async function care(given: unknown): Promise<LoopResult> {
  const input = canonicalInput(careInput, given, ({ tenantId, connectionId }) => workflowIds.care(tenantId, connectionId));
  if (!input) return { ended: 'refused' };
  const desk = createDesk();
  const due = createDue(Date.now() + (input.carried?.dueInMs ?? 0), desk);
  const caring: Caring = { input, desk, due, round: undefined, rounds: 0, updates: 0, over: false };
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
  due.take();
  const { tenantId, connectionId, generation } = input;
  const pace = caring.round?.pace ?? firstPace;
  const place = { desk, name: 'round of checks', parkMs: caring.round?.pace.careRoundMs ?? firstPace.parkMs };
  const round = await untilItWorks(
    ...phasesOf(checks.checkAll, pace, 'round of checks'),
    { tenantId, connectionId, generation },
    place,
  );
  caring.round = round;
  caring.rounds += 1;
  due.schedule(Date.now() + round.pace.careRoundMs);
  return round.current;
}

function takeCareMessages(caring: Caring): void {
  setDefaultSignalHandler(() => undefined);
  onUpdate('retryStep', {
    description: 'Run a round of checks now and answer what it says of one step. Example: {"stepId":"verifyCredentials"}',
    handle: async ({ stepId }) => {
      await nextRound(caring);
      const regressed = caring.round?.regressed.find((one) => one.stepId === stepId);
      return { stepId, state: regressed ? ('stuck' as const) : ('done' as const) };
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

async function nextRound(caring: Caring): Promise<void> {
  const before = caring.rounds;
  caring.updates += 1;
  caring.desk.knock();
  caring.due.now();
  await condition(() => caring.rounds > before || caring.over || caring.desk.troubles.size > 0);
}

const carriedOf = (caring: Caring): NonNullable<CareInput['carried']> => ({
  rounds: (caring.input.carried?.rounds ?? 0) + caring.rounds,
  commandCursor: caring.input.carried?.commandCursor ?? '0',
  dueInMs: Math.max(0, caring.due.atMs - Date.now()),
});

const ownerOf = (reason: string): string => (isFaultKind(reason) ? faultTable[reason].owner : 'operator');

function shownCare(caring: Caring): Shown {
  const { input, round, desk } = caring;
  const troubles = [...desk.troubles.values()].flatMap(({ kind, reason }) => (kind === 'waiting' ? [] : [reason]));
  const reasons = [...(round?.standing ?? []), ...troubles];
  const stage = caring.over ? 'ended' : (round?.regressed.length ?? 0) > 0 ? 'regressed' : 'live';
  const standing = {
    tenantId: input.tenantId,
    partner: input.partner,
    stage,
    waitingOn: reasons.map(ownerOf),
    stuckReasons: reasons,
  };
  const regressed = round?.regressed ?? [];
  const page = detailsPage({
    title: stage === 'regressed' ? `Live, but ${regressed.length} steps went back` : `Care: ${stage}`,
    lead: `Connection \`${input.connectionId}\` (${input.partner}); next round ${Number.isFinite(caring.due.atMs) ? `at ${timeText(caring.due.atMs)}` : 'is running now'}.`,
    awaited: awaitedFromDesk(desk),
    presses: caring.over ? [] : ['**Send an Update → retryStep** with `{"stepId":"verifyCredentials"}`: a round of checks now.'],
    table: {
      head: ['step that went back', 'reason', 'waits for'],
      rows: regressed.map(({ stepId, reason }) => [stepId, reason, ownerOf(reason)]),
    },
  });
  return { standing, page };
}
