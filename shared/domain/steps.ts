import { z } from 'zod';
import type { CredentialPurpose } from './credentials.ts';
import type { FaultKind, Owner } from './faults.ts';
import { faultKinds, owners } from './faults.ts';
import type { PartnerName } from './partners.ts';
import { clipped, longestSentence } from './texts.ts';

/**
 * A step is one condition to be proven. Its states:
 * `pending` (needs not met) → `checking` → `waiting` (on a person) | `stuck` (with a reason) → `done` | `skipped`.
 * `done` needs evidence in the store. `done` and `skipped` are reopened only by `care`, or by a decision of a signed-in person
 * or a key that changes what the step depends on; Updates from Temporal's UI neither settle nor reopen what only its owner can
 * meet.
 */
export const stepStates = ['pending', 'checking', 'waiting', 'stuck', 'done', 'skipped'] as const;
export type StepState = (typeof stepStates)[number];

const shortText = z.string().max(longestSentence);

/** What proves a step: ids, counts and words for people. Never a secret, never a whole record. */
export const evidence = z.record(z.string(), z.union([shortText, z.number(), z.boolean(), z.array(shortText), z.null()]));
export type Evidence = z.infer<typeof evidence>;

/** What a check found unmet, until somebody acts. */
export const stuckOutcome = z.object({
  state: z.literal('stuck'),
  reason: z.enum(faultKinds as [FaultKind, ...FaultKind[]]),
  on: z.enum(owners),
  seen: shortText,
  needed: shortText,
  where: shortText,
  untilMs: z.number().optional(),
});
export type StuckOutcome = z.infer<typeof stuckOutcome>;

/** `untilMs`: when what is waited for ends, such as a link. The days of a wait count from then. */
const waitingOutcome = z.object({
  state: z.literal('waiting'),
  on: z.enum(owners),
  seen: shortText,
  needed: shortText,
  where: shortText,
  untilMs: z.number().optional(),
});

export const outcome = z.discriminatedUnion('state', [
  z.object({ state: z.literal('met'), evidence, warnings: z.array(shortText).optional() }),
  waitingOutcome,
  stuckOutcome,
]);
/** What a check returns (contracts section 8). `since` is kept by the store. */
export type Outcome = z.infer<typeof outcome>;

/**
 * Parses an outcome from a row. A sentence that is too long is cut: no row may prevent opening a connection. Throws if it is no
 * outcome at all.
 */
export const outcomeOfRow = (row: unknown): Outcome => outcome.parse(cutTexts(row));

export const stuckOfRow = (row: unknown): StuckOutcome => stuckOutcome.parse(cutTexts(row));

function cutTexts(value: unknown): unknown {
  if (typeof value === 'string') return clipped(value);
  if (Array.isArray(value)) return value.map(cutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutTexts(inner)]));
}

/**
 * The part of an outcome that a run receives: whose turn it is, and the sentences for its page. The evidence of a step stays in
 * its row.
 */
export const toldOutcome = z.discriminatedUnion('state', [z.object({ state: z.literal('met') }), waitingOutcome, stuckOutcome]);
export type ToldOutcome = z.infer<typeof toldOutcome>;

export const toldOf = (value: Outcome): ToldOutcome => (value.state === 'met' ? { state: 'met' } : value);

/** Who signs in to Procore: the admin for the company; the contractor, and people who return documents, for themselves. */
export type Signer = Extract<Owner, 'admin' | 'contractor' | 'responder'>;

/** What other code relies on some step to prove: a credential, what the owner may read, levels on projects. */
export type Proof = CredentialPurpose | 'owner-access' | 'project-levels';

/** The only proof whose row is read without a plan: the step that proves the owner’s access must have this id in every plan. */
export const ownerAccessStep = 'verifyTools';

/** One step of a plan, as data. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly owner: Owner;
  /** Ids of steps that must be `done` or `skipped` first. */
  readonly needs: readonly string[];
  /** Name of the check in the partner's folder, or of a common check. */
  readonly check: string;
  /** Days after the wait began on which its owner is reminded. */
  readonly remindersDays: readonly number[];
  readonly expiresAfterDays: number;
  readonly repeatInCare: boolean;
  /** Whether support may decide it by an Update. */
  readonly supportMay: boolean;
  /** False: the onboarding ends live without it, and `care` continues it. */
  readonly holdsUp: boolean;
  /** Whose Procore sign-ins it processes, including further ones once it is done; null: none. */
  readonly takesSignIns: Signer | null;
  /** What it proves, if other code asks for that proof. */
  readonly proves: Proof | null;
  /** It compares whole lists of both sides: care repeats it only if something may have changed, not in every round. */
  readonly comparesLists: boolean;
  /** Set-up for a signed-in admin can fulfil it: its check first does the set-up tasks still open. */
  readonly mendedBySetUp: boolean;
  /** What it says depends on the invitation: it is looked at as soon as that changes. */
  readonly followsInvitation: boolean;
  /** The audit log entry to write when it is done; null: none. */
  readonly audits: string | null;
  /** What the owner does to meet it. */
  readonly cure: string;
}

export interface Plan {
  readonly partner: string;
  readonly steps: readonly Step[];
}

export type Plans = Readonly<Record<PartnerName, Plan>>;

