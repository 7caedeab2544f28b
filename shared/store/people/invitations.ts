import { type Selectable, sql } from 'kysely';
import { type InvitationState, invitationStates, openInvitationStates, statesBefore } from '../../domain/invitations.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** An invitation to connect; its states and where each may go to stand in `shared/domain/invitations.ts`. */
export interface Invitation {
  readonly invitationId: string;
  readonly connectionId: string;
  readonly rootId: string;
  readonly passedOnFrom: string | null;
  readonly partnerProjectId: string;
  readonly projectName: string;
  readonly inviterName: string;
  readonly inviterCompany: string;
  readonly invitedCompany: string;
  readonly sealedInviter: Buffer;
  readonly sealedInvited: Buffer;
  /** What may be shown of the invited address. */
  readonly invitedShown: string;
  readonly state: InvitationState;
  readonly generation: number;
  readonly linkHash: Buffer;
  /** Where it differs from ours, the database was restored and the link is void. */
  readonly restoreEpoch: string;
  readonly remindersStopped: boolean;
  /** The mail server's words, where it refused the address. */
  readonly bounce: string | null;
  readonly signInId: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly openedAt: Date | null;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}

const fromRow = (row: Selectable<Database['invitation']>): Invitation => ({
  invitationId: row.invitation_id,
  connectionId: row.connection_id,
  rootId: row.root_id,
  passedOnFrom: row.passed_on_from,
  partnerProjectId: row.partner_project_id,
  projectName: row.project_name,
  inviterName: row.inviter_name,
  inviterCompany: row.inviter_company,
  invitedCompany: row.invited_company,
  sealedInviter: row.sealed_inviter,
  sealedInvited: row.sealed_invited,
  invitedShown: row.invited_shown,
  state: wordOf(invitationStates, row.state),
  generation: row.generation,
  linkHash: row.link_hash,
  restoreEpoch: row.restore_epoch,
  remindersStopped: row.reminders_stopped_at !== null,
  bounce: row.bounce,
  signInId: row.sign_in_id,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  openedAt: row.opened_at,
  endedAt: row.ended_at,
  expiresAt: row.expires_at,
});

const now = sql<Date>`clock_timestamp()`;
const inMs = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

export interface NewInvitation {
  readonly tenantId: string;
  readonly invitationId: string;
  readonly connectionId: string;
  readonly partnerProjectId: string;
  readonly projectName: string;
  readonly inviterName: string;
  readonly inviterCompany: string;
  readonly invitedCompany: string;
  readonly sealedInviter: Buffer;
  readonly sealedInvited: Buffer;
  readonly invitedShown: string;
  readonly linkHash: Buffer;
  readonly restoreEpoch: string;
  readonly createdBy: string;
  readonly lifeMs: number;
  /** The one it was passed on from: they end together. */
  readonly passedOn?: { readonly from: string; readonly rootId: string };
}

