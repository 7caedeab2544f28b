import { type Selectable, sql } from 'kysely';
import type { Owner } from '../../domain/faults.ts';
import { owners } from '../../domain/faults.ts';
import {
  type Evidence,
  evidence,
  type Outcome,
  outcome,
  outcomeOfRow,
  type Step,
  type StepState,
  sameOutcome,
  stepStates,
} from '../../domain/steps.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** A step as stored. The rows override what a run's history says. */
export interface StoredStep {
  readonly stepId: string;
  readonly position: number;
  readonly title: string;
  readonly owner: Owner;
  readonly state: StepState;
  readonly outcome: Outcome | null;
  readonly since: Date;
  readonly checkedAt: Date | null;
  readonly doneAt: Date | null;
  readonly doneBy: string | null;
  /** When reminders of this wait fell due, oldest first. */
  readonly remindedAt: readonly Date[];
  /** Set by care when a done step no longer holds; cleared when it holds again. */
  readonly regressedAt: Date | null;
  /** Incremented when a decision changes what the step depends on: checks of an older generation do not count. */
  readonly generation: number;
}

/** The step's last evidence, even if it does not hold now; null: none yet. */
export async function lastEvidence(db: Db, connectionId: string, stepId: string): Promise<Evidence | null> {
  const row = await db
    .selectFrom('step')
    .select('evidence')
    .where('connection_id', '=', connectionId)
    .where('step_id', '=', stepId)
    .executeTakeFirst();
  return row?.evidence == null ? null : evidence.parse(row.evidence);
}

const fromRow = (row: Selectable<Database['step']>): StoredStep => ({
  stepId: row.step_id,
  position: row.position,
  title: row.title,
  owner: wordOf(owners, row.owner),
  state: wordOf(stepStates, row.state),
  outcome: row.outcome === null ? null : outcomeOfRow(row.outcome),
  since: row.since,
  checkedAt: row.checked_at,
  doneAt: row.done_at,
  doneBy: row.done_by,
  remindedAt: row.reminded_at,
  regressedAt: row.regressed_at,
  generation: row.generation,
});

const now = sql<Date>`clock_timestamp()`;

/** Creates a plan's missing rows and updates titles, owners and order; states are not changed. */
export async function ensureSteps(db: Db, tenantId: string, connectionId: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await db
    .insertInto('step')
    .values(
      steps.map((step, position) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        step_id: step.id,
        position,
        title: step.title,
        owner: step.owner,
        state: 'pending',
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'step_id']).doUpdateSet((row) => ({
        position: row.ref('excluded.position'),
        title: row.ref('excluded.title'),
        owner: row.ref('excluded.owner'),
      })),
    )
    .execute();
}

/** In the order of the plan. */
export async function listSteps(db: Db, connectionId: string): Promise<readonly StoredStep[]> {
  const rows = await db.selectFrom('step').selectAll().where('connection_id', '=', connectionId).orderBy('position').execute();
  return rows.map(fromRow);
}

/** Ids of those of these steps that are done or skipped. */
export const settledSteps = (steps: readonly StoredStep[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ stepId, state }) => (isSettledState(state) ? [stepId] : [])));

export async function findStep(db: Db, connectionId: string, stepId: string): Promise<StoredStep | undefined> {
  const row = await stepRow(db, connectionId, stepId).executeTakeFirst();
  return row && fromRow(row);
}

export interface StepOutcome {
  readonly connectionId: string;
  readonly stepId: string;
  readonly outcome: Outcome;
  /** The actor recorded as having done the step. */
  readonly doneBy: string;
  /** `care` may take a done step back; onboarding may not. */
  readonly by: 'onboarding' | 'care';
}

/** What storing an outcome changed; `settled`: the step was done or skipped, and stays so. */
export type StoredChange = 'changed' | 'same' | 'settled';

/**
 * Stores what a check found. `since` changes only if the outcome or state differs; `done` is stored with its evidence. Only
 * `care` takes back a done step, and marks when it regressed; a skipped one stays. Throws for an invalid outcome.
 */
