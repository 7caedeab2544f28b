import { randomBytes } from 'node:crypto';
import { pageRouter } from './control/page/router.ts';
import { controlRoutes } from './control/routes.ts';
import { controlServer } from './control/server.ts';
import { hammertechServers } from './hammertech/servers.ts';
import { createHammerTech, type HammerTech } from './hammertech/state.ts';
import { keepIn } from './kernel/persistence.ts';
import { createTable } from './kernel/table.ts';
import { createWorld, type World } from './kernel/world.ts';
import { type Listening, listen } from './listening.ts';
import { createLoginApp } from './login/app.ts';
import { createApiApp } from './procore/app.ts';
import { type OurApp, renewOurApp } from './seed/apps.ts';
import { acmeId, borealisId, hammertechLogins, type Profile, type SeedOptions, seedAll } from './seed/seed.ts';
import { createStorageApp } from './storage/server.ts';

export interface SandboxOptions {
  /** Ports by side; any free one where absent or 0. */
  ports?: Partial<Record<'login' | 'api' | 'storage' | 'hammertech' | 'hammertechAuth' | 'control', number>>;
  /** Drawn at random where absent. */
  controlToken?: string | undefined;
  /** A directory that keeps the state over restarts; in memory only where absent. */
  stateDirectory?: string | undefined;
  /** Groundwork's own app at Procore. */
  ours?: Partial<OurApp>;
  profile?: Profile;
  disabledToolSite?: boolean;
  crewsWithoutVendor?: boolean;
}

export interface SandboxUrls {
  login: string;
  api: string;
  /** Where files lie; refuses what carries an `Authorization`. */
  storage: string;
  /** Origins without the region; append `/us`, `/au` or `/eu`. */
  hammertech: { api: string; auth: string };
  control: string;
}

export interface Sandbox {
  urls: SandboxUrls;
  world: World;
  hammertech: HammerTech;
  control: { url: string; token: string };
  /** Whether an earlier state was found and taken up. */
  resumed: boolean;
  close(): Promise<void>;
}

const defaultRedirectUri = 'http://localhost:3000/oauth/procore/callback';

/** Starts the whole sandbox in this process: Procore's login, API and file storage, HammerTech's API and auth host, and the control API. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = createWorld();
  const hammertech = createHammerTech(world.journal);
  const kept = options.stateDirectory === undefined ? undefined : keepIn(world, options.stateDirectory);
  const { profile, disabledToolSite, crewsWithoutVendor } = options;
  const ours = { redirectUri: defaultRedirectUri, ...options.ours };
  // Says on disk whether a seed ran to its end: one cut off by a kill is done again at the next start.
  const seeding = createTable<{ name: 'seed'; complete: boolean }>(world.journal, 'seeding', (row) => row.name);
  const seed = (made: Omit<SeedOptions, 'ours'>): object => {
    seeding.put({ name: 'seed', complete: false });
    seedAll(world, hammertech, { ...made, ours });
    seeding.put({ name: 'seed', complete: true });
    kept?.compact();
    return summaryOf(world, hammertech);
  };
  const resumed = kept?.resumed === true && seeding.get('seed')?.complete === true;
  if (resumed) renewOurApp(world, ours);
  else seed({ profile, disabledToolSite, crewsWithoutVendor });

  const token = options.controlToken ?? randomBytes(24).toString('base64url');
  const { ports = {} } = options;
  const partner = hammertechServers(world, hammertech);
  const sides: Listening[] = [];
  const open = async (...[handler, port = 0]: [Parameters<typeof listen>[0], number | undefined]): Promise<string> => {
    const side = await listen(handler, port);
    sides.push(side);
    return side.origin;
  };
  const close = async (): Promise<void> => {
    await Promise.all(sides.map((side) => side.close()));
    kept?.close();
    if (!kept) world.storage.blobs.clear();
  };
  try {
    const routes = controlRoutes(world, hammertech, seed);
    const page = pageRouter(world, routes, token);
    const urls = {
      login: await open(createLoginApp(world), ports.login),
      api: await open(createApiApp(world), ports.api),
      storage: await open(createStorageApp(world), ports.storage),
      hammertech: {
        api: await open(partner.api, ports.hammertech),
        auth: await open(partner.auth, ports.hammertechAuth),
      },
      control: await open(controlServer(routes, token, page), ports.control),
    };
    world.storage.origin = urls.storage;
    return { urls, world, hammertech, control: { url: urls.control, token }, resumed, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

function summaryOf(world: World, hammertech: HammerTech): object {
  return {
    companies: world.companies.size,
    projects: world.projects.size,
    vendors: world.vendors.size,
    people: world.people.filter((person) => person.serviceOfAppId === null).length,
    signIns: hammertech.signIns.size,
    acme: { id: acmeId, tenant: 'acme-safety', region: hammertechLogins['acme-safety'].region },
    borealis: { id: borealisId, tenant: 'borealis-safety', region: hammertechLogins['borealis-safety'].region },
  };
}
