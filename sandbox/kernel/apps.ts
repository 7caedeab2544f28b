import { randomBytes } from 'node:crypto';
import { addCompanyUser, addMember, addPerson } from './directory.ts';
import type { Id } from './model.ts';
import type { App, AppKind, Install } from './model-apps.ts';
import { mintId, type World } from './world.ts';

export type NewApp = Pick<App, 'name' | 'kind'> & Partial<App> & { withServiceAccount?: boolean };

/** 64 hexadecimal characters, the form of Procore's client ids and secrets. */
export const newClientPart = (): string => randomBytes(32).toString('hex');

/**
 * Registers an app. All kinds but `ours` get a service account, a login that enters a company's directory when the app is
 * installed there; its name follows what partners report: account name and company name, no mail a person reads [3p].
 */
export function addApp(world: World, { withServiceAccount, ...given }: NewApp): App {
  const id = given.id ?? mintId(world);
  const service = withServiceAccount ?? given.kind !== 'ours';
  const companyName = given.companyId ? world.companies.get(given.companyId)?.name : undefined;
  const person = service
    ? addPerson(world, {
        email: `service-account-${id}@procore.example`,
        firstName: given.name,
        lastName: companyName ?? 'Service Account',
        serviceOfAppId: id,
      })
    : null;
  const app = world.apps.put({
    clientId: newClientPart(),
    clientSecret: newClientPart(),
    redirectUris: [],
    companyId: null,
    manifest: { company: {}, project: {} },
    servicePersonId: person?.id ?? null,
    ...given,
    id,
  });
  world.secrets.put({ value: app.clientSecret, kind: 'client-secret', clientId: app.clientId });
  return app;
}

/**
 * Installs an app in a company: its service user enters the directory, and exactly the permitted projects become its own by
 * manifest, whatever was picked before [doc: an update or reinstall drops them]. If the Directory put the user on a project by
 * hand or because it was new, that stays as it is.
 */
export function installApp(world: World, { appId, companyId, permittedProjectIds = [] }: InstallRequest): Install {
  const app = world.apps.get(appId);
  if (!app) throw new RangeError(`no app has the id ${appId}`);
  const known = world.installs.get(`${appId}:${companyId}`);
  const now = world.clock.instant();
  if (app.servicePersonId !== null) {
    const personId = app.servicePersonId;
    const user = world.companyUsers.get(`${companyId}:${personId}`);
    if (!user) addCompanyUser(world, { companyId, personId, isEmployee: false });
    const permitted = world.memberships.filter((member) => member.personId === personId && member.source === 'manifest');
    for (const { projectId } of permitted)
      if (world.projects.get(projectId)?.companyId === companyId) world.memberships.delete(`${projectId}:${personId}`);
    for (const projectId of permittedProjectIds)
      if (!world.memberships.get(`${projectId}:${personId}`)) addMember(world, { projectId, personId, source: 'manifest' });
  }
  return world.installs.put({
    appId,
    companyId,
    connected: true,
    id: known?.id ?? mintId(world, companyId),
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  });
}

export interface InstallRequest {
  appId: Id;
  companyId: Id;
  permittedProjectIds?: readonly Id[];
}

export function findApp(world: World, clientId: string): App | undefined {
  return world.apps.find((app) => app.clientId === clientId);
}

/** Rights come from the manifest rather than from hand-made templates. */
export function manifestDecides(kind: AppKind): boolean {
  return kind === 'customer-app' || kind === 'dmsa';
}
