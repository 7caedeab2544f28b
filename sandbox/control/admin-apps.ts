import { z } from 'zod';
import { accessLevels } from '../kernel/levels.ts';
import { connectApp, disconnectApp, setClientSecret, setPermittedProjects, updateApp } from '../procore/admin/apps.ts';
import { type Verb, verb } from './admin.ts';
import { idField } from './fields.ts';

const clientId = z.string().min(1);
const appInCompany = { clientId, companyId: idField };
const levels = z.record(z.string(), z.enum(accessLevels));

/** App Management. */
export const appVerbs: readonly Verb[] = [
  verb(
    'apps',
    'connect',
    'Installs an app in a company, or connects it again.',
    z.strictObject({ ...appInCompany, permittedProjectIds: z.array(idField).exactOptional() }),
    (world, body) => connectApp(world, body),
  ),
  verb('apps', 'disconnect', 'Disconnects an app: its calls answer 403.', z.strictObject(appInCompany), (world, body) =>
    disconnectApp(world, body),
  ),
  verb(
    'apps',
    'update',
    'A new version of an app, perhaps with another manifest: every company must pick the permitted projects anew.',
    z.strictObject({ clientId, manifest: z.strictObject({ company: levels, project: levels }).exactOptional() }),
    (world, body) => updateApp(world, body),
  ),
  verb(
    'apps',
    'permit-projects',
    "Picks the projects on which the app's user has its manifest's rights.",
    z.strictObject({ ...appInCompany, permittedProjectIds: z.array(idField) }),
    (world, body) => setPermittedProjects(world, body),
  ),
  verb(
    'apps',
    'change-secret',
    'Gives an app a new client secret; the old one is refused from now on.',
    z.strictObject({ clientId, clientSecret: z.string().min(1).exactOptional() }),
    (world, { clientId, clientSecret }) => ({ clientId, clientSecret: setClientSecret(world, clientId, clientSecret) }),
  ),
];
