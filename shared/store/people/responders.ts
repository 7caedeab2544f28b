import { sql } from 'kysely';
import { type RequestState, requestMachine, requestStates } from '../../domain/authorization-requests.ts';
import { isOpen } from '../../domain/mailed-links.ts';
import { type PartnerName, partnerNames } from '../../domain/partners.ts';
import { endedStages } from '../connections/connections.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { type Member, memberOf, membersOf } from './members.ts';

/** A project where a member returns documents: what mails are about, and the connection by which they sign in. */
export interface MemberPlace {
  readonly connectionId: string;
  readonly partner: PartnerName;
  readonly projectName: string;
  /** As the partner gave it. */
  readonly email: string;
}

/** The tenant's projects that a member belongs to, oldest first; empty if they have left. */
export async function placesOfMember(db: Db, emailKey: string): Promise<readonly MemberPlace[]> {
  const rows = await db
    .selectFrom('team_member as m')
    .innerJoin('connection as c', (join) =>
      join.onRef('c.tenant_id', '=', 'm.tenant_id').onRef('c.connection_id', '=', 'm.connection_id'),
    )
    .select(['c.connection_id', 'c.partner', 'c.bound_project_name', 'm.email'])
    .where('m.email_key', '=', emailKey)
    .where('m.left_at', 'is', null)
    .where('c.stage', 'not in', [...endedStages])
    .orderBy('c.created_at')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    partner: wordOf(partnerNames, row.partner),
    projectName: row.bound_project_name ?? '',
    email: row.email,
  }));
}

/** Members who acted with an authorization of this person's that has lapsed or that the person revoked; by their folded addresses. */
export async function membersToReturn(db: Db, procoreUserId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('member_account as a')
    .innerJoin('person_grant as g', (join) =>
      join.onRef('g.tenant_id', '=', 'a.tenant_id').onRef('g.grant_id', '=', 'a.grant_id'),
    )
    .select('a.email_key')
    .where('g.procore_user_id', '=', procoreUserId)
    .where('g.state', 'in', ['lapsed', 'revoked'])
    .where('a.revoked_at', 'is', null)
    .orderBy('a.email_key')
    .execute();
  return rows.map(({ email_key: emailKey }) => emailKey);
}

/** A responder as shown to whoever manages the project. */
export interface StoredResponder extends Member {
  /** Of the account that they signed in with. */
  readonly procoreName: string | null;
  /** Who they were in Procore before, if that was somebody else. */
  readonly formerUserId: string | null;
  readonly lastUsedAt: Date | null;
  readonly authorizedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lapsedAt: Date | null;
  readonly requestState: RequestState | null;
  readonly askedAt: Date | null;
  readonly requestEndedAt: Date | null;
  readonly requestExpiresAt: Date | null;
  readonly bounce: string | null;
}

/**
 * `not-asked`: no link of theirs is open; `another-account`: they signed in with another member's; `lapsed`: Procore accepts it no
 * more.
 */
export const responderStates = ['not-asked', 'asked', 'authorized', 'another-account', 'lapsed', 'revoked', 'left'] as const;
export type ResponderState = (typeof responderStates)[number];

/** How a responder stands, and since when. */
export function responderStanding(row: StoredResponder): { readonly state: ResponderState; readonly since: Date | null } {
  if (row.leftAt !== null) return { state: 'left', since: row.leftAt };
  if (row.grantState === 'lapsed') return { state: 'lapsed', since: row.lapsedAt };
  const stands = row.grantState !== null && row.grantState !== 'revoked';
  if (stands && row.accountOf === null) return { state: 'authorized', since: row.authorizedAt };
  if (isOpen(requestMachine, row.requestState)) return { state: 'asked', since: row.askedAt };
  if (stands) return { state: 'another-account', since: row.authorizedAt };
  return row.grantState === 'revoked'
    ? { state: 'revoked', since: row.revokedAt }
    : { state: 'not-asked', since: row.requestEndedAt };
}

/** Everybody who returns documents on the project, or did until they left, by name; those who left come last. */
export async function listResponders(db: Db, connectionId: string, memberId?: string): Promise<readonly StoredResponder[]> {
  const rows = await membersOf(db, connectionId)
    .leftJoin('grant_event as l', (join) =>
      join
        .onRef('l.tenant_id', '=', 'g.tenant_id')
        .onRef('l.grant_id', '=', 'g.grant_id')
        .onRef('l.version', '=', 'g.version')
        .on('l.kind', '=', 'lapsed'),
    )
    .leftJoin('authorization_request as r', (join) =>
      join.onRef('r.tenant_id', '=', 'm.tenant_id').on(sql<boolean>`r.subject = 'member:' || m.email_key`),
    )
    .select(['a.authorized_at', 'a.former_user_id', 'g.procore_name', 'g.last_used_at', 'l.at as lapsed_at'])
    .select(sql<Date | null>`coalesce(a.revoked_at, g.revoked_at)`.as('revoked_at'))
    .select(['r.state as request_state', 'r.asked_at', 'r.ended_at', 'r.expires_at', 'r.bounce'])
    .where('m.returns', '=', true)
    .$if(memberId !== undefined, (query) => query.where('m.member_id', '=', memberId ?? ''))
    .orderBy(sql`m.left_at IS NOT NULL`)
    .orderBy('m.name')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    ...memberOf(row),
    procoreName: row.procore_name,
    formerUserId: row.former_user_id,
    lastUsedAt: row.last_used_at,
    authorizedAt: row.authorized_at,
    revokedAt: row.revoked_at,
    lapsedAt: row.lapsed_at,
    requestState: row.request_state === null ? null : wordOf(requestStates, row.request_state),
    askedAt: row.asked_at,
    requestEndedAt: row.ended_at,
    requestExpiresAt: row.expires_at,
    bounce: row.bounce,
  }));
}
