import { sql } from 'kysely';
import { type RequestState, requestStates } from '../domain/authorization-requests.ts';
import { type PartnerName, partnerNames } from '../domain/partners.ts';
import { endedStages } from './connections.ts';
import { type GrantState, grantStates } from './grants.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** Where a member returns documents now: what they are written to about, and by which connection they sign in. */
export interface MemberPlace {
  readonly connectionId: string;
  readonly partner: PartnerName;
  readonly projectName: string;
  /** As the partner gave it. */
  readonly email: string;
}

/** Projects of the tenant that a member belongs to now, the oldest first; none: they have left. */
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

/** A responder as whoever manages the project sees them. */
export interface StoredResponder {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly returns: boolean;
  readonly leftAt: Date | null;
  readonly grantId: string | null;
  readonly grantState: GrantState | null;
  readonly procoreUserId: string | null;
  readonly lastUsedAt: Date | null;
  readonly authorizedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lapsedAt: Date | null;
  readonly requestState: RequestState | null;
  readonly askedAt: Date | null;
  readonly requestEndedAt: Date | null;
  readonly bounce: string | null;
}

/** Whoever returns documents on the project, or did so until they left, by name, those who left at the end. */
export async function listResponders(db: Db, connectionId: string, memberId?: string): Promise<readonly StoredResponder[]> {
  const rows = await db
    .selectFrom('team_member as m')
    .leftJoin('member_account as a', (join) =>
      join.onRef('a.tenant_id', '=', 'm.tenant_id').onRef('a.email_key', '=', 'm.email_key'),
    )
    .leftJoin('person_grant as g', (join) => join.onRef('g.tenant_id', '=', 'a.tenant_id').onRef('g.grant_id', '=', 'a.grant_id'))
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
    .select(['m.member_id', 'm.name', 'm.email', 'm.email_key', 'm.returns', 'm.left_at'])
    .select(['a.grant_id', 'g.authorized_at', 'g.state as grant_state', 'g.procore_user_id', 'g.last_used_at', 'g.revoked_at'])
    .select(['l.at as lapsed_at', 'r.state as request_state', 'r.asked_at', 'r.ended_at', 'r.bounce'])
    .where('m.connection_id', '=', connectionId)
    .where('m.returns', '=', true)
    .$if(memberId !== undefined, (query) => query.where('m.member_id', '=', memberId ?? ''))
    .orderBy(sql`m.left_at IS NOT NULL`)
    .orderBy('m.name')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    memberId: row.member_id,
    name: row.name,
    email: row.email,
    emailKey: row.email_key,
    returns: row.returns,
    leftAt: row.left_at,
    grantId: row.grant_id,
    grantState: row.grant_state === null ? null : wordOf(grantStates, row.grant_state),
    procoreUserId: row.procore_user_id,
    lastUsedAt: row.last_used_at,
    authorizedAt: row.authorized_at,
    revokedAt: row.revoked_at,
    lapsedAt: row.lapsed_at,
    requestState: row.request_state === null ? null : wordOf(requestStates, row.request_state),
    askedAt: row.asked_at,
    requestEndedAt: row.ended_at,
    bounce: row.bounce,
  }));
}
