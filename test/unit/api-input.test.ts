import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseInput } from '../../api/input.ts';
import { type FieldError, Problem } from '../../api/problem.ts';
import { routes } from '../../api/routes/list.ts';
import { pageQuery, partnerId, procoreId, reason } from '../../api/schemas.ts';

/** Every wrong field with what to send instead; none: it was taken. */
function refused(schema: z.ZodType, raw: unknown): readonly FieldError[] {
  try {
    parseInput(schema, raw, 'body');
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.errors ?? [];
    throw error;
  }
}

const says = (schema: z.ZodType, raw: unknown): readonly string[] => refused(schema, raw).map(({ message }) => message);

const bodyOf = (routeId: string): z.ZodType => {
  const found = routes.find(({ id }) => id === routeId);
  if (found === undefined) throw new Error(`there is no route ${routeId}`);
  return found.body;
};

describe('what to send instead is a sentence', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['send text', z.string(), 7],
    ['send text', z.string(), undefined],
    ['send at least 8 characters', z.string().min(8), 'short'],
    ['send at least 1 character', z.string().min(1), ''],
    ['send at most 5 characters', z.string().max(5), 'too long'],
    ['send at least 1 item', z.array(z.string()).min(1), []],
    ['send at most 2 items', z.array(z.string()).max(2), ['a', 'b', 'c']],
    ['send a number of at least 3', z.number().min(3), 2],
    ['send a number of at most 200', z.int().max(200), 201],
    ['send a number of more than 3', z.number().gt(3), 3],
    ['send a number', z.number(), 'x'],
    ['send a whole number', z.int(), 1.5],
    ['send true or false', z.boolean(), 'yes'],
    ['send a JSON object', z.strictObject({}), [[1]]],
    ['send a JSON object', z.record(z.string(), z.string()), 7],
    ['send a list', z.array(z.string()), {}],
    ['send one of: "one", "other"', z.enum(['one', 'other']), 'third'],
    ['send "one"', z.literal('one'), 'other'],
    ['send text, or a number', z.union([z.string(), z.number()]), true],
    ['send a UUID, such as 6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11', z.uuid(), 'x'],
    ['send a time in UTC, such as 2026-11-12T08:15:00Z', z.iso.datetime(), 'yesterday'],
  ])('%#: %s', (message, schema, raw) => {
    expect(says(schema, raw)).toEqual([message]);
  });

  test('a schema’s own words are never replaced', () => {
    expect(says(z.string().min(8, 'send the whole client secret'), 'short')).toEqual(['send the whole client secret']);
    expect(says(reason, 'x')).toEqual(['send a reason of at least 3 characters']);
    const credential = { clientId: 'c', clientSecret: 'short', companyId: '7' };
    expect(refused(bodyOf('submitCredentials'), credential)).toEqual([
      { field: 'clientSecret', message: 'send the whole client secret' },
    ]);
  });

  test('what a union says of its members is in the schema’s words too', () => {
    expect(says(z.union([z.string().min(3, 'send a long word'), z.array(z.string())]), 7)).toEqual(['send text, or a list']);
    const [region, token] = [z.strictObject({ region: z.enum(['us', 'eu']) }), z.strictObject({ token: z.string() })];
    expect(says(z.union([region, token]), {})).toEqual(['send region (one of: "us", "eu"), or token (text)']);
  });
});

describe('a limit', () => {
  test.each(['0x5', '1e1', ' 5 ', '5.0', '05', '+5', '', '0', '-1', '201', '1000', '5,', 'ten'])('%j is refused', (limit) => {
    expect(refused(pageQuery, { limit })).toEqual([{ field: 'limit', message: 'send a whole number from 1 to 200' }]);
  });

  test('is read from its digits, and is 50 where none is asked for', () => {
    expect(parseInput(pageQuery, { limit: '200' }, 'query')).toEqual({ limit: 200 });
    expect(parseInput(pageQuery, { limit: '1' }, 'query')).toEqual({ limit: 1 });
    expect(parseInput(pageQuery, {}, 'query')).toEqual({ limit: 50 });
  });
});

describe('an id at Procore', () => {
  test.each([0, '0', '007', '00', -1, 1.5, '', 'x', '1e3', true, null, [], {}, '1'.repeat(21), 2 ** 53])(
    '%j is refused',
    (id) => {
      expect(says(procoreId, id)).toEqual(['send the digits of the id, as text']);
    },
  );

  test.each<[unknown, string]>([
    [7, '7'],
    ['7', '7'],
    [' 562949953421555 ', '562949953421555'],
    ['18446744073709551615', '18446744073709551615'],
  ])('%j is taken', (id, taken) => {
    expect(parseInput(procoreId, id, 'body')).toBe(taken);
  });

  test('the address of a company page holds it; one that begins with a zero is none', () => {
    const given = { clientId: 'c', clientSecret: 'long-enough' };
    const at = (id: string) =>
      refused(bodyOf('submitCredentials'), { ...given, address: `https://us02.procore.com/${id}/company/home` });
    expect(at('598134325805321')).toEqual([]);
    for (const id of ['0', '007']) expect(at(id)).toMatchObject([{ field: 'address' }]);
  });
});

test('an id at the partner is text or a whole number, and the refusal says so', () => {
  expect(says(partnerId, true)).toEqual(['send the id, as text']);
});

describe('a list in the place of the body', () => {
  const body = z.strictObject({ chosen: z.array(z.string()) });
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  test.each<[string, unknown]>([
    ['nested without end', nested(40)],
    ['of a NUL character', ['a\0']],
    ['of names that are refused', [JSON.parse('{"__proto__": 1}')]],
  ])('%s is refused as the body, not by a number', (_what, raw) => {
    for (const { field } of refused(body, raw)) expect(field).toMatch(/^body(\.|$)/);
    expect(refused(body, raw)).not.toEqual([]);
  });

  test('a list too deep in a field is refused by the field', () => {
    expect(refused(body, { chosen: nested(40) })).toMatchObject([{ field: 'chosen' }]);
  });
});
