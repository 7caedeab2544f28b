import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { controlRoutes } from '../../sandbox/control/routes.ts';
import { controlServer } from '../../sandbox/control/server.ts';
import { createHammerTech, type HammerTech } from '../../sandbox/hammertech/state.ts';
import type { Snapshot } from '../../sandbox/kernel/journal.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { type Listening, listen } from '../../sandbox/listening.ts';
import { signInPage } from '../../sandbox/login/pages.ts';
import { createPart3, type Part3 } from '../../sandbox/part3/state.ts';
import { hasGranular } from '../../sandbox/procore/granular.ts';
import { companyLevel, mayOnProject, projectLevel } from '../../sandbox/procore/permissions.ts';
import { acmeId, borealisId, cascadeId, type SeedOptions, seedAll } from '../../sandbox/seed/seed.ts';

const token = 'a-token-of-the-test';
const ours = { clientId: 'our-id', clientSecret: 'our-secret', redirectUri: 'http://localhost:3000/oauth/procore/callback' };

let world: World;
let hammertech: HammerTech;
let part3: Part3;
let control: Listening;
let seeded: Snapshot;

const reseed = (options: Omit<SeedOptions, 'ours'>): object => {
  seedAll(world, hammertech, { ...options, ours });
  return { signIns: hammertech.signIns.size };
};

beforeAll(async () => {
  world = createWorld();
  hammertech = createHammerTech(world.journal);
  part3 = createPart3(world.journal);
  reseed({});
  seeded = world.journal.snapshot();
  control = await listen(controlServer(controlRoutes(world, { hammertech, part3 }, reseed), token), 0);
});

// Rows are never changed in place, so what was seeded once can be put back.
beforeEach(() => world.journal.restore(seeded));

afterAll(() => control.close());

