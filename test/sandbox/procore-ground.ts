import { parse, stringify } from 'lossless-json';
import { addApp, installApp } from '../../sandbox/kernel/apps.ts';
import {
  addCompanyUser,
  addMember,
  addPerson,
  addProjectVendor,
  addTemplate,
  addVendor,
} from '../../sandbox/kernel/directory.ts';
import { type AccessLevel, companyTools, everyTool, projectTools } from '../../sandbox/kernel/levels.ts';
import type { CompanyUser } from '../../sandbox/kernel/model.ts';
import { addCompany, addProject } from '../../sandbox/kernel/places.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { listen } from '../../sandbox/listening.ts';
import { createLoginApp } from '../../sandbox/login/app.ts';
import { issueCode, issueCredential } from '../../sandbox/login/credentials.ts';
import { createApiApp } from '../../sandbox/procore/app.ts';
import { createStorageApp } from '../../sandbox/storage/server.ts';

export const redirectUri = 'http://localhost:3000/oauth/procore';

/** A company with an odd id beyond 2^53, one project in Sydney, one vendor, an admin, a member and our own app. */
export function smallWorld(machineMs?: () => number) {
  const world = createWorld(machineMs ? { machineMs } : {});
  const company = addCompany(world, { id: '9007199254740993', name: 'Borealis', idsFrom: '9007199254750001' });
  const adminTemplate = addTemplate(world, {
    companyId: company.id,
    name: 'Company Admin',
    type: 'company_tools',
    levels: everyTool(companyTools, 'Admin'),
  });
  const project = addProject(world, { companyId: company.id, name: 'Pier 4', number: 'B-1', timeZone: 'Sydney' });
  const vendor = addVendor(world, {
    companyId: company.id,
    name: 'Ångström & Söhne',
    businessRegister: { type: 'abn', identifier: '51824753556' },
  });
  addProjectVendor(world, { projectId: project.id, vendorId: vendor.id });
  const people = {
    cleo: addPerson(world, { email: 'cleo@borealis.example', firstName: 'Cléo', lastName: 'Durand' }),
    ben: addPerson(world, { email: 'ben@borealis.example', firstName: 'Ben', lastName: "O'Hara" }),
  };
  addCompanyUser(world, { companyId: company.id, personId: people.cleo.id, companyTemplateId: adminTemplate.id });
  addCompanyUser(world, { companyId: company.id, personId: people.ben.id });
  const ours = addApp(world, { name: 'Groundwork', kind: 'ours', redirectUris: [redirectUri] });
  installApp(world, { appId: ours.id, companyId: company.id });
  return { world, company, project, vendor, people, ours, adminTemplate };
}
export type SmallWorld = ReturnType<typeof smallWorld>;

/** A legacy service account that is a member of the project, with the given levels there. */
export function serviceAccount(
  { world, company, project }: SmallWorld,
  levels: Record<string, AccessLevel> = everyTool(projectTools, 'Admin'),
  fields: Partial<CompanyUser> = {},
) {
  const credential = issueCredential(world, { companyId: company.id, kind: 'legacy', name: 'Safety Sync' });
  const user = world.companyUsers.get(`${company.id}:${credential.personId}`);
  if (user) world.companyUsers.put({ ...user, ...fields });
  const template = addTemplate(world, { companyId: company.id, name: `Sync ${credential.appId}`, type: 'global', levels });
  addMember(world, { projectId: project.id, personId: credential.personId, templateId: template.id });
  return { ...credential, templateId: template.id };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed; integers that a double cannot hold are strings with every digit. */
  json: unknown;
  /** The value at a dotted path, e.g. `0.vendor.id`. */
  at(path: string): unknown;
  /** The same as text. */
  word(path: string): string;
  /** That path of every row of a list. */
  each(path: string): unknown[];
}

export interface Ground {
  login: string;
  api: string;
  storage: string;
  token(fields: Record<string, string>): Promise<Reply>;
  serviceToken(credential: { clientId: string; clientSecret: string }): Promise<string>;
  personToken(person: string): Promise<string>;
  call(method: string, path: string, options: { token: string; company?: string | null; body?: unknown }): Promise<Reply>;
  close(): Promise<void>;
}

/** Login, API and storage origins of a small world on free ports. */
export async function openGround(small: SmallWorld): Promise<Ground> {
  const { world, ours, company } = small;
  const [loginServer, apiServer] = [await listen(createLoginApp(world), 0), await listen(createApiApp(world), 0)];
  const storageServer = await listen(createStorageApp(world), 0);
  const [login, api, storage] = [loginServer.origin, apiServer.origin, storageServer.origin];
  world.storage.origin = storage;
  const token: Ground['token'] = (fields) =>
    read(fetch(`${login}/oauth/token`, { method: 'POST', headers: json, body: JSON.stringify(fields) }));
  const { clientId: client_id, clientSecret: client_secret } = ours;
  return {
    login,
    api,
    storage,
    token,
    serviceToken: async ({ clientId, clientSecret }) =>
      (await token({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })).word('access_token'),
    personToken: async (person) => {
      const { code } = issueCode(world, { person, clientId: client_id, redirectUri });
      const fields = { grant_type: 'authorization_code', client_id, client_secret, code, redirect_uri: redirectUri };
      return (await token(fields)).word('access_token');
    },
    call: (method, path, options) => {
      const companyId = options.company === undefined ? company.id : options.company;
      const headers = {
        ...json,
        authorization: `Bearer ${options.token}`,
        ...(companyId === null ? {} : { 'procore-company-id': companyId }),
      };
      const body = options.body === undefined ? {} : { body: stringify(options.body) ?? '' };
      return read(fetch(`${api}${path}`, { method, headers, redirect: 'manual', ...body }));
    },
    close: async () => {
      await loginServer.close();
      await apiServer.close();
      await storageServer.close();
      world.storage.blobs.clear();
    },
  };
}

const json = { 'content-type': 'application/json' };

async function read(answer: Promise<Response>): Promise<Reply> {
  const response = await answer;
  const text = await response.text();
  const json = parsed(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    at: (path) => valueAt(json, path),
    word: (path) => String(valueAt(json, path)),
    each: (path) => (Array.isArray(json) ? json.map((row) => valueAt(row, path)) : []),
  };
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner: unknown, key) => Object(inner)[key], value);
}

function parsed(text: string): unknown {
  try {
    return parse(text, undefined, (value) =>
      Number.isSafeInteger(Number(value)) || value.includes('.') ? Number(value) : value,
    );
  } catch {
    return undefined;
  }
}

/** Entries of the manpower log as they truly are in the sandbox. */
export function trueManpower(world: World) {
  return world.ledger.records('manpower_logs').filter(({ current }) => current !== null);
}
