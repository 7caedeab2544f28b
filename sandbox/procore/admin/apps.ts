import { findApp, installApp } from '../../kernel/apps.ts';
import type { Id } from '../../kernel/model.ts';
import type { App, Install } from '../../kernel/model-apps.ts';
import type { World } from '../../kernel/world.ts';

export { setClientSecret } from '../../login/credentials.ts';

interface AppInCompany {
  clientId: string;
  companyId: Id;
}

/**
 * App Management: installs the app in the company, or connects it again. An app that is connected is installed anew, which
 * leaves exactly the permitted projects named here [doc]; reconnecting keeps the picked ones unless some are named.
 */
export function connectApp(
  world: World,
  { clientId, companyId, permittedProjectIds }: AppInCompany & { permittedProjectIds?: Id[] },
): Install {
  const app = mustApp(world, clientId);
  const known = world.installs.get(`${app.id}:${companyId}`);
  if (known && !known.connected && permittedProjectIds === undefined)
    return world.installs.put({ ...known, connected: true, updatedAt: world.clock.instant() });
  return installApp(world, { appId: app.id, companyId, permittedProjectIds: permittedProjectIds ?? [] });
}

/** App Management: disconnects the app; its calls answer 403 from now on. */
export function disconnectApp(world: World, { clientId, companyId }: AppInCompany): Install {
  const app = mustApp(world, clientId);
  const known = world.installs.get(`${app.id}:${companyId}`);
  if (!known) throw new RangeError('the app is not installed in this company');
  return world.installs.put({ ...known, connected: false, updatedAt: world.clock.instant() });
}

/**
 * Its developer brings out a new version of the app. Each company that has it installed must pick the permitted projects anew:
 * until then it has none [doc]. The manifest given becomes the app's.
 */
export function updateApp(world: World, { clientId, manifest }: { clientId: string; manifest?: App['manifest'] }): Install[] {
  const app = mustApp(world, clientId);
  if (manifest !== undefined) world.apps.put({ ...app, manifest });
  return world.installs
    .filter(({ appId, connected }) => appId === app.id && connected)
    .map(({ companyId }) => installApp(world, { appId: app.id, companyId }));
}

/** App Management: picks the projects on which an app's user has its manifest's rights, in place of those picked before. */
export function setPermittedProjects(world: World, request: AppInCompany & { permittedProjectIds: Id[] }): Install {
  const app = mustApp(world, request.clientId);
  return installApp(world, { appId: app.id, companyId: request.companyId, permittedProjectIds: request.permittedProjectIds });
}

function mustApp(world: World, clientId: string): App {
  const app = findApp(world, clientId);
  if (!app) throw new RangeError('no app has this client id');
  return app;
}
