import { describe, expect, test } from '@jest/globals';
import { operations, placesOf } from '../support/api-document.ts';
import { sampleOf } from '../support/api-samples.ts';
import { refusalOf, useWrongedApi } from '../support/malformed.ts';

const wronged = useWrongedApi();
const posts = operations.filter(({ method }) => method === 'post');

/** Sends a body as it stands to an operation that would take its sample. */
const send = ({ id, path }: (typeof posts)[number], raw?: string | Buffer, headers: Record<string, string> = {}) => {
  const { api, world } = wronged();
  return api.call('post', sampleOf({ id, path }, world).path, { key: world.key, headers, ...(raw === undefined ? {} : { raw }) });
};

const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

const wrongBodies: readonly (readonly [what: string, raw: string | Buffer, code: string])[] = [
  ['text that is no JSON', '{"partner": ', 'malformed-json'],
  ['a bare word', 'undefined', 'malformed-json'],
  ['two values', '{} {}', 'malformed-json'],
  ['bytes that are no UTF-8', Buffer.from('7b22726561736f6e223a22fffe61626322 7d'.replaceAll(' ', ''), 'hex'), 'malformed-json'],
  ['UTF-16', Buffer.from('{"reason": "abc"}', 'utf16le'), 'malformed-json'],
  ['a NUL byte', '{"reason": "a\u0000b"}', 'malformed-json'],
  ['a list', '[]', 'invalid-input'],
  ['a number', '42', 'invalid-input'],
  ['null', 'null', 'invalid-input'],
  ['text', '"text"', 'invalid-input'],
  ['true', 'true', 'invalid-input'],
  ['an unknown field', '{"nobodyKnowsThis": 1}', 'invalid-input'],
  ['an unknown field twice', '{"nobodyKnowsThis": 1, "nobody\\u004bnowsThis": 1}', 'invalid-input'],
  ['a prototype key', '{"__proto__": {"admin": true}}', 'invalid-input'],
  ['a constructor key', '{"constructor": {"prototype": {}}}', 'invalid-input'],
  ['nesting without end', nested('{"a":', '}', 8000), 'invalid-input'],
  ['lists without end', nested('[', ']', 20_000), 'invalid-input'],
  ['too many bytes', `{"reason": "${'x'.repeat(70_000)}"}`, 'body-too-large'],
];

describe.each(posts.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
  test.each(wrongBodies)('refuses %s', async (_what, raw, code) => {
    const refusal = refusalOf(await send(operation, raw));
    expect(refusal.code).toBe(code);
    expect(refusal.fields.length).toBeGreaterThan(0);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', 'nonsense'])(
    'refuses the content type %s',
    async (type) => {
      const answer = await send(operation, '{}', { 'content-type': type });
      expect(refusalOf(answer)).toEqual({ code: 'content-type-not-json', fields: ['Content-Type'] });
    },
  );

  test.each([
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'br' },
    { 'content-type': 'application/json; charset=utf-7' },
  ])('refuses a body that is encoded otherwise: %j', async (headers) => {
    expect(refusalOf(await send(operation, '{}', headers)).code).toBe('content-type-not-json');
  });
});

const mustSay = posts.flatMap((operation) => {
  const needed = placesOf(operation.body ?? {}, undefined).filter(({ field, required }) => required && !field.includes('.'));
  return needed.length === 0 ? [] : [[operation.name, operation, needed.map(({ field }) => field)] as const];
});

test.each(mustSay)('%s without a body names what is missing', async (_name, operation, fields) => {
  const refusal = refusalOf(await send(operation));
  expect(refusal.code).toBe('invalid-input');
  expect(refusal.fields).toEqual(expect.arrayContaining(fields));
});

test('afterwards nothing was stored, nobody was told, and the process serves on', () => wronged().expectUntouched());
