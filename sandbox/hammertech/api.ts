import express, { type Router } from 'express';
import type { World } from '../kernel/world.ts';
import { refuse } from './answers.ts';
import { requireAccept, requireBearer, tenantOf } from './bearer.ts';
import { employerRouter } from './employers.ts';
import { type Listed, pageOf } from './lists.ts';
import { type HammerTech, ownedBy } from './state.ts';

/** The readable resources and where they are kept. */
function resourcesOf(state: HammerTech): Record<string, (tenant: string) => readonly Listed[]> {
  return {
    Projects: (tenant) => ownedBy(state.projects, tenant),
    Employers: (tenant) => ownedBy(state.employers, tenant),
    ProjectEmployers: (tenant) => ownedBy(state.projectEmployers, tenant),
    Users: (tenant) => ownedBy(state.users, tenant),
    Workers: (tenant) => ownedBy(state.workers, tenant),
    SiteSignIns: (tenant) => ownedBy(state.signIns, tenant),
    SiteDiaries: (tenant) => ownedBy(state.diaries, tenant),
    Incidents: (tenant) => ownedBy(state.incidents, tenant),
    Observations: (tenant) => ownedBy(state.observations, tenant),
  };
}

/** HammerTech's API below `/api/v1`: lists, single records, and the one writable resource. */
export function apiRouter(world: World, state: HammerTech, now: () => Date): Router {
  const router = express.Router({ mergeParams: true });
  router.use(requireAccept, requireBearer(state, now), express.json({ limit: '256kb' }));
  for (const [name, listOf] of Object.entries(resourcesOf(state))) {
    router.get(`/${name}`, (request, response) => {
      const page = pageOf(listOf(tenantOf(response)), request.query);
      if ('problem' in page) return refuse(response, 400, page.problem);
      response.json(page.records);
    });
    router.get(`/${name}/:id`, (request, response) => {
      const record = listOf(tenantOf(response)).find((one) => one.id === request.params.id);
      if (record === undefined) return refuse(response, 404, `${name} ${request.params.id} was not found.`);
      response.json(record);
    });
  }
  router.use('/Employers', employerRouter(world, state, now));
  router.use((request, response) => refuse(response, 404, `No resource at ${request.path}.`));
  return router;
}
