import type { Activities, CareRound, OpenedLink, StepRow } from '../../activities/contract.ts';
import { endOf, type Outcome, outcomeKey } from '../../shared/domain/steps.ts';
import type { Pace, StatedWait, StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { notYet } from '../../shared/temporal/failures.ts';

export const testPace: Pace = {
  watchFirstMs: 5000,
  watchCeilingMs: 900_000,
  fastAttempts: 3,
  fastCeilingMs: 1000,
  slowMs: 300_000,
  heartbeatMs: 60_000,
  careRoundMs: 3_600_000,
  cycleBusyMs: 300_000,
  cycleQuietMs: 3_600_000,
};

/** For the real server, where no time is skipped: hours become seconds. */
export const quickPace: Pace = {
  watchFirstMs: 100,
  watchCeilingMs: 400,
  fastAttempts: 3,
  fastCeilingMs: 50,
  slowMs: 300,
  heartbeatMs: 60_000,
  careRoundMs: 1500,
  cycleBusyMs: 600,
  cycleQuietMs: 4000,
};

const hourMs = 3_600_000;
/** Into a script's pace before its run begins: nothing is looked at again by itself, so that what a message brings is the message's. */
export const onlyWhenTold = { watchFirstMs: hourMs, watchCeilingMs: hourMs, cycleBusyMs: hourMs, cycleQuietMs: hourMs };

export const met: Outcome = { state: 'met', evidence: { seen: 'as it should be' } };

export const waitingOn = (on: 'admin' | 'support', seen = 'nothing was submitted'): Outcome => ({
  state: 'waiting',
  on,
  seen,
  needed: 'a credential',
  where: 'the checklist',
});

export const stuckWith = (reason: 'permission-too-low' | 'credential-rejected', seen = 'Daily Log is Read Only'): Outcome => ({
  state: 'stuck',
  reason,
  on: 'admin',
  seen,
  needed: 'Daily Log: Admin',
  where: 'Company Tools → Permissions',
});

type Answer<Value> = Value | (() => Value | Promise<Value>);
const given = async <Value>(answer: Answer<Value>): Promise<Value> => (answer instanceof Function ? await answer() : answer);

/** What the world answers, and what it was asked. Steps without a line are met. */
export interface Script {
  pace: Pace;
  rows: StepRow[];
  /** By step id. */
  readonly outcomes: Map<string, Answer<Outcome | StatedWait>>;
  readonly asked: { readonly name: keyof Activities; readonly input: unknown }[];
  link: Answer<OpenedLink>;
  stream: Answer<StreamReport | StatedWait>;
  round: Answer<CareRound>;
  /** Overrides any activity, for instance with a throw. */
  readonly instead: Partial<Activities>;
  countOf(name: keyof Activities, stepId?: string): number;
}

export const quietReport: StreamReport = {
  stream: 'manpower',
  pulled: 0,
  unchanged: 0,
  created: 0,
  updated: 0,
  parked: 0,
  open: 0,
  reasons: {},
};

export function createScript(usual: Pace): Script {
  const pace = { ...usual };
  const asked: Script['asked'] = [];
  return {
    pace,
    rows: [],
    outcomes: new Map(),
    asked,
    link: () => ({
      current: true,
      pace,
      companyId: '8089',
      procoreProjectId: '9007199254740993',
      streams: ['manpower'],
      paused: false,
    }),
    stream: quietReport,
    round: () => ({ current: true, pace, companyId: '8089', regressed: [], mended: [], standing: [] }),
    instead: {},
    countOf: (name, stepId) =>
      asked.filter((one) => one.name === name && (stepId === undefined || stepOf(one.input) === stepId)).length,
  };
}

const stepOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'stepId' in input ? input.stepId : undefined;

/** Activities that play whatever script is current. */
export function scripted(script: () => Script): Activities {
  const outcomeOf = (stepId: string) => given(script().outcomes.get(stepId) ?? met);
  const plain: Activities = {
    openOnboarding: async () => ({
      pace: script().pace,
      stage: 'onboarding',
      companyId: null,
      steps: script().rows,
    }),
    checkStep: ({ stepId }) => outcomeOf(stepId),
    watchStep: async ({ stepId, known, knownEndMs }) => {
      const seen = await outcomeOf(stepId);
      if ('waitUntilMs' in seen || (outcomeKey(seen) ?? null) !== known || endOf(seen) !== knownEndMs) return seen;
      throw notYet(`${stepId} is as before`);
    },
    skipStep: async () => undefined,
    applyDecisions: async () => ({ applied: 0, says: 'all that was decided is applied' }),
    applyInput: async () => ({ applied: true, says: 'applied' }),
    remind: async () => undefined,
    applyStop: async () => ({ applied: true, says: 'stopped by Ada' }),
    endOnboarding: async () => undefined,
    checkAll: () => given(script().round),
    openCycle: () => given(script().link),
    runStream: () => given(script().stream),
    closeCycle: async () => undefined,
    retryItems: async () => ({ requeued: 2 }),
    dryRunStream: async ({ stream }) => ({ says: `${stream}: would create 1` }),
    resolveItem: async () => ({ applied: true, says: 'applied' }),
    setPaused: async () => undefined,
    sendMail: async () => ({ sent: 0, bounced: 0, held: 0, later: 0, away: false }),
    tidy: async () => ({ tenants: 1, started: 0, stopped: 0, commandsDelivered: 0, swept: 0, mailed: 0 }),
  };
  return noting(plain, script);
}

/** Notes every call before it is answered; what stands in `instead` answers first. */
function noting(plain: Activities, script: () => Script): Activities {
  return new Proxy(plain, {
    get(target, name, receiver) {
      const usual: unknown = Reflect.get(target, name, receiver);
      if (!(usual instanceof Function)) return usual;
      return async (input: unknown) => {
        const activity = name as keyof Activities; // the functions of `plain` are the activities
        script().asked.push({ name: activity, input });
        const instead: unknown = script().instead[activity];
        return await (instead instanceof Function ? instead(input) : usual(input));
      };
    },
  });
}
