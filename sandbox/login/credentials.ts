import { randomBytes } from 'node:crypto';
import { addApp, findApp, installApp, newClientPart } from '../kernel/apps.ts';
import { companyTools, everyTool, type Levels } from '../kernel/levels.ts';
import type { Id } from '../kernel/model.ts';
import type { AppKind } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';

export interface CredentialRequest {
  companyId: Id;
  kind: Exclude<AppKind, 'ours'>;
  /** The account's name in the directory. */
  name?: string;
  /** Only for `customer-app` and `dmsa`; by default what HammerTech's guide asks for. */
  manifest?: { company: Levels; project: Levels };
  permittedProjectIds?: readonly Id[];
}

export interface Credential {
  clientId: string;
  clientSecret: string;
  appId: Id;
  /** The service account's login. */
  personId: Id;
}

/** Levels of HammerTech's published guide: Standard on each company tool; Directory Standard and Daily Log Admin on projects. */
export const guideManifest = {
  company: everyTool(companyTools, 'Standard'),
  project: { project_home: 'Read Only', directory: 'Standard', daily_log: 'Admin' } satisfies Levels,
};

/**
 * Makes a service credential in a company, connected there. A `legacy` account has no rights until an admin gives it templates
 * and projects (`procore/admin/users.ts`); the other kinds have their manifest's on the permitted projects.
 */
export function issueCredential(world: World, request: CredentialRequest): Credential {
  const { companyId, kind, name = 'Safety Sync', manifest = guideManifest, permittedProjectIds = [] } = request;
  if (!world.companies.get(companyId)) throw new RangeError(`no company has the id ${companyId}`);
  const app = addApp(world, {
    name,
    kind,
    companyId: kind === 'dmsa' ? null : companyId,
    manifest: kind === 'legacy' ? { company: {}, project: {} } : manifest,
    withServiceAccount: true,
  });
  installApp(world, { appId: app.id, companyId, permittedProjectIds });
  if (app.servicePersonId === null) throw new Error('the app has no service account');
  return { clientId: app.clientId, clientSecret: app.clientSecret, appId: app.id, personId: app.servicePersonId };
}

export interface CodeRequest {
  /** A login's id or e-mail address. */
  person: string;
  clientId: string;
  redirectUri: string;
}

/** An authorization code as if that person had signed in and allowed it. The redirect URI must be registered, letter by letter. */
export function issueCode(world: World, { person, clientId, redirectUri }: CodeRequest): { code: string } {
  const login = world.people.get(person) ?? world.people.find(({ email }) => email === person);
  if (!login || login.serviceOfAppId !== null) throw new RangeError(`no person is known as ${person}`);
  const app = findApp(world, clientId);
  if (!app) throw new RangeError('no app has this client id');
  if (!app.redirectUris.includes(redirectUri)) throw new RangeError('the redirect URI is not registered for this app');
  const code = randomBytes(32).toString('hex');
  world.secrets.put({ value: code, kind: 'authorization-code', clientId });
  const expiresAtMs = world.clock.nowMs() + world.switches.get('codeSeconds') * 1000;
  world.codes.put({ code, clientId, personId: login.id, redirectUri, expiresAtMs, used: false });
  return { code };
}

/** Changes an app's secret, to a given or a random one; the old one is refused from now on, tokens already out live on. */
export function setClientSecret(world: World, clientId: string, clientSecret: string = newClientPart()): string {
  const app = findApp(world, clientId);
  if (!app) throw new RangeError('no app has this client id');
  world.apps.put({ ...app, clientSecret });
  world.secrets.put({ value: clientSecret, kind: 'client-secret', clientId });
  return clientSecret;
}