/**
 * The step that is notified of a sign-in: of the steps that listen, the last that processes this person's; if there is none, the
 * last that processes anybody's, since one check of a connection of people processes all sign-ins. In onboarding the steps
 * listen whose needs are met (`settled`), in a live connection those that care repeats. Undefined: none listens yet.
 */
export function stepTaking(
  steps: readonly Step[],
  signer: Signer,
  run: { readonly isLive: boolean; readonly settled: ReadonlySet<string> },
): string | undefined {
  const listens = ({ repeatInCare, needs }: Step) => (run.isLive ? repeatInCare : needs.every((need) => run.settled.has(need)));
  const listening = steps.filter((step) => step.takesSignIns !== null && listens(step));
  return (listening.findLast(({ takesSignIns }) => takesSignIns === signer) ?? listening.at(-1))?.id;
}

/**
 * The steps to look at once somebody has signed in: the one that takes the sign-in; while none listens, those that the first of this
 * person's own waits for. With these met it is checked at once; unmet, they are what holds it up.
 */
export function stepsForSignIn(steps: readonly Step[], signer: Signer, run: Parameters<typeof stepTaking>[2]): readonly string[] {
  const taking = stepTaking(steps, signer, run);
  if (taking !== undefined) return [taking];
  const own = steps.find(({ takesSignIns }) => takesSignIns === signer);
  return own ? firstUnmet(steps, own, run.settled) : [];
}

/** Of all that a step needs, directly or not, what is unsettled and can be checked now. */
function firstUnmet(steps: readonly Step[], { needs }: Step, settled: ReadonlySet<string>): readonly string[] {
  const unmet = steps.filter(({ id }) => needs.includes(id) && !settled.has(id));
  const before = unmet.flatMap((step) => {
    const earlier = firstUnmet(steps, step, settled);
    return earlier.length > 0 ? earlier : [step.id];
  });
  return [...new Set(before)];
}

/** The steps to look at once an invitation has changed: those that follow it, are not settled, and can be checked now. */
export const stepsForInvitation = (steps: readonly Step[], settled: ReadonlySet<string>): readonly string[] =>
  steps.flatMap(({ id, needs, followsInvitation }) =>
    followsInvitation && !settled.has(id) && needs.every((need) => settled.has(need)) ? [id] : [],
  );

const isRepeated = ({ repeatInCare }: Step): boolean => repeatInCare;

/** The step named in a request for a care round that is about no single step. Every plan repeats one. */
export function anyInCare(steps: readonly Step[]): string {
  const step = steps.find(isRepeated);
  if (!step) throw new Error('a plan repeats at least one step in care');
  return step.id;
}

/**
 * The step that care should check after a loop met this fault: the partner’s login if that was refused, else whoever reads
 * Procore.
 */
export function stepToLookAt(steps: readonly Step[], kind: FaultKind): string {
  const wanted: readonly Proof[] =
    kind === 'partner-credential-rejected' ? ['partner-login'] : ['procore-service', 'owner-access'];
  const step = steps.find((one) => isRepeated(one) && wanted.some((proof) => proof === one.proves));
  return step?.id ?? anyInCare(steps);
}

/**
 * The step whose proof a new partner login must not take away: once it is done, only a proven one takes the former's place. A
 * service credential has none: during onboarding it may be for another company.
 */
export const provenLoginStep = (steps: readonly Step[], purpose: CredentialPurpose): string | undefined =>
  purpose === 'partner-login' ? steps.find(({ proves }) => proves === purpose)?.id : undefined;

/** The step that creates the links; each plan ends with the engine’s own. */
export function linkingStep(steps: readonly Step[]): string {
  const step = steps.find(({ check }) => check === 'live');
  if (!step) throw new Error('a plan ends with the step that makes the links');
  return step.id;
}

/** A step and every step that depends on it, directly or not, in the order of the plan. */
export function restingOn(steps: readonly Pick<Step, 'id' | 'needs'>[], stepId: string): readonly string[] {
  const found = new Set([stepId]);
  const reaches = (step: Pick<Step, 'id' | 'needs'>): boolean =>
    !found.has(step.id) && step.needs.some((need) => found.has(need));
  for (let next = steps.find(reaches); next !== undefined; next = steps.find(reaches)) found.add(next.id);
  return steps.flatMap(({ id }) => (found.has(id) ? [id] : []));
}

/** Whether two outcomes say the same to a person, and end at the same time. */
export const sameOutcome = (left: ToldOutcome | undefined, right: ToldOutcome | undefined): boolean =>
  outcomeKey(left) === outcomeKey(right) && endOf(left) === endOf(right);

/** When what an outcome waits for ends; null: it has no end. */
export const endOf = (value: ToldOutcome | undefined): number | null =>
  value === undefined || value.state === 'met' ? null : (value.untilMs ?? null);

/** The end as people are told it: of what the contractor has to do, and while it lies ahead. */
export function endShown(value: ToldOutcome | undefined, nowMs: number): number | null {
  const untilMs = endOf(value);
  const isTheirs = value !== undefined && value.state !== 'met' && value.on === 'contractor';
  return isTheirs && untilMs !== null && untilMs > nowMs ? untilMs : null;
}

/** A short stable text of what an outcome says; `undefined` for none. */
export function outcomeKey(value: ToldOutcome | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.state === 'met') return 'met';
  const parts = [value.state, value.state === 'stuck' ? value.reason : '', value.on, value.seen, value.needed, value.where];
  return parts.join('|');
}
