import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { invitationMachine } from '../../domain/invitations.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/**
 * A person's sign-in to Procore, from the link to the confirmed page.
 *
 * offered → started (sent to Procore) → returned (code sealed) → exchanged (token sealed, identity known) → confirmed. From
 * started, returned and exchanged it may be started again ("use another account") or become `refused` (the person declined, the
 * code was lost), from which it may be started again too. If its pending window passes without a confirmation it is `offered`
 * again: the link is still valid, the token is not. `expired` ends it with its link; `confirmed` ends it once its token is wiped.
 */
export const signInStates = ['offered', 'started', 'returned', 'exchanged', 'confirmed', 'refused', 'expired'] as const;
export type SignInState = (typeof signInStates)[number];

/** States from which the person may go to Procore (again). */
const startable = ['offered', 'started', 'returned', 'exchanged', 'refused'] as const;

const purposes = ['prove-ownership', 'authorize-person', 'see-account'] as const;
export type SignInPurpose = (typeof purposes)[number];

/** What the checks saw with the person's token, for the confirmation page. */
export const seenAtSignIn = z.object({
  /** The company that was checked: the result is valid for no other. */
  companyId: z.string(),
  companyName: z.string().nullable(),
  directoryLevel: z.string().nullable(),
  admin: z.boolean(),
});
export type SeenAtSignIn = z.infer<typeof seenAtSignIn>;

export interface SignIn {
  readonly signInId: string;
  readonly connectionId: string;
  readonly purpose: SignInPurpose;
  /** Who authorizes for themselves: `contractor`, or `member:` and their folded address. */
  readonly subject: string | null;
  readonly state: SignInState;
  readonly procoreUserId: string | null;
  readonly procoreUserName: string | null;
  readonly procoreLogin: string | null;
  /** Whether the login is the invited address; null: not known, or nobody was invited. */
  readonly isInvited: boolean | null;
  readonly seen: SeenAtSignIn | null;
  readonly refusal: string | null;
  /** A code waits to be exchanged; a token beside it belongs to an earlier attempt. */
  readonly hasCode: boolean;
  readonly hasToken: boolean;
  /** End of the pending window: the token is not used after it. */
  readonly tokenExpiresAt: Date | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** If it differs from ours, the database was restored and the link is void. */
  readonly restoreEpoch: string;
}

const fromRow = (row: Selectable<Database['sign_in']>): SignIn => ({
  signInId: row.sign_in_id,
  connectionId: row.connection_id,
  purpose: wordOf(purposes, row.purpose),
  subject: row.subject,
  state: wordOf(signInStates, row.state),
  procoreUserId: row.procore_user_id,
  procoreUserName: row.procore_user_name,
  procoreLogin: row.procore_login,
  isInvited: row.is_invited,
  seen: row.seen === null ? null : seenAtSignIn.parse(row.seen),
  refusal: row.refusal,
  hasCode: row.sealed_code !== null,
  hasToken: row.sealed_token !== null,
  tokenExpiresAt: row.token_expires_at,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  restoreEpoch: row.restore_epoch,
});

const now = sql<Date>`clock_timestamp()`;

