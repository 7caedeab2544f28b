import { addApp, installApp } from '../kernel/apps.ts';
import { addMember } from '../kernel/directory.ts';
import type { Id, Project } from '../kernel/model.ts';
import type { App } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';
import { setClientSecret } from '../login/credentials.ts';
import type { Random } from './random.ts';
import type { Templates } from './templates.ts';

/** Groundwork's own app at Procore: how people sign in. */
export interface OurApp {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  redirectUri: string;
}

export function seedOurApp(world: World, ours: OurApp, companyIds: readonly Id[], random: Random): App {
  const drawn = { clientId: random.hex(64), clientSecret: random.hex(64) };
  const app = addApp(world, {
    name: 'Groundwork',
    kind: 'ours',
    clientId: ours.clientId ?? drawn.clientId,
    clientSecret: ours.clientSecret ?? drawn.clientSecret,
    redirectUris: [ours.redirectUri],
  });
  for (const companyId of companyIds) installApp(world, { appId: app.id, companyId });
  return app;
}

/** Brings our app in a state taken up from disk to what this start was given; a secret not given stays. */
export function renewOurApp(world: World, ours: OurApp): void {
  const app = world.apps.find((one) => one.kind === 'ours');
  if (app === undefined) return;
  const { clientId = app.clientId, clientSecret = app.clientSecret } = ours;
  world.apps.put({ ...app, clientId, redirectUris: [ours.redirectUri] });
  if (clientSecret !== app.clientSecret) setClientSecret(world, clientId, clientSecret);
}

/**
 * The service account "HammerTech Sync" as HammerTech's guide leaves it: both templates given, added to new projects, and a
 * member of every active project.
 */
export function seedSyncAccount(
  world: World,
  companyId: Id,
  projects: readonly Project[],
  templates: Templates,
  random: Random,
): App {
  const app = addApp(world, {
    name: 'HammerTech Sync',
    kind: 'legacy',
    companyId,
    clientId: random.hex(64),
    clientSecret: random.hex(64),
  });
  installApp(world, { appId: app.id, companyId });
  const personId = app.servicePersonId ?? app.id;
  const user = world.companyUsers.get(`${companyId}:${personId}`);
  if (user === undefined) throw new Error('installing a service account gave it no directory record');
  world.companyUsers.put({
    ...user,
    companyTemplateId: templates.syncCompany.id,
    defaultTemplateId: templates.syncProject.id,
    addToNewProjects: true,
  });
  for (const project of projects.filter((one) => one.active)) {
    addMember(world, { projectId: project.id, personId, templateId: templates.syncProject.id });
  }
  return app;
}

/** The app that stands alone in Cascade Civil: managed by its developer, rights by its manifest, no project permitted. */
export function seedConnectorApp(world: World, companyId: Id, random: Random): App {
  const app = addApp(world, {
    name: 'Groundwork Connector',
    kind: 'dmsa',
    clientId: random.hex(64),
    clientSecret: random.hex(64),
    manifest: { company: { directory: 'Read Only' }, project: { directory: 'Read Only', daily_log: 'Admin' } },
  });
  installApp(world, { appId: app.id, companyId });
  return app;
}
