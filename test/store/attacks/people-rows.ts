import type { OfferedProject } from '../../../shared/domain/contractors.ts';
import { type Ids, inDays, type Row } from './world.ts';

export const offerOf = ({
  companyId,
  procoreProjectId,
  mark,
}: Pick<Ids, 'companyId' | 'procoreProjectId' | 'mark'>): OfferedProject => ({
  companyId,
  companyName: mark,
  projectId: procoreProjectId,
  projectName: mark,
  number: null,
  city: null,
  timeZone: null,
  role: 'project-directory',
  looked: true,
});

/** What people of a connection were offered, authorized and decided. */
export function peopleRows(ids: Ids): readonly Row[] {
  const { connectionId: connection_id, mark } = ids;
  return [
    {
      table: 'offered_project',
      connection_id,
      procore_project_id: ids.procoreProjectId,
      procore_company_id: ids.companyId,
      position: 0,
      offer: offerOf(ids),
    },
    { table: 'owner_address', connection_id, procore_user_id: mark, sealed_address: Buffer.from(mark) },
    { table: 'owner_address', connection_id, procore_user_id: `nowhere-${mark}` },
    { table: 'backfill_survey', connection_id, survey: { rfis: null, submittals: null }, budget_key: mark },
    { table: 'member_account', email_key: mark, grant_id: ids.grants.live },
    { table: 'member_account', email_key: `lapsed-${mark}`, grant_id: ids.grants.lapsed },
    { table: 'team_member', connection_id, member_id: mark, name: mark, email: mark, email_key: mark, returns: true },
    { table: 'response_mapping', connection_id, procore_response_id: mark, procore_name: mark, state: 'new' },
    {
      table: 'response_mapping',
      connection_id,
      procore_response_id: `former-${mark}`,
      procore_name: mark,
      state: 'none',
      decided_by: mark,
      gone_at: inDays(-1),
    },
  ];
}

export function grantRows({ grants, mark, ...ids }: Ids): readonly Row[] {
  const moments = { access_issued_at: inDays(-8), access_expires_at: inDays(-7) };
  const claimed = { attempt_id: ids.grantAttemptId, lease_until: inDays(1) };
  const rows: Readonly<Record<keyof typeof grants, object>> = {
    live: { procore_user_id: mark },
    refreshing: claimed,
    lapsed: {},
  };
  return [
    ...Object.entries(rows).map(([word, row]) => ({
      table: 'person_grant',
      grant_id: grants[word as keyof typeof grants], // Object.entries forgets the names
      procore_user_id: `${word}-${mark}`,
      procore_name: mark,
      state: word,
      sealed_pair: ids.sealed,
      ...moments,
      ...row,
    })),
    { table: 'grant_event', grant_id: grants.lapsed, version: 1, kind: 'lapsed' },
    { table: 'grant_event', grant_id: grants.live, version: 0, kind: 'refreshed', at: inDays(-91) },
    { table: 'grant_leftover', leftover_id: ids.leftoverId, grant_id: grants.lapsed, sealed_pair: ids.sealed },
  ];
}
