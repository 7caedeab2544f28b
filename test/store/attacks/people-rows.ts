import type { OfferedProject } from '../../../shared/domain/contractors.ts';
import type { Ids, Row } from './world.ts';

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
    { table: 'member_account', email_key: mark, grant_id: ids.grants.live },
    { table: 'team_member', connection_id, member_id: mark, name: mark, email: mark, email_key: mark, returns: true },
    { table: 'response_mapping', connection_id, procore_response_id: mark, procore_name: mark, state: 'new' },
  ];
}
