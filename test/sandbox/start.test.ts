import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { keepIn } from '../../sandbox/kernel/persistence.ts';
import { addCompany } from '../../sandbox/kernel/places.ts';
import { createWorld } from '../../sandbox/kernel/world.ts';
import { seedAttachment } from '../../sandbox/procore/files/attachments.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';

let directory: string;
const running: Sandbox[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

async function ask(sandbox: Sandbox, method: string, path: string, body: object = {}): Promise<Response> {
  return fetch(`${sandbox.control.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.control.token}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
}

test('all origins answer, and the handed-out credential works at Procore', async () => {
  const sandbox = await start();
  const { urls } = sandbox;
  const { login, api, storage, hammertech, part3, inbox, control } = urls;
  const origins = [login, api, storage, hammertech.api, hammertech.auth, part3, inbox, control];
  expect(new Set(origins).size).toBe(8);
  const [acme] = z.array(z.object({ id: z.string() })).parse(await (await ask(sandbox, 'GET', '/companies')).json());
  const given = z
    .object({ clientId: z.string(), clientSecret: z.string() })
    .parse(await (await ask(sandbox, 'POST', '/credentials', { companyId: acme?.id, kind: 'legacy' })).json());
  const granted = await fetch(`${urls.login}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: given.clientId, client_secret: given.clientSecret }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await granted.json());
  const me = await fetch(`${urls.api}/rest/v1.0/companies/${acme?.id}/me`, {
    headers: { authorization: `Bearer ${access_token}`, 'procore-company-id': acme?.id ?? '' },
  });
  expect([granted.status, me.status]).toEqual([200, 200]);
});

test('the ledger tells of calls to every far side', async () => {
  const sandbox = await start();
  await fetch(`${sandbox.urls.api}/rest/v1.0/me`);
  await fetch(`${sandbox.urls.hammertech.api}/us/api/v1/Projects`);
  await fetch(`${sandbox.urls.part3}/api/v1/Projects`);
  const entries = z
    .array(z.object({ side: z.string(), status: z.number() }))
    .parse(await (await ask(sandbox, 'GET', '/ledger')).json());
  expect(entries).toEqual([
    { side: 'procore', status: 401 },
    { side: 'hammertech', status: 400 },
    { side: 'part3', status: 401 },
  ]);
});

test('state in a directory survives a restart; the redirect URI follows the new start', async () => {
  const redirectUri = 'http://localhost:3999/oauth/procore/callback';
  const first = await start({ stateDirectory: directory });
  await ask(first, 'PATCH', '/switches', { completedDay: '422' });
  await ask(first, 'POST', '/hammertech/logins', { tenant: 'acme-safety', email: 'sync@acme-safety.example', password: 'kept' });
  const ids = first.world.projects.all().map(({ id }) => id);
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));

  const second = await start({ stateDirectory: directory, ours: { redirectUri } });
  expect(second.resumed).toBe(true);
  expect(second.world.switches.get('completedDay')).toBe('422');
  expect(second.world.projects.all().map(({ id }) => id)).toEqual(ids);
  expect(second.hammertech.logins.all().map(({ password }) => password)).toContain('kept');
  expect(second.world.apps.find((app) => app.kind === 'ours')?.redirectUris).toEqual([redirectUri]);
});

test('a reset is kept over a restart too', async () => {
  const first = await start({ stateDirectory: directory });
  await ask(first, 'PATCH', '/switches', { completedDay: '422' });
  expect((await ask(first, 'POST', '/reset')).status).toBe(200);
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  const second = await start({ stateDirectory: directory });
  expect(second.world.switches.get('completedDay')).toBe('allow');
  expect(second.world.projects.size).toBe(17);
});

test('files survive a restart with their bytes, vanish when told, and are gone after a reset', async () => {
  const first = await start({ stateDirectory: directory });
  const projectId = first.world.projects.all()[0]?.id ?? '';
  const given = { projectId, filename: 'plan.pdf', contentType: 'application/pdf' };
  const { id } = seedAttachment(first.world, { ...given, bytes: Buffer.from('a plan') });
  const storageKey = first.world.storage.signingKey();
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));

  const second = await start({ stateDirectory: directory });
  const { storage } = second.world;
  const blob = storage.blobs.table.get(storage.files.get(id)?.attachment.blobId ?? '');
  expect(blob && (await text(storage.blobs.read(blob)))).toBe('a plan');
  expect(storage.signingKey()).toBe(storageKey);
  expect((await ask(second, 'POST', '/admin/files/set-state', { fileId: id, state: 'gone' })).status).toBe(200);
  expect(await (await ask(second, 'GET', '/files')).json()).toContainEqual(expect.objectContaining({ id, state: 'gone' }));
  await ask(second, 'POST', '/reset');
  expect([storage.files.get(id), existsSync(join(directory, 'files'))]).toEqual([undefined, false]);
});

test('a seed that was cut off is done again', async () => {
  const world = createWorld();
  const kept = keepIn(world, directory);
  addCompany(world, { name: 'Half a seed' });
  kept.close();
  const sandbox = await start({ stateDirectory: directory });
  expect(sandbox.resumed).toBe(false);
  expect(sandbox.world.companies.all().map(({ name }) => name)).not.toContain('Half a seed');
  expect(sandbox.world.projects.size).toBe(17);
});

test('the process prints one line when ready and ends on SIGTERM', async () => {
  const sides = ['LOGIN', 'API', 'STORAGE', 'HAMMERTECH', 'HAMMERTECH_AUTH', 'PART3', 'MAIL', 'INBOX', 'CONTROL'];
  const ports = sides.map((side) => [`SANDBOX_${side}_PORT`, '0']);
  const child = spawn(process.execPath, ['dist/sandbox/main.js'], {
    env: { ...process.env, NODE_OPTIONS: '', ...Object.fromEntries(ports), SANDBOX_CONTROL_TOKEN: 'a-token-long-enough' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  const ready = z
    .object({
      ready: z.literal(true),
      login: z.url(),
      api: z.url(),
      storage: z.url(),
      hammertech: z.object({ api: z.url(), auth: z.url() }),
      part3: z.url(),
      control: z.url(),
    })
    .parse(JSON.parse(String(line)));
  expect((await fetch(`${ready.control}/healthz`)).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await expect(fetch(`${ready.control}/healthz`)).rejects.toThrow('fetch failed');
});