/** Writes an invitation. Of a connection one is open at a time, with those it was passed on to: the ones before are superseded. */
export async function invite(db: Db, given: NewInvitation): Promise<Invitation> {
  const rootId = given.passedOn?.rootId ?? given.invitationId;
  await endOthers(db, given.connectionId, (query) => query.where('root_id', '<>', rootId));
  const row = await db
    .insertInto('invitation')
    .values({
      tenant_id: given.tenantId,
      invitation_id: given.invitationId,
      connection_id: given.connectionId,
      root_id: rootId,
      passed_on_from: given.passedOn?.from ?? null,
      partner_project_id: given.partnerProjectId,
      project_name: given.projectName,
      inviter_name: given.inviterName,
      inviter_company: given.inviterCompany,
      invited_company: given.invitedCompany,
      sealed_inviter: given.sealedInviter,
      sealed_invited: given.sealedInvited,
      invited_shown: given.invitedShown,
      state: 'created',
      link_hash: given.linkHash,
      restore_epoch: given.restoreEpoch,
      created_by: given.createdBy,
      expires_at: inMs(given.lifeMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

const openOnes = (db: Db, connectionId: string) =>
  db
    .updateTable('invitation')
    .set({ state: 'superseded', ended_at: now })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', [...openInvitationStates]);

async function endOthers(
  db: Db,
  connectionId: string,
  those: (query: ReturnType<typeof openOnes>) => ReturnType<typeof openOnes>,
): Promise<void> {
  await those(openOnes(db, connectionId)).execute();
}

export async function findInvitation(db: Db, invitationId: string): Promise<Invitation | undefined> {
  const row = await db.selectFrom('invitation').selectAll().where('invitation_id', '=', invitationId).executeTakeFirst();
  return row && fromRow(row);
}

/** Those of a connection, the newest first. */
export async function listInvitations(db: Db, connectionId: string): Promise<readonly Invitation[]> {
  const rows = await db
    .selectFrom('invitation')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('created_at', 'desc')
    .orderBy('invitation_id', 'desc')
    .execute();
  return rows.map(fromRow);
}

/** An update of one invitation that may go to that state from where it stands. */
const goingTo = (db: Db, invitationId: string, state: InvitationState) =>
  db
    .updateTable('invitation')
    .set({ state })
    .where('invitation_id', '=', invitationId)
    .where('state', 'in', [...statesBefore(state)]);

export interface SendAgain {
  readonly invitationId: string;
  /** The generation that was seen: two presses at once make one mail. */
  readonly generation: number;
  readonly linkHash: Buffer;
  readonly restoreEpoch: string;
  readonly lifeMs: number;
}

/** Another generation, whose link alone is good from now on. False: it was sent again meanwhile, or has ended for good. */
export async function sendAgain(db: Db, given: SendAgain): Promise<boolean> {
  const changed = await goingTo(db, given.invitationId, 'created')
    .set({
      generation: given.generation + 1,
      link_hash: given.linkHash,
      restore_epoch: given.restoreEpoch,
      expires_at: inMs(given.lifeMs),
      reminders: 0,
      bounce: null,
      sent_at: null,
      opened_at: null,
      ended_at: null,
      accepted_by: null,
    })
    .where('generation', '=', given.generation)
    .returning(['connection_id', 'root_id'])
    .executeTakeFirst();
  if (changed === undefined) return false;
  await endOthers(db, changed.connection_id, (query) => query.where('root_id', '<>', changed.root_id));
  return true;
}

/** Who invited takes it back: its link is void at once, and those of everybody in its chain. False: it has ended for good. */
export async function withdrawInvitation(db: Db, invitationId: string): Promise<boolean> {
  const row = await goingTo(db, invitationId, 'withdrawn')
    .set({ ended_at: now })
    .returning(['connection_id', 'root_id'])
    .executeTakeFirst();
  if (row === undefined) return false;
  await endOthers(db, row.connection_id, (query) => query.where('root_id', '=', row.root_id));
  return true;
}

/** Somebody pressed a button on its page. Counts once; the link stays good. */
export async function markOpened(db: Db, invitationId: string): Promise<void> {
  await goingTo(db, invitationId, 'opened').set({ opened_at: now }).execute();
}

/**
 * Ties the sign-in that was begun from its page to it, in the place of `before`. Answers whose sign-in counts: another press may have been
 * first. Undefined: it has ended.
 */
export async function bindSignIn(
  db: Db,
  invitationId: string,
  signIn: { readonly signInId: string; readonly before: string | null },
): Promise<string | undefined> {
  const row = await db
    .updateTable('invitation')
    .set({
      sign_in_id: sql<string>`CASE WHEN sign_in_id IS NOT DISTINCT FROM ${signIn.before}::uuid THEN ${signIn.signInId}::uuid ELSE sign_in_id END`,
    })
    .where('invitation_id', '=', invitationId)
    .where('state', 'in', [...openInvitationStates])
    .returning('sign_in_id')
    .executeTakeFirst();
  return row?.sign_in_id ?? undefined;
}

/** Whether a sign-in came by an invitation, and that one still stands. Locks it, so that nobody takes it back meanwhile. */
export async function standingOfInvitation(db: Db, signInId: string): Promise<'none' | 'open' | 'ended'> {
  const row = await db.selectFrom('invitation').select('state').where('sign_in_id', '=', signInId).forUpdate().executeTakeFirst();
  if (row === undefined) return 'none';
  return openInvitationStates.some((open) => open === row.state) ? 'open' : 'ended';
}

/**
 * A company is bound by the sign-in of this invitation: it is accepted, its link is void, and so are the links of everybody it was passed
 * on from or to. In the unit of work that binds. False: the sign-in came by no open invitation.
 */
export async function acceptInvitation(db: Db, signInId: string, acceptedBy: string): Promise<boolean> {
  const row = await db
    .updateTable('invitation')
    .set({ state: 'accepted', ended_at: now, accepted_by: acceptedBy, link_hash: sql`sha256(link_hash)` })
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', [...statesBefore('accepted')])
    .returning('connection_id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await endOthers(db, row.connection_id, (query) => query);
  return true;
}

/** "I'm not the right person." False: it has ended, or was passed on already. */
export async function passOn(db: Db, invitationId: string): Promise<boolean> {
  const changed = await goingTo(db, invitationId, 'passed-on').executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** How many there are in the chain of an invitation, the first one included. */
export async function lengthOfChain(db: Db, rootId: string): Promise<number> {
  const row = await db
    .selectFrom('invitation')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('root_id', '=', rootId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The person wants no more reminders of it. */
export async function stopReminders(db: Db, invitationId: string): Promise<void> {
  await db.updateTable('invitation').set({ reminders_stopped_at: now }).where('invitation_id', '=', invitationId).execute();
}