export interface NewSignIn {
  readonly tenantId: string;
  readonly signInId: string;
  readonly connectionId: string;
  readonly purpose: SignInPurpose;
  /** Set for `authorize-person`. */
  readonly subject?: string;
  /** Hash of the secret in the link; the link itself is never stored. */
  readonly linkHash: Buffer;
  readonly restoreEpoch: string;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

export async function offerSignIn(db: Db, given: NewSignIn): Promise<void> {
  await db
    .insertInto('sign_in')
    .values({
      tenant_id: given.tenantId,
      sign_in_id: given.signInId,
      connection_id: given.connectionId,
      purpose: given.purpose,
      subject: given.subject ?? null,
      state: 'offered',
      link_hash: given.linkHash,
      restore_epoch: given.restoreEpoch,
      created_by: given.createdBy,
      expires_at: given.expiresAt,
    })
    .execute();
}

export async function findSignIn(db: Db, signInId: string): Promise<SignIn | undefined> {
  const row = await db.selectFrom('sign_in').selectAll().where('sign_in_id', '=', signInId).executeTakeFirst();
  return row && fromRow(row);
}

/** The sign-in that has progressed furthest comes first; the others by the age of their links. */
const furthestFirst = sql`CASE WHEN state = 'confirmed' AND ended_at IS NULL THEN 0 WHEN state = 'returned' THEN 1
  WHEN state = 'exchanged' THEN 2 ELSE 3 END`;

/**
 * The sign-in that counts for a connection and a purpose (and a subject, if it has several): the one that has progressed
 * furthest; of several exchanged ones the last; else that of the newest link. So an unused newer link does not hide a sign-in
 * that somebody came back from.
 */
export async function newestSignIn(
  db: Db,
  connectionId: string,
  purpose: SignInPurpose,
  subject: string | null = null,
): Promise<SignIn | undefined> {
  const row = await newestFirst(db, connectionId, purpose, subject).executeTakeFirst();
  return row && fromRow(row);
}

const newestFirst = (db: Db, connectionId: string, purpose: SignInPurpose, subject: string | null) =>
  db
    .selectFrom('sign_in')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('purpose', '=', purpose)
    .where('subject', 'is not distinct from', subject)
    .where('state', '<>', 'expired')
    .orderBy(furthestFirst)
    .orderBy(sql`CASE WHEN state = 'exchanged' THEN code_claimed_at END`, (order) => order.desc().nullsLast())
    .orderBy('created_at', 'desc');

/**
 * The same of the sign-ins for a subject that can still be confirmed, or were: one that somebody began by an invitation counts for
 * nothing once that has ended.
 */
export async function newestOfOpenLinks(db: Db, connectionId: string, subject: string): Promise<SignIn | undefined> {
  const row = await newestFirst(db, connectionId, 'authorize-person', subject)
    .where((where) =>
      where.or([
        where('state', '=', 'confirmed'),
        where.not(
          where.exists(
            where
              .selectFrom('invitation')
              .select('invitation_id')
              .whereRef('invitation.sign_in_id', '=', 'sign_in.sign_in_id')
              .where('invitation.state', 'not in', [...invitationMachine.open]),
          ),
        ),
      ]),
    )
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The sign-in of the last person who confirmed the account, for a subject. */
export async function lastConfirmed(db: Db, connectionId: string, subject: string): Promise<SignIn | undefined> {
  const row = await db
    .selectFrom('sign_in')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('subject', '=', subject)
    .where('state', '=', 'confirmed')
    .orderBy('ended_at', (order) => order.desc().nullsFirst())
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Sign-ins of people who authorize for themselves, or view what they authorized, that a worker has to process. */
export async function authorizingSignIns(db: Db, connectionId: string): Promise<readonly SignIn[]> {
  const rows = await db
    .selectFrom('sign_in')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('purpose', 'in', ['authorize-person', 'see-account'])
    .where('state', 'in', ['returned', 'confirmed'])
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return rows.map(fromRow);
}

/** Binds the link to a browser session (by POST only). A later session takes over until the person is confirmed. */
export async function openSession(db: Db, signInId: string, sessionHash: Buffer): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({ session_hash: sessionHash })
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', startable)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

export interface StartSignIn {
  readonly signInId: string;
  readonly sessionHash: Buffer;
  /** Hash of the OAuth `state`; good once, until `stateExpiresAt`. */
  readonly stateHash: Buffer;
  readonly stateExpiresAt: Date;
}

/**
 * The person is sent to Procore. Everything of an earlier attempt is void, since another person may have made it: its token is
 * not used, and stays sealed only until the worker has revoked it.
 */
export async function startSignIn(db: Db, given: StartSignIn): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({
      state: 'started',
      oauth_state_hash: given.stateHash,
      oauth_state_expires_at: given.stateExpiresAt,
      sealed_code: null,
      code_claimed_at: null,
      token_expires_at: sql<Date | null>`CASE WHEN sealed_token IS NOT NULL THEN to_timestamp(0) END`,
      procore_user_id: null,
      procore_user_name: null,
      procore_login: null,
      is_invited: null,
      seen: null,
      refusal: null,
    })
    .where('sign_in_id', '=', given.signInId)
    .where('session_hash', '=', given.sessionHash)
    .where('state', 'in', startable)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The person came back with a code, in the same browser and with the `state` of that start, which is then spent. */
export async function returnSignIn(
  db: Db,
  given: { readonly signInId: string; readonly sessionHash: Buffer; readonly stateHash: Buffer; readonly sealedCode: Buffer },
): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({
      state: 'returned',
      sealed_code: given.sealedCode,
      returned_at: now,
      oauth_state_hash: null,
      oauth_state_expires_at: null,
    })
    .where('sign_in_id', '=', given.signInId)
    .where('session_hash', '=', given.sessionHash)
    .where('oauth_state_hash', '=', given.stateHash)
    .where('oauth_state_expires_at', '>', now)
    .where('state', '=', 'started')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/**
 * The person confirmed the page that names tenant, partner and who they are. Only while pending, and only if their identity is
 * known; unless they authorize for themselves, only as an admin of the company that the connection names now. The pair of a
 * person who authorizes for themselves then waits to become a grant, for a day at most.
 */
export async function confirmSignIn(db: Db, signInId: string, sessionHash: Buffer): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({
      state: 'confirmed',
      link_hash: sql`sha256(link_hash)`,
      token_expires_at: sql<Date>`CASE WHEN purpose = 'authorize-person' THEN clock_timestamp() + interval '1 day' ELSE token_expires_at END`,
    })
    .where('sign_in_id', '=', signInId)
    .where('session_hash', '=', sessionHash)
    .where('state', '=', 'exchanged')
    .where('token_expires_at', '>', now)
    .where('procore_user_id', 'is not', null)
    .where(sql<boolean>`(purpose = 'authorize-person' OR seen->'admin' = 'true')`)
    .where(
      sql<boolean>`(purpose = 'authorize-person' OR seen->>'companyId' = (
        SELECT claimed_company_id FROM connection c WHERE c.tenant_id = sign_in.tenant_id AND c.connection_id = sign_in.connection_id))`,
    )
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

const ended = (db: Db, signInId: string, refusal: string) =>
  db
    .updateTable('sign_in')
    .set({ state: 'refused', refusal, sealed_code: null, oauth_state_hash: null, oauth_state_expires_at: null })
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', ['started', 'returned', 'exchanged']);

/** Ends an attempt because of what we saw, with words for the person; the same link may be used to try again. */
export async function refuseSignIn(db: Db, signInId: string, refusal: string): Promise<void> {
  await ended(db, signInId, refusal).execute();
}

/** Refuses what was confirmed before it was kept, with words for the person. Its token is revoked by upkeep. */
export async function refuseConfirmed(db: Db, signInId: string, refusal: string): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ state: 'refused', refusal })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'confirmed')
    .where('ended_at', 'is', null)
    .execute();
}