export async function storeOutcome(db: Db, given: StepOutcome): Promise<StoredChange> {
  const row = await stepRow(db, given.connectionId, given.stepId).forUpdate().executeTakeFirst();
  if (!row) throw new Error(`the connection has no step ${given.stepId}`);
  const before = fromRow(row);
  const settled = isSettledState(before.state);
  const isMet = given.outcome.state === 'met';
  if (settled && !isMet && given.by === 'onboarding') return 'settled';
  if (before.state === 'skipped') return 'settled';
  const same = before.outcome !== null && sameOutcome(before.outcome, given.outcome);
  const state: StepState = isMet ? 'done' : given.outcome.state === 'waiting' ? 'waiting' : 'stuck';
  const moved = !same || before.state !== state;
  await db
    .updateTable('step')
    .set({
      state,
      outcome: JSON.stringify(outcome.parse(given.outcome)),
      checked_at: now,
      ...(moved ? { since: now, reminded_at: [] } : {}),
      ...(given.outcome.state === 'met' ? { evidence: JSON.stringify(given.outcome.evidence), regressed_at: null } : {}),
      ...(isMet && before.state !== 'done' ? { done_at: now, done_by: given.doneBy } : {}),
      ...(settled && !isMet ? { regressed_at: now } : {}),
    })
    .where('connection_id', '=', given.connectionId)
    .where('step_id', '=', given.stepId)
    .execute();
  return moved ? 'changed' : 'same';
}

/**
 * A decision changed what these steps depend on. During onboarding all of them become pending again, the decided step only if it
 * was settled: nothing of them is proven. Returns how many were not pending before.
 */
export async function reopenSteps(db: Db, connectionId: string, stepIds: readonly string[], decided: string): Promise<number> {
  const before = await raiseGenerations(db, connectionId, stepIds);
  const open = before.filter(({ step_id, state }) => step_id !== decided || isSettledState(state)).map(({ step_id }) => step_id);
  if (open.length > 0) {
    await db
      .updateTable('step')
      .set({
        state: 'pending',
        outcome: null,
        evidence: null,
        since: now,
        done_at: null,
        done_by: null,
        reminded_at: [],
        regressed_at: null,
      })
      .where('connection_id', '=', connectionId)
      .where('step_id', 'in', open)
      .execute();
  }
  return before.filter(({ state }) => state !== 'pending').length;
}

/**
 * The same on a live connection, where only `care` takes a step back, by what it sees: these are due in its next round. Returns
 * how many.
 */
export async function dueAgain(db: Db, connectionId: string, stepIds: readonly string[]): Promise<number> {
  return (await raiseGenerations(db, connectionId, stepIds)).length;
}

const isSettledState = (state: string): boolean => state === 'done' || state === 'skipped';

async function raiseGenerations(db: Db, connectionId: string, stepIds: readonly string[]) {
  if (stepIds.length === 0) return [];
  return db
    .updateTable('step')
    .set({ generation: sql<number>`generation + 1`, checked_at: null })
    .where('connection_id', '=', connectionId)
    .where('step_id', 'in', stepIds)
    .returning(['step_id', 'state'])
    .execute();
}

/** Support skipped it. A done step stays done. Returns whether it changed. */
export async function storeSkip(db: Db, connectionId: string, stepId: string, skippedBy: string): Promise<boolean> {
  const changed = await db
    .updateTable('step')
    .set({ state: 'skipped', since: now, done_at: now, done_by: skippedBy })
    .where('connection_id', '=', connectionId)
    .where('step_id', '=', stepId)
    .where('state', '<>', 'done')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Records that a reminder of this wait is due now; returns how many there were. */
export async function storeReminder(db: Db, connectionId: string, stepId: string): Promise<number> {
  const row = await db
    .updateTable('step')
    .set({ reminded_at: sql`array_append(reminded_at, clock_timestamp())` })
    .where('connection_id', '=', connectionId)
    .where('step_id', '=', stepId)
    .where('state', 'in', ['waiting', 'stuck'])
    .returning('reminded_at')
    .executeTakeFirst();
  return row?.reminded_at.length ?? 0;
}

const stepRow = (db: Db, connectionId: string, stepId: string) =>
  db.selectFrom('step').selectAll().where('connection_id', '=', connectionId).where('step_id', '=', stepId);
