import { beforeEach } from '@jest/globals';
import { linkProject } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from './api.ts';
import { newWorld, type World } from './api-world.ts';
import { offer } from './contracting-world.ts';

/** A connection of people with its project linked, in a tenant of its own for each test, and its status as the API tells it. */
export function useStatusGround() {
  const apiOf = useTestApi();
  let world: World;
  let projectLinkId: string;
  const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]) =>
    withTenant(apiOf().store.pool, world.tenantId, work);

  beforeEach(async () => {
    world = await newWorld(apiOf());
    const link = await inTenant((db) =>
      linkProject(db, {
        tenantId: world.tenantId,
        connectionId: world.peopleConnectionId,
        procoreProjectId: offer.projectId,
        procoreProjectName: offer.projectName,
        partnerProjectId: 'p-2',
        partnerProjectName: offer.projectName,
        procoreTimeZone: 'Sydney',
        timeZone: 'Australia/Sydney',
        basis: 'person',
      }),
    );
    projectLinkId = link.projectLinkId;
  });

  return {
    apiOf,
    worldNow: () => world,
    linkNow: () => projectLinkId,
    inTenant,
    status: async (query = '') =>
      Object((await apiOf().call('get', `/v1/connections/${world.peopleConnectionId}/status${query}`, { key: world.key })).body),
    sql: (text: string, values: readonly unknown[]) => apiOf().store.admin.query(text, [...values]),
  };
}
