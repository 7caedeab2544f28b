import { expressionBuilder, type Selectable, sql } from 'kysely';
import { invitationMachine, type OwnInvitationState } from '../../domain/invitations.ts';
import type { Database } from '../database.d.ts';
import type { Db } from '../tenancy.ts';
import {
  type LinkKind,
  linkFromRow,
  type MailedLink,
  markUsed,
  moveLink,
  type NewLink,
  type NextGeneration,
  newLinkColumns,
  nextGeneration,
} from './mailed-links.ts';

/**
 * Invitations to connect, and the operations beyond those of every mailed link (`mailed-links.ts`): a connection has one open
 * chain at a time; they are passed on, withdrawn, and accepted together. States: `shared/domain/invitations.ts`.
 */
export const ofInvitation: LinkKind<OwnInvitationState> = {
  table: 'invitation',
  id: 'invitation_id',
  machine: invitationMachine,
  used: 'accepted',
  // nobody has confirmed the account (`invitation-returns.ts`)
  isAwaited: expressionBuilder<Database, 'invitation'>()('accepted_by', 'is', null),
};

export interface Invitation extends MailedLink<OwnInvitationState> {
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
  /** The part of the invited address that may be shown. */
  readonly invitedShown: string;
  readonly createdAt: Date;
}

const fromRow = (row: Selectable<Database['invitation']>): Invitation => ({
  ...linkFromRow(ofInvitation, row),
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
  createdAt: row.created_at,
});

type Given = Omit<Invitation, keyof MailedLink | 'rootId' | 'passedOnFrom' | 'createdAt'>;

export interface NewInvitation extends NewLink, Given {
  readonly tenantId: string;
  readonly createdBy: string;
  /** The one it was passed on from; they end together. */
  readonly passedOn?: { readonly from: string; readonly rootId: string };
}

/** Stores an invitation. A connection has one open chain at a time: the open invitations of other chains are superseded. */
export async function invite(db: Db, given: NewInvitation): Promise<Invitation> {
  const rootId = given.passedOn?.rootId ?? given.invitationId;
  await supersede(db, given.connectionId, (open) => open.where('root_id', '<>', rootId));
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
      created_by: given.createdBy,
      ...newLinkColumns(given),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

const openOnes = (db: Db, connectionId: string, end: 'superseded' | 'expired' | 'withdrawn' = 'superseded') =>
  db
    .updateTable('invitation')
    .set({ state: end, ended_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', [...invitationMachine.open]);

async function supersede(
  db: Db,
  connectionId: string,
  those: (open: ReturnType<typeof openOnes>) => ReturnType<typeof openOnes> = (open) => open,
): Promise<void> {
  await those(openOnes(db, connectionId)).execute();
}

export async function findInvitation(db: Db, invitationId: string): Promise<Invitation | undefined> {
  const row = await db.selectFrom('invitation').selectAll().where('invitation_id', '=', invitationId).executeTakeFirst();
  return row && fromRow(row);
}

/** The invitations of a connection, newest first. */
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

const placeOf = (db: Db, invitationId: string) =>
  db
    .selectFrom('invitation')
    .select(['connection_id', 'root_id'])
    .where('invitation_id', '=', invitationId)
    .executeTakeFirstOrThrow();

/** Mails it again and makes its chain the open one. False if it was sent again meanwhile, or has ended for good. */
export async function sendAgain(db: Db, invitationId: string, next: NextGeneration): Promise<boolean> {
  if (!(await nextGeneration(db, ofInvitation, invitationId, next, { accepted_by: null }))) return false;
  const { connection_id, root_id } = await placeOf(db, invitationId);
  await supersede(db, connection_id, (open) => open.where('root_id', '<>', root_id));
  return true;
}

/** The inviter withdraws it: its link is void at once, and so are those of its whole chain. False if it has ended for good. */
export async function withdrawInvitation(db: Db, invitationId: string): Promise<boolean> {
  if (!(await moveLink(db, ofInvitation, invitationId, 'withdrawn'))) return false;
  const { connection_id, root_id } = await placeOf(db, invitationId);
  await supersede(db, connection_id, (open) => open.where('root_id', '=', root_id));
  return true;
}

/**
 * The connection has ended, and with it its open invitations: `expired` if nobody came in time, `withdrawn` if somebody ended it.
 * Nobody comes by a link to what is no more.
 */
export async function endInvitationsWith(db: Db, connectionId: string, state: 'expired' | 'withdrawn'): Promise<void> {
  await openOnes(db, connectionId, state).execute();
}

/**
 * Accepts the invitation whose sign-in binds a company, and voids all other links of the connection. Runs in the transaction that
 * binds. False if the sign-in came by no open invitation.
 */
export async function acceptInvitation(db: Db, signInId: string, acceptedBy: string): Promise<boolean> {
  const invitationId = await markUsed(db, ofInvitation, signInId, { accepted_by: acceptedBy });
  if (invitationId === undefined) return false;
  await supersede(db, (await placeOf(db, invitationId)).connection_id);
  return true;
}

/** "I'm not the right person." False if it has ended, or was passed on already. */
export const passOn = (db: Db, invitationId: string): Promise<boolean> => moveLink(db, ofInvitation, invitationId, 'passed-on');

/** The number of invitations in a chain, including the first. */
export async function lengthOfChain(db: Db, rootId: string): Promise<number> {
  const row = await db
    .selectFrom('invitation')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('root_id', '=', rootId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
