import { type Ids, inDays, type Row } from './world.ts';

/** What people agreed to, whose turn it is to read, and what an earlier connection of the same project has left. */
export function readingRows(ids: Ids): readonly Row[] {
  const { connectionId: connection_id, mark, grants } = ids;
  const outcome = { state: 'stuck', reason: 'person-lacks-access', on: 'contractor', seen: mark, needed: mark, where: mark };
  const bound = {
    table: 'connection',
    partner: 'part3',
    scope: 'project',
    bound_company_id: mark,
    bound_project_id: mark,
    bound_at: inDays(-1),
  };
  const former = { connection_id: ids.formerConnectionId };
  return [
    { table: 'consent', consent_id: ids.consentId, connection_id, kind: 'reader', grant_id: grants.live, words: mark },
    {
      table: 'consent_request',
      connection_id,
      kind: 'all-non-private',
      grant_id: grants.live,
      sent_at: inDays(-4),
    },
    { table: 'reading_turn', connection_id, grant_id: grants.live, why: 'no-access', owner_asked_at: inDays(0) },
    {
      table: 'step',
      connection_id,
      step_id: 'verifyTools',
      position: 2,
      title: mark,
      owner: 'contractor',
      state: 'stuck',
      outcome,
    },
    { ...bound, ...former, stage: 'disconnected' },
    { table: 'owner_address', ...former, procore_user_id: mark, sealed_address: Buffer.from(mark) },
    { ...bound, connection_id: ids.takingConnectionId, owner_grant_id: grants.lapsed },
    {
      table: 'project_link',
      project_link_id: ids.formerLinkId,
      ...former,
      procore_project_id: mark,
      procore_project_name: mark,
      partner_project_id: mark,
      partner_project_name: mark,
      basis: 'person',
      state: 'unlinked',
    },
    { table: 'response_mapping', ...former, procore_response_id: mark, procore_name: mark, state: 'none', decided_by: mark },
  ];
}
