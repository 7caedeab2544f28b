import { type Selectable, sql } from 'kysely';
import {
  type SetUpState,
  type SetUpTask,
  type SetUpWords,
  setUpSources,
  setUpStates,
  setUpTasks,
  setUpWords,
} from '../../domain/set-up.ts';
import type { Database } from '../database.d.ts';
import { jsonb } from '../json.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** One task of "Set it up for me", as stored. */
export interface StoredTask {
  readonly task: SetUpTask;
  readonly signInId: string;
  readonly state: SetUpState;
  /** How often it was sent. */
  readonly attempts: number;
  readonly lookUps: number;
  /** Time from which an unknown outcome may be looked up. */
  readonly nextLookAt: Date | null;
  readonly targetId: string | null;
  readonly words: SetUpWords | null;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly settledAt: Date | null;
}

const fromRow = (row: Selectable<Database['set_up_task']>): StoredTask => ({
  task: wordOf(setUpTasks, row.task),
  signInId: row.sign_in_id,
  state: wordOf(setUpStates, row.state),
  attempts: row.attempts,
  lookUps: row.look_ups,
  nextLookAt: row.next_look_at,
  targetId: row.target_id,
  words: row.words === null ? null : setUpWords.parse(row.words),
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  settledAt: row.settled_at,
});

const now = sql<Date>`clock_timestamp()`;
const inMs = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** Tasks of a connection, in the order of execution. */
export async function listSetUp(db: Db, connectionId: string): Promise<readonly StoredTask[]> {
  const rows = await db.selectFrom('set_up_task').selectAll().where('connection_id', '=', connectionId).execute();
  return rows.map(fromRow).sort((left, right) => setUpTasks.indexOf(left.task) - setUpTasks.indexOf(right.task));
}

/** Whether a task still needs this sign-in, which is kept until then. */
export async function needsSignIn(db: Db, signInId: string): Promise<boolean> {
  const open = await db
    .selectFrom('set_up_task')
    .select('task')
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', ['asked', 'sending', 'unknown'])
    .executeTakeFirst();
  return open !== undefined;
}

export interface AskedSetUp {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly signInId: string;
  readonly tasks: readonly SetUpTask[];
  readonly askedBy: string;
}

/** A signed-in person agreed to these tasks. Those done or refused are asked again; uncertain ones are looked up first. */
export async function askSetUp(db: Db, { tenantId, connectionId, signInId, tasks, askedBy }: AskedSetUp): Promise<void> {
  if (tasks.length === 0) return;
  await db
    .insertInto('set_up_task')
    .values(
      tasks.map((task) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        task,
        sign_in_id: signInId,
        asked_by: askedBy,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'task']).doUpdateSet((row) => ({
        sign_in_id: row.ref('excluded.sign_in_id'),
        asked_by: row.ref('excluded.asked_by'),
        asked_at: now,
        state: sql<string>`CASE WHEN set_up_task.state IN ('done', 'refused') THEN 'asked' ELSE set_up_task.state END`,
        words: null,
        settled_at: null,
      })),
    )
    .execute();
}

export interface Claim {
  readonly connectionId: string;
  readonly attemptId: string;
}

/** Takes the open tasks of a connection for one worker until the lease ends or is renewed. False: another one has them. */
export async function claimSetUp(db: Db, { connectionId, attemptId }: Claim, leaseMs: number): Promise<boolean> {
  const open = await db
    .selectFrom('set_up_task')
    .select(['task', sql<boolean>`lease_until > clock_timestamp()`.as('taken')])
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['asked', 'sending', 'unknown'])
    .forUpdate()
    .execute();
  if (open.length === 0 || open.some(({ taken }) => taken)) return false;
  await db
    .updateTable('set_up_task')
    .set({ attempt_id: attemptId, lease_until: inMs(leaseMs) })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['asked', 'sending', 'unknown'])
    .execute();
  return true;
}

/** Releases the tasks before their lease ends. */
export async function releaseSetUp(db: Db, { connectionId, attemptId }: Claim): Promise<void> {
  await db
    .updateTable('set_up_task')
    .set({ lease_until: null })
    .where('connection_id', '=', connectionId)
    .where('attempt_id', '=', attemptId)
    .execute();
}

const claimed = (db: Db, { connectionId, attemptId }: Claim, task: SetUpTask) =>
  db
    .updateTable('set_up_task')
    .where('connection_id', '=', connectionId)
    .where('attempt_id', '=', attemptId)
    .where('lease_until', '>', now)
    .where('task', '=', task);

/**
 * Records the intent of one write, to be committed before it is sent; renews the lease for all tasks of the claim. False: the
 * claim is lost, and nothing may be sent.
 */
export async function markSending(db: Db, claim: Claim, task: SetUpTask, leaseMs: number): Promise<boolean> {
  const changed = await claimed(db, claim, task)
    .set({ state: 'sending', attempts: sql<number>`attempts + 1`, look_ups: 0, next_look_at: null })
    .where('state', 'in', setUpSources('sending'))
    .executeTakeFirst();
  if (changed.numUpdatedRows !== 1n) return false;
  await db
    .updateTable('set_up_task')
    .set({ lease_until: inMs(leaseMs) })
    .where('connection_id', '=', claim.connectionId)
    .where('attempt_id', '=', claim.attemptId)
    .execute();
  return true;
}

export interface Settled {
  readonly state: 'done' | 'refused';
  readonly words: SetUpWords;
  readonly targetId?: string | null;
}

/** Ends a task. False: the claim is lost, and its present holder decides. */
export async function settleTask(db: Db, claim: Claim, task: SetUpTask, { state, words, targetId }: Settled): Promise<boolean> {
  const changed = await claimed(db, claim, task)
    .set({ state, words: jsonb(words), settled_at: now, next_look_at: null, ...(targetId && { target_id: targetId }) })
    .where('state', 'in', setUpSources(state))
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** It may have happened: looked up after `lookInMs`. */
export async function doubtTask(db: Db, claim: Claim, task: SetUpTask, lookInMs: number): Promise<void> {
  await claimed(db, claim, task)
    .set({ state: 'unknown', next_look_at: inMs(lookInMs) })
    .where('state', 'in', setUpSources('unknown'))
    .execute();
}

/** A look-up found nothing; the next one is due after `lookInMs`. */
export async function lookTaskUpAgain(db: Db, claim: Claim, task: SetUpTask, lookInMs: number): Promise<void> {
  await claimed(db, claim, task)
    .set({ look_ups: sql<number>`look_ups + 1`, next_look_at: inMs(lookInMs) })
    .where('state', '=', 'unknown')
    .execute();
}

/** It surely did not happen: it is sent again. */
export async function askTaskAgain(db: Db, claim: Claim, task: SetUpTask): Promise<void> {
  await claimed(db, claim, task)
    .set({ state: 'asked', look_ups: 0, next_look_at: null })
    .where('state', 'in', ['sending', 'unknown'])
    .execute();
}
