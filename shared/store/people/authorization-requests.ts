import { type Selectable, sql } from 'kysely';
import {
  openRequestStates,
  type RequestCause,
  type RequestState,
  requestCauses,
  requestStates,
  requestStatesBefore,
} from '../../domain/authorization-requests.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** A person who is asked to authorize Procore for themselves; states and transitions in `shared/domain/authorization-requests.ts`. */
export interface AuthorizationRequest {
  readonly requestId: string;
  /** As of their sign-ins: a member, or the contractor of a connection. */
  readonly subject: string;
  readonly connectionId: string | null;
  readonly state: RequestState;
  readonly cause: RequestCause;
  readonly generation: number;
  readonly linkHash: Buffer;
  readonly accountHash: Buffer;
  /** Where it differs from ours, the database was restored and the link is void. */
  readonly restoreEpoch: string;
  readonly remindersStopped: boolean;
  readonly bounce: string | null;
  readonly signInId: string | null;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}

const fromRow = (row: Selectable<Database['authorization_request']>): AuthorizationRequest => ({
  requestId: row.request_id,
  subject: row.subject,
  connectionId: row.connection_id,
  state: wordOf(requestStates, row.state),
  cause: wordOf(requestCauses, row.cause),
  generation: row.generation,
  linkHash: row.link_hash,
  accountHash: row.account_hash,
  restoreEpoch: row.restore_epoch,
  remindersStopped: row.reminders_stopped_at !== null,
  bounce: row.bounce,
  signInId: row.sign_in_id,
  askedAt: row.asked_at,
  endedAt: row.ended_at,
  expiresAt: row.expires_at,
});

const now = sql<Date>`clock_timestamp()`;
const inMs = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

export interface NewRequest {
  readonly tenantId: string;
  readonly requestId: string;
  readonly subject: string;
  /** Goes with the contractor. */
  readonly connectionId: string | null;
  readonly cause: RequestCause;
  /** Of the first generation. */
  readonly linkHash: Buffer;
  readonly accountHash: Buffer;
  readonly restoreEpoch: string;
  readonly lifeMs: number;
}

/** Asks a person for the first time; who has connected a project has answered already. False: they were asked before, or are being asked by another. */
export async function beginRequest(db: Db, given: NewRequest): Promise<boolean> {
  const isAnswered = given.cause === 'connected';
  const row = await db
    .insertInto('authorization_request')
    .values({
      tenant_id: given.tenantId,
      request_id: given.requestId,
      subject: given.subject,
      connection_id: given.connectionId,
      state: isAnswered ? 'answered' : 'created',
      ended_at: isAnswered ? now : null,
      cause: given.cause,
      link_hash: given.linkHash,
      account_hash: given.accountHash,
      restore_epoch: given.restoreEpoch,
      expires_at: inMs(given.lifeMs),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'subject', 'connection_id']).doNothing())
    .returning('request_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findRequest(db: Db, requestId: string): Promise<AuthorizationRequest | undefined> {
  const row = await db.selectFrom('authorization_request').selectAll().where('request_id', '=', requestId).executeTakeFirst();
  return row && fromRow(row);
}

/** Of a member, or of the contractor of that connection. */
export async function requestOf(
  db: Db,
  { subject, connectionId }: Pick<NewRequest, 'subject' | 'connectionId'>,
): Promise<AuthorizationRequest | undefined> {
  const row = await db
    .selectFrom('authorization_request')
    .selectAll()
    .where('subject', '=', subject)
    .where('connection_id', 'is not distinct from', connectionId)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** An update of one request that may go to that state from where it stands. */
const goingTo = (db: Db, requestId: string, state: RequestState) =>
  db
    .updateTable('authorization_request')
    .set({ state })
    .where('request_id', '=', requestId)
    .where('state', 'in', [...requestStatesBefore(state)]);

export interface AskAgain {
  readonly requestId: string;
  /** The generation that was seen: two who ask at once make one mail. */
  readonly generation: number;
  readonly cause: RequestCause;
  readonly linkHash: Buffer;
  readonly restoreEpoch: string;
  readonly lifeMs: number;
}

/** Another generation, whose link alone is good from now on. False: it was asked again meanwhile. */
export async function askAgain(db: Db, given: AskAgain): Promise<boolean> {
  const changed = await goingTo(db, given.requestId, 'created')
    .set({
      cause: given.cause,
      generation: given.generation + 1,
      link_hash: given.linkHash,
      restore_epoch: given.restoreEpoch,
      expires_at: inMs(given.lifeMs),
      reminders: 0,
      bounce: null,
      asked_at: now,
      sent_at: null,
      opened_at: null,
      ended_at: null,
    })
    .where('generation', '=', given.generation)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Somebody pressed a button on its page. Counts once; the link stays good. */
export async function markRequestOpened(db: Db, requestId: string): Promise<void> {
  await goingTo(db, requestId, 'opened').set({ opened_at: now }).execute();
}

/**
 * Ties the sign-in that was begun from its page to it, in the place of `before`. Answers whose sign-in counts: another press may have been
 * first. Undefined: it has ended.
 */
export async function bindRequestSignIn(
  db: Db,
  requestId: string,
  signIn: { readonly signInId: string; readonly before: string | null },
): Promise<string | undefined> {
  const row = await db
    .updateTable('authorization_request')
    .set((set) => ({
      sign_in_id: set
        .case()
        .when('sign_in_id', 'is not distinct from', signIn.before)
        .then(signIn.signInId)
        .else(set.ref('sign_in_id'))
        .end(),
    }))
    .where('request_id', '=', requestId)
    .where('state', 'in', [...openRequestStates])
    .returning('sign_in_id')
    .executeTakeFirst();
  return row?.sign_in_id ?? undefined;
}

/** Whether a sign-in came by a request, and that one still stands. Locks it, so that nobody takes it back meanwhile. */
export async function standingOfRequest(db: Db, signInId: string): Promise<'none' | 'open' | 'ended'> {
  const row = await db
    .selectFrom('authorization_request')
    .select('state')
    .where('sign_in_id', '=', signInId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return 'none';
  return openRequestStates.some((open) => open === row.state) ? 'open' : 'ended';
}

/** A Procore identity is bound by its sign-in: the link is void. In the unit of work that binds. False: the sign-in came by no open one. */
export async function answerRequest(db: Db, signInId: string): Promise<boolean> {
  const changed = await db
    .updateTable('authorization_request')
    .set({ state: 'answered', ended_at: now, link_hash: sql`sha256(link_hash)` })
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', [...requestStatesBefore('answered')])
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The person wants no more reminders of it. */
export async function stopRequestReminders(db: Db, requestId: string): Promise<void> {
  await db.updateTable('authorization_request').set({ reminders_stopped_at: now }).where('request_id', '=', requestId).execute();
}

/** The link of a member is void at once, and nobody asks them by themselves. */
export async function endRequestLink(db: Db, subject: string): Promise<void> {
  await db
    .updateTable('authorization_request')
    .set({ state: 'expired', ended_at: now })
    .where('subject', '=', subject)
    .where('state', 'in', [...openRequestStates])
    .execute();
}