/** The person ends it in their own session; `refusal` says why. False if another session has it by then, or it has ended. */
export async function withdrawSignIn(
  db: Db,
  given: { readonly signInId: string; readonly sessionHash: Buffer; readonly refusal: string },
): Promise<boolean> {
  const changed = await ended(db, given.signInId, given.refusal).where('session_hash', '=', given.sessionHash).executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The connection names another company: what people were shown, and agreed to, was the former one. */
export async function voidSignIns(db: Db, connectionId: string, refusal: string): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ state: 'refused', refusal, sealed_code: null, oauth_state_hash: null, oauth_state_expires_at: null })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['started', 'returned', 'exchanged', 'confirmed'])
    .where('ended_at', 'is', null)
    .execute();
}

/** Stores who is signed in, if that was not visible when they came. */
export async function storeWho(
  db: Db,
  signInId: string,
  who: { readonly id: string; readonly name: string; readonly login: string },
): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ procore_user_id: who.id, procore_user_name: who.name, procore_login: who.login })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'exchanged')
    .where('procore_user_id', 'is', null)
    .execute();
}

/** Stores what was seen as one person; false if another person has signed in by the link meanwhile, or nobody is signed in. */
export async function storeSeen(db: Db, signInId: string, procoreUserId: string | null, seen: SeenAtSignIn): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({ seen: JSON.stringify(seen) })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'exchanged')
    .where('procore_user_id', 'is not distinct from', procoreUserId)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
