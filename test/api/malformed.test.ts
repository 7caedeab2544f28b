import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openApiDocument } from '../../api/openapi.ts';
import { problemTable } from '../../api/problem.ts';
import { routes } from '../../api/routes/list.ts';
import { connectionsInUse } from '../../shared/store/tenancy.ts';
import { type ApiAnswer, useTestApi } from '../support/api.ts';
import { newWorld, rowCounts, sampleOf, type World } from '../support/api-world.ts';
import { eventually } from '../support/eventually.ts';

const apiOf = useTestApi();
let world: World;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await newWorld(apiOf());
  before = await rowCounts(apiOf());
});

const problemShape = z.strictObject({
  type: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problemTable)),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.strictObject({ field: z.string().min(1), message: z.string().min(1) })).optional(),
  requestId: z.uuid(),
});

/** A refusal in the one form: 4xx, a stable code, and what to send instead. Answers the fields it names. */
function refusalOf(answer: ApiAnswer): { readonly code: string; readonly fields: readonly string[] } {
  const problem = problemShape.parse(answer.body);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.status).toBe(problem.status);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  return { code: problem.code, fields: [...new Set((problem.errors ?? []).map((error) => error.field))] };
}

const document = openApiDocument(routes, 'http://localhost');
const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/** The top-level fields of a route's body, as the document says. */
function documentedBody(path: string): { readonly fields: readonly string[]; readonly required: readonly string[] } {
  const operation = z
    .object({ requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: schemaShape }) }) }) })
    .parse(document.paths?.[path]?.post);
  const given = operation.requestBody.content['application/json'].schema;
  const name = given.$ref?.split('/').at(-1);
  const schema = name === undefined ? given : schemaShape.parse(document.components?.schemas?.[name]);
  return { fields: Object.keys(schema.properties ?? {}), required: schema.required ?? [] };
}

const posts = routes.filter((route) => route.method === 'post');
const withBody = posts.filter((route) => document.paths?.[route.path]?.post?.requestBody !== undefined);
const withPlainFields = withBody.filter((route) => route.id !== 'provideInput');
const withId = routes.filter((route) => /\{[a-zA-Z]+Id\}/.test(route.path));
const named = (list: typeof routes) => list.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const);

describe('bodies of every POST', () => {
  const nastyBodies: readonly (readonly [string, string, string])[] = [
    ['text that is no JSON', '{"partner": ', 'malformed-json'],
    ['a bare word', 'undefined', 'malformed-json'],
    ['a list', '[]', 'invalid-input'],
    ['a number', '42', 'invalid-input'],
    ['null', 'null', 'invalid-input'],
    ['text', '"text"', 'invalid-input'],
    ['true', 'true', 'invalid-input'],
    ['an unknown field', '{"nobodyKnowsThis": 1}', 'invalid-input'],
    ['a prototype key', '{"__proto__": {"admin": true}}', 'invalid-input'],
    ['a constructor key', '{"constructor": {"prototype": {}}}', 'invalid-input'],
    ['nesting without end', `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`, 'invalid-input'],
    ['lists without end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'invalid-input'],
    ['too many bytes', `{"reason": "${'x'.repeat(70_000)}"}`, 'body-too-large'],
  ];
  test.each(
    named(posts).flatMap(([name, route]) => nastyBodies.map(([what, raw, code]) => [what, name, route, raw, code] as const)),
  )('%s at %s is refused and names the field', async (_what, _name, route, raw, code) => {
    const answer = await apiOf().call('post', sampleOf(route, world).path, { key: world.key, raw });
    const refusal = refusalOf(answer);
    expect(refusal.code).toBe(code);
    expect(refusal.fields.length).toBeGreaterThan(0);
  });

  test.each(named(posts))('another content type at %s is refused', async (_name, route) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      'nonsense',
    ]) {
      const answer = await apiOf().call('post', sampleOf(route, world).path, {
        key: world.key,
        raw: '{}',
        headers: { 'content-type': type },
      });
      expect(refusalOf(answer)).toEqual({ code: 'content-type-not-json', fields: ['Content-Type'] });
    }
  });

  test.each(named(posts))('a compressed or oddly encoded body at %s is refused', async (_name, route) => {
    for (const headers of [{ 'content-encoding': 'gzip' }, { 'content-type': 'application/json; charset=utf-7' }]) {
      const answer = await apiOf().call('post', sampleOf(route, world).path, { key: world.key, raw: '{}', headers });
      expect(refusalOf(answer).code).toBe('content-type-not-json');
    }
  });

  test.each(named(withBody.filter((route) => !route.body.safeParse({}).success)))(
    'no body at all at %s names what is missing',
    async (_name, route) => {
      const answer = await apiOf().call('post', sampleOf(route, world).path, { key: world.key });
      const refusal = refusalOf(answer);
      expect(refusal.code).toBe('invalid-input');
      if (route.id !== 'provideInput') {
        expect(refusal.fields).toEqual(expect.arrayContaining([...documentedBody(route.path).required]));
      }
    },
  );

  const fields = withPlainFields.flatMap((route) =>
    documentedBody(route.path).fields.map((field) => [field, `POST ${route.path}`, route] as const),
  );
  test.each(fields)('%s of the wrong type at %s is refused by its name', async (field, _name, route) => {
    const { path, body } = sampleOf(route, world);
    const { [field]: _, ...others } = { ...(body as Record<string, unknown>) };
    const wrong = ['{"odd": 1}', '[[1]]', '1e400', '-1.5', '"a\\u0000b"', '"\\ud800"', `"${'x'.repeat(40_000)}"`, '""'];
    for (const value of wrong) {
      const raw = JSON.stringify(others).replace(/\}$/, `${Object.keys(others).length > 0 ? ',' : ''}"${field}":${value}}`);
      const answer = await apiOf().call('post', path, { key: world.key, raw });
      const refusal = refusalOf(answer);
      expect(refusal.code).toBe('invalid-input');
      expect(refusal.fields.map((name) => name.split('.')[0])).toContain(field);
    }
  });
});

