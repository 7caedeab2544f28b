import { randomBytes } from 'node:crypto';
import type { Journal } from '../kernel/journal.ts';
import { type Owned as OwnedBy, ownership } from '../kernel/owned.ts';
import { createTable, type Table } from '../kernel/table.ts';
import type {
  Employer,
  Incident,
  Login,
  Observation,
  Project,
  ProjectEmployer,
  Region,
  Session,
  SiteDiary,
  SiteSignIn,
  Tenant,
  User,
  Worker,
} from './records.ts';

/** A record and the tenant it belongs to. */
export type Owned<T> = OwnedBy<'tenant', T>;

const tenants = ownership('tenant');
export const { ownedBy } = tenants;

/** Everything the simulated HammerTech knows, in tables of the sandbox's journal. */
export interface HammerTech {
  tenants: Table<Tenant>;
  logins: Table<Login>;
  sessions: Table<Session>;
  projects: Table<Owned<Project>>;
  employers: Table<Owned<Employer>>;
  projectEmployers: Table<Owned<ProjectEmployer>>;
  workers: Table<Owned<Worker>>;
  users: Table<Owned<User>>;
  signIns: Table<Owned<SiteSignIn>>;
  diaries: Table<Owned<SiteDiary>>;
  incidents: Table<Owned<Incident>>;
  observations: Table<Owned<Observation>>;
  /** Every token and refresh token ever handed out, for the search after leaked secrets. */
  issued: Table<{ token: string }>;
  /** Access tokens that a fault revoked before their time. */
  revoked: Table<{ token: string }>;
  /** The key that signs tokens; made at the first use. */
  signingKey(): string;
}

export function createHammerTech(journal: Journal): HammerTech {
  const records = <T extends { id: string }>(name: string) => tenants.createRecords<T>(journal, `hammertech.${name}`);
  const keys = createTable<{ name: 'signing'; key: string }>(journal, 'hammertech.keys', (row) => row.name);
  return {
    tenants: createTable<Tenant>(journal, 'hammertech.tenants', (row) => row.slug),
    logins: createTable<Login>(journal, 'hammertech.logins', (row) => loginKey(row.tenant, row.email)),
    sessions: createTable<Session>(journal, 'hammertech.sessions', (row) => row.id),
    projects: records<Project>('projects'),
    employers: records<Employer>('employers'),
    projectEmployers: records<ProjectEmployer>('project-employers'),
    workers: records<Worker>('workers'),
    users: records<User>('users'),
    signIns: records<SiteSignIn>('sign-ins'),
    diaries: records<SiteDiary>('diaries'),
    incidents: records<Incident>('incidents'),
    observations: records<Observation>('observations'),
    issued: createTable<{ token: string }>(journal, 'hammertech.issued', (row) => row.token),
    revoked: createTable<{ token: string }>(journal, 'hammertech.revoked', (row) => row.token),
    signingKey: () => (keys.get('signing') ?? keys.put({ name: 'signing', key: randomBytes(32).toString('hex') })).key,
  };
}

/** E-mail addresses are compared without case. */
export function loginKey(tenant: string, email: string): string {
  return `${tenant}/${email.trim().toLowerCase()}`;
}

/** The login of that tenant, only in the region the tenant lives in, and only while it is active. */
export function activeLogin(state: HammerTech, tenant: string, email: string, region: Region | undefined): Login | undefined {
  if (region === undefined || state.tenants.get(tenant)?.region !== region) return undefined;
  const login = state.logins.get(loginKey(tenant, email));
  return login?.active ? login : undefined;
}