async function call(method: string, path: string, body?: unknown, bearer = token): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${control.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function done(path: string, body: unknown): Promise<unknown> {
  const answer = await call('POST', path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

function projectNumbered(number: string) {
  const project = world.projects.find((one) => one.companyId === acmeId && one.number === number);
  if (project === undefined) throw new Error(`no project ${number}`);
  return project;
}

function personNamed(email: string): string {
  return world.people.find((one) => one.email === email)?.id ?? '';
}

describe('the door', () => {
  test('asks for the token everywhere but for health and the document', async () => {
    expect((await call('GET', '/healthz', undefined, '')).status).toBe(200);
    expect((await call('GET', '/openapi.json', undefined, '')).status).toBe(200);
    expect(await call('GET', '/tokens', undefined, 'wrong')).toMatchObject({ status: 401, body: { code: 'no-token' } });
    expect((await call('POST', '/reset', {}, '')).status).toBe(401);
  });

  test('documents every route it serves, with its body', async () => {
    const document = z
      .object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))) })
      .parse((await call('GET', '/openapi.json')).body);
    const routes = controlRoutes(world, { hammertech, part3 }, reseed);
    expect(document.openapi).toBe('3.1.1');
    for (const { path, method, body } of routes) {
      expect([path, document.paths[path]?.[method]]).toEqual([path, expect.anything()]);
      expect([path, document.paths[path]?.[method]?.['requestBody'] !== undefined]).toEqual([path, body !== undefined]);
    }
  });

  test('answers every route that takes a body with a problem when the body is of the wrong kind', async () => {
    for (const { path, method, body } of controlRoutes(world, { hammertech, part3 }, reseed)) {
      if (body === undefined) continue;
      const answer = await call(method.toUpperCase(), path, { 'no such field': { at: 'all' } });
      expect([path, answer]).toMatchObject([path, { status: 400, body: { code: 'invalid-fields', errors: expect.any(Array) } }]);
      expect([path, (await call(method.toUpperCase(), path, '{"half":')).status]).toEqual([path, 400]);
    }
  });

  test('names the field that is wrong, missing or unknown', async () => {
    const answer = await call('POST', '/codes', { person: 7, clientId: 'x', colour: 'red' });
    const problem = z.object({ errors: z.array(z.object({ field: z.string() })) }).parse(answer.body);
    expect(problem.errors.map(({ field }) => field).sort()).toEqual(['colour', 'person', 'redirectUri']);
  });

  test('answers an unknown route and an unknown name with 404', async () => {
    expect((await call('GET', '/nowhere')).status).toBe(404);
    const answer = await call('POST', '/admin/projects/edit', { projectId: '1', name: 'X' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

describe('what can be seen', () => {
  test('companies with exact ids, projects, the named people and their levels', async () => {
    const { body } = await call('GET', '/companies');
    expect(body).toMatchObject([
      { id: acmeId, name: 'Acme Builders', projects: { length: 14 }, peopleCount: 310 },
      { id: borealisId, projects: { length: 3 } },
      { id: cascadeId, projects: { length: 0 }, people: [] },
    ]);
    const [acme] = z.array(z.object({ people: z.array(z.looseObject({})) })).parse(body);
    expect(acme?.people).toContainEqual(expect.objectContaining({ email: 'ada@acme.example', companyDirectory: 'Admin' }));
  });

  test('every secret: client secrets, HammerTech passwords, codes', async () => {
    const { code } = z
      .object({ code: z.string() })
      .parse(await done('/codes', { person: 'ada', clientId: 'our-id', redirectUri: ours.redirectUri }));
    const { body } = await call('GET', '/tokens');
    const values = z
      .array(z.object({ value: z.string() }))
      .parse(body)
      .map(({ value }) => value);
    const passwords = hammertech.logins.all().map((login) => login.password);
    expect(values).toEqual(expect.arrayContaining(['our-secret', code, ...passwords]));
  });

  test('what HammerTech really holds', async () => {
    const { body } = await call('GET', '/hammertech/truth?tenant=acme-safety');
    expect(body).toMatchObject({ region: 'us', projects: { length: 12 }, signIns: { length: expect.any(Number) } });
    expect((await call('GET', '/hammertech/truth?tenant=nobody')).status).toBe(404);
    expect((await call('GET', '/hammertech/truth')).status).toBe(400);
  });

  test('the true records of a resource, with author and history', async () => {
    const projectId = projectNumbered('AC-101').id;
    const entry = { projectId, by: 'ben', date: '2026-03-02', numWorkers: 2, numHours: '7.5' };
    const { id } = z.object({ id: z.string() }).parse(await done('/admin/daily-logs/write-manpower', entry));
    await done('/admin/daily-logs/delete-manpower', { id, by: 'ada' });
    expect((await call('GET', '/ledger/records?resource=manpower_logs')).body).toMatchObject([
      { id, author: personNamed('ben@acme.example'), current: null, history: [{ action: 'create' }, { action: 'delete' }] },
    ]);
  });
});

test('everybody who has a part in the demo can be picked on the sign-in page', () => {
  const app = world.apps.find((one) => one.kind === 'ours');
  if (!app) throw new Error('the seed has no app of ours');
  const page = signInPage(world, app, { clientId: app.clientId, redirectUri: ours.redirectUri, state: null });
  const people = world.people.filter(({ email }) => /^(ada|ben|gus|tess|ria|sam|eve|cleo|dev)@/.test(email));
  expect(people.length).toBeGreaterThan(8);
  expect(people.filter(({ email }) => !page.includes(email))).toEqual([]);
});

describe('credentials and codes', () => {
  test('a legacy credential is the account set up by the guide', async () => {
    const given = await done('/credentials', { companyId: acmeId, kind: 'legacy' });
    const app = world.apps.find((one) => one.kind === 'legacy' && one.companyId === acmeId);
    expect(given).toMatchObject({ clientId: app?.clientId, clientSecret: app?.clientSecret, personId: app?.servicePersonId });
  });

  test('a fresh legacy credential has no rights', async () => {
    const { personId } = z
      .object({ personId: z.string() })
      .parse(await done('/credentials', { companyId: acmeId, kind: 'legacy', fresh: true }));
    expect(companyLevel(world, personId, acmeId, 'directory')).toBe('None');
    expect(world.memberships.filter((member) => member.personId === personId)).toEqual([]);
  });

  test.each(['customer-app', 'dmsa'])('a %s works on all active projects by its manifest', async (kind) => {
    const { personId } = z.object({ personId: z.string() }).parse(await done('/credentials', { companyId: acmeId, kind }));
    expect(world.memberships.filter((member) => member.personId === personId)).toHaveLength(13);
    expect(projectLevel(world, personId, projectNumbered('AC-101'), 'daily_log')).toBe('Admin');
  });

  test('a code for a redirect URI that is not registered is refused', async () => {
    expect((await call('POST', '/codes', { person: 'ada', clientId: 'our-id', redirectUri: 'http://evil.example' })).status).toBe(
      404,
    );
    expect((await call('POST', '/codes', { person: 'nobody', clientId: 'our-id', redirectUri: ours.redirectUri })).status).toBe(
      404,
    );
  });
});

describe('the admin', () => {
  test('makes Ben a company admin', async () => {
    await done('/admin/users/set-directory-level', { companyId: acmeId, personId: 'ben', level: 'Admin', by: 'ada' });
    expect(companyLevel(world, personNamed('ben@acme.example'), acmeId, 'directory')).toBe('Admin');
  });

  test('lowers the Daily Log level of the sync template for everyone who has it', async () => {
    const app = world.apps.find((one) => one.kind === 'legacy' && one.companyId === acmeId);
    const template = world.templates.find((one) => one.companyId === acmeId && one.name.startsWith('HammerTech Sync Project'));
    const project = projectNumbered('AC-102');
    await done('/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level: 'Standard' });
    expect(projectLevel(world, app?.servicePersonId ?? '', project, 'daily_log')).toBe('Standard');
  });

  test('grants the design team’s template a granular permission, once', async () => {
    const template = world.templates.find((one) => one.companyId === acmeId && one.name === 'Design Team');
    const grant = { templateId: template?.id, tool: 'RFIs', permission: 'mark_official_responses', by: 'ada' };
    const may = () =>
      hasGranular(world, personNamed('ria@north-studio.example'), projectNumbered('AC-101'), 'rfis', grant.permission);
    expect(may()).toBe(false);
    await done('/admin/templates/grant', grant);
    await done('/admin/templates/grant', grant);
    expect(may()).toBe(true);
    expect(world.templates.get(template?.id ?? '')?.granular).toEqual({ rfis: ['mark_official_responses'] });
    const ofCompany = world.templates.find((one) => one.companyId === acmeId && one.type === 'company_tools');
    expect((await call('POST', '/admin/templates/grant', { ...grant, templateId: ofCompany?.id })).status).toBe(404);
  });

  test('switches a tool off, takes a person off a project, disconnects an app, changes a secret', async () => {
    const project = projectNumbered('AC-101');
    const ben = personNamed('ben@acme.example');
    await done('/admin/tools/switch', { projectId: project.id, tool: 'Daily Log', active: false });
    expect(mayOnProject(world, ben, projectNumbered('AC-101'), 'daily_log', 'Read Only')).toBe(false);
    await done('/admin/users/take-off-project', { projectId: project.id, personId: 'ben' });
    expect(world.memberships.get(`${project.id}:${ben}`)).toBeUndefined();
    await done('/admin/apps/disconnect', { clientId: 'our-id', companyId: acmeId });
    expect(world.installs.find((one) => one.companyId === acmeId && world.apps.get(one.appId)?.kind === 'ours')?.connected).toBe(
      false,
    );
    await done('/admin/apps/change-secret', { clientId: 'our-id', clientSecret: 'changed' });
    expect(world.apps.find((one) => one.clientId === 'our-id')?.clientSecret).toBe('changed');
  });

  test('creates a project, and the sync account joins it', async () => {
    const made = await done('/admin/projects/create', { companyId: acmeId, name: 'New Site', timeZone: 'Sydney', by: 'ada' });
    const app = world.apps.find((one) => one.kind === 'legacy' && one.companyId === acmeId);
    const { id } = z.object({ id: z.string() }).parse(made);
    expect(world.memberships.get(`${id}:${app?.servicePersonId}`)).toBeDefined();
  });

  test('sees Procore refuse what Procore refuses', async () => {
    const answer = await call('POST', '/admin/projects/create', { companyId: acmeId, name: 'Nowhere', timeZone: 'Mars' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'refused-by-procore' } });
  });
});

describe('faults, switches and the clock', () => {
  test('a fault is added, listed and removed', async () => {
    const { id } = z
      .object({ id: z.string() })
      .parse(await done('/faults', { match: { method: 'POST' }, kind: 'delay', ms: 5, nth: 2 }));
    expect(world.faults.list()).toMatchObject([{ id, nth: 2, times: 1, effect: { kind: 'delay', ms: 5 } }]);
    expect((await call('DELETE', `/faults/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/faults/${id}`)).status).toBe(404);
    expect(world.faults.list()).toEqual([]);
  });

  test.each([
    { match: {}, kind: 'status-before' },
    { match: {}, kind: 'delay', ms: -1 },
    { match: { colour: 'red' }, kind: 'reset-before' },
    { match: {}, kind: 'explode' },
  ])('refuses the fault %j', async (fault) => {
    expect(await call('POST', '/faults', fault)).toMatchObject({ status: 400, body: { code: 'invalid-fields' } });
  });

  test('switches are set together or not at all', async () => {
    expect(await call('PATCH', '/switches', { completedDay: '403' })).toMatchObject({
      status: 200,
      body: { completedDay: '403' },
    });
    const refused = await call('PATCH', '/switches', { completedDay: '422', retryAfterOn429: 'maybe' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'retryAfterOn429' }] } });
    expect((await call('GET', '/switches')).body).toMatchObject({ completedDay: '403', retryAfterOn429: false });
  });

  test('every switch and every verb is told of in the documentation', async () => {
    const text = await readFile('docs/sandbox.md', 'utf8');
    const verbs = controlRoutes(world, { hammertech, part3 }, reseed).flatMap(
      ({ path }) => path.match(/^\/admin\/\w.*\/(.+)$/)?.[1] ?? [],
    );
    const names = [...world.switches.list().map(({ name }) => name), ...verbs];
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('the clock moves forward only', async () => {
    const before = world.clock.nowMs();
    await done('/clock', { advanceMs: 86_400_000 });
    expect(world.clock.nowMs() - before).toBeGreaterThanOrEqual(86_400_000);
    expect((await call('POST', '/clock', { advanceMs: -1 })).status).toBe(400);
  });

  test('a reset takes everything back', async () => {
    await call('PATCH', '/switches', { completedDay: '403' });
    await done('/clock', { advanceMs: 86_400_000 });
    await done('/faults', { match: {}, kind: 'reset-before' });
    await done('/reset', {});
    expect(Math.abs(world.clock.nowMs() - Date.now())).toBeLessThan(60_000);
    expect(world.switches.get('completedDay')).toBe('allow');
    expect(world.faults.list()).toEqual([]);
    expect(world.projects.size).toBe(17);
  });

  test('a seed with the disabled tool site makes one more HammerTech project', async () => {
    await done('/seed', { disabledToolSite: true });
    expect(hammertech.projects.filter((row) => row.tenant === 'acme-safety')).toHaveLength(13);
  });
});

describe("HammerTech's side", () => {
  test('a sign-in is created, changed and deleted', async () => {
    const sample = hammertech.signIns.find((row) => row.tenant === 'acme-safety')?.record;
    const created = z.looseObject({ id: z.string() }).parse(
      await done('/hammertech/sign-ins', {
        act: 'create',
        tenant: 'acme-safety',
        signIn: { projectId: sample?.projectId, employerId: sample?.employerId, startUtc: '2026-03-01T20:00:00Z' },
      }),
    );
    expect(created).toMatchObject({ endUtc: null, endKind: 'none', deleted: false });
    const change = { endUtc: '2026-03-02T04:00:00Z', endKind: 'manual' };
    await done('/hammertech/sign-ins', { act: 'change', tenant: 'acme-safety', id: created.id, signIn: change });
    expect(hammertech.signIns.get(created.id)?.record).toMatchObject({ ...change, startUtc: '2026-03-01T20:00:00Z' });
    await done('/hammertech/sign-ins', { act: 'delete', tenant: 'acme-safety', id: created.id });
    expect(hammertech.signIns.get(created.id)?.record.deleted).toBe(true);
  });

  test('a password is changed', async () => {
    await done('/hammertech/logins', { tenant: 'acme-safety', email: 'sync@acme-safety.example', password: 'another' });
    expect(hammertech.logins.all().map((login) => login.password)).toContain('another');
    expect(
      (await call('POST', '/hammertech/logins', { tenant: 'acme-safety', email: 'x@y.example', password: 'z' })).status,
    ).toBe(404);
  });
});
