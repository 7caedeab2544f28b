import { expressionBuilder, type Selectable, sql } from 'kysely';
import { type OwnRequestState, type RequestCause, requestCauses, requestMachine } from '../../domain/authorization-requests.ts';
import type { LinkState } from '../../domain/mailed-links.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import {
  type LinkKind,
  linkFromRow,
  type MailedLink,
  type NewLink,
  type NextGeneration,
  newLinkColumns,
  nextGeneration,
} from './mailed-links.ts';

/**
 * Requests to people to authorize Procore for themselves, and the operations beyond those of every mailed link
 * (`mailed-links.ts`): one request per person, repeated for a cause, with the link to their account. States:
 * `shared/domain/authorization-requests.ts`.
 */
export const ofRequest: LinkKind<OwnRequestState> = {
  table: 'authorization_request',
  id: 'request_id',
  machine: requestMachine,
  used: 'answered',
  // the mail about a lapsed authorization is sent once, without reminders
  isAwaited: expressionBuilder<Database, 'authorization_request'>()('cause', '=', 'asked' satisfies RequestCause),
};

export interface AuthorizationRequest extends MailedLink<OwnRequestState> {
  readonly requestId: string;
  /** The same as in their sign-ins: a member, or the contractor of a connection. */
  readonly subject: string;
  /** Set for the contractor only. */
  readonly connectionId: string | null;
  readonly cause: RequestCause;
  readonly accountHash: Buffer;
  readonly askedAt: Date;
}

const fromRow = (row: Selectable<Database['authorization_request']>): AuthorizationRequest => ({
  ...linkFromRow(ofRequest, row),
  requestId: row.request_id,
  subject: row.subject,
  connectionId: row.connection_id,
  cause: wordOf(requestCauses, row.cause),
  accountHash: row.account_hash,
  askedAt: row.asked_at,
});

const now = sql<Date>`clock_timestamp()`;

/** Its link is of the first generation. */
export interface NewRequest extends NewLink, Omit<AuthorizationRequest, keyof MailedLink | 'askedAt'> {
  readonly tenantId: string;
}

/** Asks a person for the first time; `connected` counts as answered. False if they were asked before, or concurrently. */
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
      account_hash: given.accountHash,
      ...newLinkColumns(given),
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

/** The request of a member, or of the contractor of that connection. */
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

/** Mails them again, for that cause. False if they were asked again meanwhile. */
export const askAgain = (db: Db, requestId: string, cause: RequestCause, next: NextGeneration): Promise<boolean> =>
  nextGeneration(db, ofRequest, requestId, next, { cause, asked_at: now });

/** Expires a member's link at once, and no reminders follow. */
export async function endRequestLink(db: Db, subject: string): Promise<void> {
  await db
    .updateTable('authorization_request')
    .set({ state: 'expired' satisfies LinkState, ended_at: now })
    .where('subject', '=', subject)
    .where('state', 'in', [...requestMachine.open])
    .execute();
}
