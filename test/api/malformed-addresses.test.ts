import { describe, expect, test } from '@jest/globals';
import { type Operation, operations, type Parameter } from '../support/api-document.ts';
import { sampleOf } from '../support/api-samples.ts';
import { refusalOf, useWrongedApi } from '../support/malformed.ts';

const wronged = useWrongedApi();

/** The sample request of an operation, with another address or further headers. */
function send(operation: Operation, changed: { path?: (usual: string) => string; headers?: Record<string, string> }) {
  const { api, world } = wronged();
  const { path: usual, body } = sampleOf(operation, world);
  const { path = (same) => same, headers = {} } = changed;
  return api.call(operation.method, path(usual), { key: world.key, body, headers });
}

const parametersIn = (where: Parameter['in']) =>
  operations.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === where)
      .map((parameter) => [parameter.name, operation.name, operation, parameter] as const),
  );

describe('in the path', () => {
  /** The sample's address with this in the place of one parameter. */
  const replacing = (operation: Operation, name: string, value: string) => (usual: string) => {
    const place = operation.path.split('/').indexOf(`{${name}}`);
    const parts = usual.split('/');
    return [...parts.slice(0, place), value, ...parts.slice(place + 1)].join('/');
  };
  const uuids = ['1', 'not-a-uuid', '..%2f..', '%F0%9F%92%A9', "'%20OR%201=1--", '%7B%22odd%22:1%7D'];

  test.each(parametersIn('path'))('%s in %s is refused by name', async (name, _name, operation, { schema }) => {
    for (const value of ['%00', 'a%00b', 'x'.repeat(3000), ...(schema.format === 'uuid' ? uuids : [])]) {
      const answer = await send(operation, { path: replacing(operation, name, value) });
      expect({ value, ...refusalOf(answer) }).toEqual({ value, code: 'invalid-input', fields: [name] });
    }
  });

  test.each(parametersIn('path'))('%s in %s with escapes that are no UTF-8 is refused', async (name, _name, operation) => {
    for (const value of ['%C3%28', '%E0%A4%A', '%ED%A0%80', '%']) {
      const answer = await send(operation, { path: replacing(operation, name, value) });
      expect(refusalOf(answer)).toEqual({ code: 'malformed-request', fields: ['path'] });
    }
  });
});

describe('in the query', () => {
  const asked = (name: string, value: string) => (usual: string) => {
    const [address = '', query] = usual.split('?');
    const others = new URLSearchParams(query);
    others.delete(name);
    return `${address}?${others.size > 0 ? `${others}&` : ''}${value}`;
  };

  const wrong: Readonly<Record<string, readonly string[]>> = {
    limit: ['0', '-1', '201', '1.5', 'NaN', '1e99', 'many', '0x10000', 'true'],
  };

  test.each(parametersIn('query'))('%s of %s is refused by name', async (name, _name, operation) => {
    const values = ['', '%00', '%C3%28', 'x'.repeat(3000), '%F0%9F%92%A9', ...(wrong[name] ?? [])].map(
      (value) => `${name}=${value}`,
    );
    for (const value of [...values, name, `${name}=1&${name}=2`, `${name}[]=1`]) {
      const refusal = refusalOf(await send(operation, { path: asked(name, value) }));
      expect({ value, code: refusal.code }).toEqual({ value, code: 'invalid-input' });
      expect({ value, named: refusal.fields.some((field) => field.startsWith(name)) }).toEqual({ value, named: true });
    }
  });

  test.each(parametersIn('query').filter(([, , , { required }]) => required))(
    '%s left out of %s is refused by name',
    async (name, _name, operation) => {
      const answer = await send(operation, { path: (usual) => usual.split('?')[0] ?? '' });
      expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: [name] });
    },
  );

  test.each(parametersIn('query').filter(([name]) => name === 'cursor'))(
    'a made-up %s of %s is refused by name',
    async (name, _name, operation) => {
      const made = [['1', 'x'], ['1'], [1, 2], { a: 1 }, -1, 1.5, 1e300, '9'.repeat(40), "1'; --", null, true, [[[]]]];
      for (const cursor of made.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))) {
        const answer = await send(operation, { path: asked(name, `${name}=${cursor}`) });
        expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: [name] });
      }
    },
  );

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    'parameters that %s does not know are refused by name',
    async (_name, operation) => {
      for (const name of ['nobodyKnowsThis', '__proto__', 'constructor']) {
        expect(refusalOf(await send(operation, { path: asked(name, `${name}=1`) }))).toEqual({
          code: 'invalid-input',
          fields: [name],
        });
      }
    },
  );
});

describe('in the headers', () => {
  test.each(parametersIn('header'))('%s of %s is refused by name', async (name, _name, operation) => {
    for (const value of ['short', 'x'.repeat(201), 'two words of it', 'ünïcödé-key-1', 'one-key-1, other-key-2']) {
      const answer = await send(operation, { headers: { [name]: value } });
      expect(refusalOf(answer)).toEqual({ code: 'invalid-input', fields: [name] });
    }
  });

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    'an Authorization that is none is refused at %s',
    async (_name, operation) => {
      for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer x', `Bearer ${'x'.repeat(5000)}`, '']) {
        const answer = await send(operation, { headers: { authorization } });
        expect(refusalOf(answer)).toEqual({ code: expect.stringMatching(/^key-/), fields: ['Authorization'] });
      }
    },
  );
});

test('an unknown address answers 404, a known one with another method 405 and what it takes', async () => {
  const { api, world } = wronged();
  expect((await api.call('get', '/v1/nothing-here', { key: world.key })).body).toMatchObject({ status: 404, code: 'not-found' });
  for (const { path } of operations) {
    const known = operations.filter((operation) => operation.path === path).map(({ method }) => method);
    const sent = await api.call('put', sampleOf({ id: '', path }, world).path, { key: world.key, body: {} });
    expect(sent.body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    const takes = known.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    expect(sent.headers.get('allow')?.split(', ').sort()).toEqual(takes.sort());
  }
});

test('afterwards nothing was stored, nobody was told, and the process serves on', () => wronged().expectUntouched());
