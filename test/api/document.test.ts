import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { routes } from '../../api/routes/list.ts';
import { useTestApi } from '../support/api.ts';

const apiOf = useTestApi();

const content = z.record(
  z.string(),
  z.looseObject({ schema: z.record(z.string(), z.unknown()), example: z.unknown().optional() }),
);
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(5),
  description: z.string().min(5),
  security: z.tuple([z.strictObject({ apiKey: z.tuple([]) })]),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.looseObject({ required: z.boolean().optional(), content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().min(3), content })),
});
const document = z.looseObject({
  openapi: z.literal('3.1.1'),
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post', 'delete']), operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.strictObject({ apiKey: z.looseObject({ type: z.literal('http'), scheme: z.literal('bearer') }) }),
  }),
});

const read = async () => document.parse((await apiOf().call('get', '/openapi.json')).body);

test('the document is served without a key and lists exactly the operations that are mounted', async () => {
  const { paths } = await read();
  const listed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => `${one?.operationId} ${method} ${path}`),
  );
  expect(listed.sort()).toEqual(routes.map((route) => `${route.id} ${route.method} ${route.path}`).sort());
  expect(new Set(routes.map((route) => route.id)).size).toBe(routes.length);
});

test('every operation documents its parameters, its refusals as problems, and an Idempotency-Key where it is a POST', async () => {
  const { paths } = await read();
  for (const route of routes) {
    const one = operation.parse(paths[route.path]?.[route.method]);
    const inPath = one.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`).sort()).toEqual((route.path.match(/\{[a-zA-Z]+\}/g) ?? []).sort());
    expect(inPath.every((parameter) => parameter.required === true)).toBe(true);
    expect(one.parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(route.method === 'post');
    for (const status of ['400', '401', '403', '404', '429', '500']) {
      expect(one.responses[status]?.content['application/problem+json']?.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      });
    }
    expect(Object.keys(one.responses)).toEqual(expect.arrayContaining(Object.keys(route.answers)));
  }
});

test('every reference in the document leads somewhere', async () => {
  const answer = await apiOf().call('get', '/openapi.json');
  const { components } = document.parse(answer.body);
  const references = [...answer.text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((name) => !(name in components.schemas))).toEqual([]);
});

test('every example is one', () => {
  for (const route of routes) {
    if (route.example !== undefined) expect(route.body.safeParse(route.example).error).toBeUndefined();
    for (const answer of Object.values(route.answers)) {
      if (answer.example !== undefined) expect(answer.schema.safeParse(answer.example).error).toBeUndefined();
    }
  }
});

test('the process says whether it lives, and whether what it needs answers', async () => {
  expect((await apiOf().call('get', '/healthz')).body).toEqual({ alive: true });
  const ready = { ready: true, database: 'ready', temporal: 'ready', mode: 'demo' };
  expect((await apiOf().call('get', '/readyz')).body).toEqual(ready);
  const { runs } = apiOf();
  const usual = runs.reachable;
  runs.reachable = async () => false;
  const away = await apiOf().call('get', '/readyz');
  runs.reachable = usual;
  expect(away).toMatchObject({ status: 503, body: { ...ready, ready: false, temporal: 'not reached' } });
});

test('figures are for this machine alone and name routes, never addresses', async () => {
  await apiOf().call('get', '/v1/connections/6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11');
  const figures = await apiOf().call('get', '/metrics');
  expect(figures.text).toContain('groundwork_api_request_seconds_count');
  expect(figures.text).toContain('route="/v1/connections/:connectionId"');
  expect(figures.text).not.toContain('6f1c2f5e');
  expect((await apiOf().call('get', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(404);
});

test('a request is logged by its route, never by its address', async () => {
  await apiOf().call('get', '/oauth/procore/callback?code=a-code-never-logged&state=a-state-never-logged');
  expect(apiOf().logged()).toContain('"route":"/oauth/procore/callback"');
  expect(apiOf().logged()).not.toContain('never-logged');
});

test('a fault of ours answers a problem without telling what broke', async () => {
  const { store } = apiOf();
  const tenantId = await store.newTenant();
  const key = await apiOf().newKey(tenantId, 'read');
  await store.admin.query('ALTER TABLE connection RENAME TO connection_away');
  const broken = await apiOf()
    .call('get', '/v1/connections', { key })
    .finally(() => store.admin.query('ALTER TABLE connection_away RENAME TO connection'));
  expect(broken.body).toMatchObject({ status: 500, code: 'internal-fault', requestId: broken.headers.get('x-request-id') });
  expect(broken.text).not.toContain('relation');
});

test('what the database says of a row that it refuses is in no answer and no log', async () => {
  const { store } = apiOf();
  const tenantId = await store.newTenant();
  const key = await apiOf().newKey(tenantId, 'admin');
  // without row-level security Postgres quotes the whole row beside its message
  await store.admin.query('ALTER TABLE credential DISABLE ROW LEVEL SECURITY');
  await store.admin.query("ALTER TABLE credential ADD CONSTRAINT not_today CHECK (kind <> 'legacy')");
  const clientId = 'a-client-id-never-logged';
  const procore = { clientId, clientSecret: 'long-enough-1234', companyId: '1' };
  const refused = await apiOf()
    .call('post', '/v1/onboardings', { key, body: { partner: 'hammertech', procore } })
    .finally(() => store.admin.query('ALTER TABLE credential DROP CONSTRAINT not_today, ENABLE ROW LEVEL SECURITY'));
  expect(refused.body).toMatchObject({ status: 500, code: 'internal-fault' });
  expect(apiOf().logged()).toContain('not_today');
  expect(`${refused.text}${apiOf().logged()}`).not.toContain(clientId);
});