describe('addresses', () => {
  test.each(named(withId))('ids in %s that are none are refused by name', async (_name, route) => {
    for (const bad of ['1', 'not-a-uuid', '%00', '..%2f..', '%F0%9F%92%A9', 'x'.repeat(3000), "'%20OR%201=1--"]) {
      const { path, body } = sampleOf(route, world);
      const first = /\{([a-zA-Z]+)\}/.exec(route.path)?.[1] ?? '';
      const broken = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, bad);
      const answer = await apiOf().call(route.method, broken, { key: world.key, body });
      expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: [first] });
    }
  });

  test.each(named(routes.filter((route) => route.method === 'get')))(
    'unknown and odd query parameters of %s are refused by name',
    async (_name, route) => {
      const { path } = sampleOf(route, world);
      const join = path.includes('?') ? '&' : '?';
      const answer = await apiOf().call('get', `${path}${join}nobodyKnowsThis=1`, { key: world.key });
      expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: ['nobodyKnowsThis'] });
      const proto = await apiOf().call('get', `${path}${join}__proto__=1`, { key: world.key });
      expect(refusalOf(proto)).toEqual({ code: 'invalid-input', fields: ['__proto__'] });
    },
  );

  const lists = routes.filter((route) => 'cursor' in route.query.shape);
  test.each(named(lists))('made-up cursors and limits of %s are refused by name', async (_name, route) => {
    const { path } = sampleOf(route, world);
    const join = path.includes('?') ? '&' : '?';
    const made = [['99999999999999999', world.connectionId], ['1', 'x'], { a: 1 }, -1, 1e300, '9'.repeat(40), null];
    for (const cursor of ['x', '%00', ...made.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))]) {
      const answer = await apiOf().call('get', `${path}${join}cursor=${cursor}`, { key: world.key });
      if (answer.status !== 200) expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: ['cursor'] });
    }
    for (const limit of ['0', '-1', '201', '1.5', 'NaN', '1e99', 'many', '&limit=2']) {
      const answer = await apiOf().call('get', `${path}${join}limit=${limit}`, { key: world.key });
      expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: ['limit'] });
    }
  });

  test('an unknown address answers 404, a known one with another method 405 and what it takes', async () => {
    expect(refusalOf(await apiOf().call('get', '/v1/nothing-here', { key: world.key })).code).toBe('not-found');
    expect(refusalOf(await apiOf().call('get', '/v1/connections/%E0%A4%A', { key: world.key })).code).toBe('malformed-request');
    const put = await apiOf().call('put', '/v1/connections', { key: world.key, body: {} });
    expect(refusalOf(put).code).toBe('method-not-allowed');
    expect(put.headers.get('allow')).toBe('GET, HEAD');
    const read = await apiOf().call('get', '/v1/onboardings', { key: world.key });
    expect(read.headers.get('allow')).toBe('POST');
  });

  test('a host name that is not ours is refused', async () => {
    const answer = await rawRequest(
      apiOf().url,
      'GET /v1/connections HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('421');
    expect(answer).toContain('host-not-served');
  });

  test('an Idempotency-Key of the wrong form is refused by name', async () => {
    const { path, body } = sampleOf(posts[0] as (typeof routes)[number], world);
    const answer = await apiOf().call('post', path, { key: world.key, body, headers: { 'idempotency-key': 'short' } });
    expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: ['Idempotency-Key'] });
  });

  test('an Authorization header that is none is refused', async () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer x', `Bearer ${'x'.repeat(5000)}`]) {
      const answer = await apiOf().call('get', '/v1/connections', { headers: { authorization } });
      expect(refusalOf(answer).code).toBe('key-rejected');
    }
  });
});

describe('afterwards', () => {
  test('a request that ends in the middle hurts nobody', async () => {
    const head = `POST /v1/onboardings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.key}\r\nContent-Type: application/json\r\n`;
    await rawRequest(apiOf().url, `${head}Content-Length: 500\r\n\r\n{"partner":`, true);
    await rawRequest(apiOf().url, 'GARBAGE\r\n\r\n');
    expect((await apiOf().call('get', '/healthz')).body).toEqual({ alive: true });
    await eventually('the cut request to be over', () => connectionsInUse(apiOf().store.pool) === 0);
  });

  test('nothing was stored, nobody was told, and the process serves on', async () => {
    expect(await rowCounts(apiOf())).toEqual(before);
    expect(apiOf().runs.told).toEqual([]);
    expect(apiOf().runs.started).toEqual([]);
    const { path } = sampleOf(routes.find((route) => route.id === 'listConnections') as (typeof routes)[number], world);
    expect((await apiOf().call('get', path, { key: world.key })).status).toBe(200);
  });
});

/** Bytes as they are, over a socket of their own; `cut`: closes without waiting for an answer. */
function rawRequest(origin: string, bytes: string, cut = false): Promise<string> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(bytes);
      if (cut) socket.end();
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
