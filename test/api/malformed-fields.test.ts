import { expect, test } from '@jest/globals';
import { formsOf, operations, type Place, placesOf, typesOf } from '../support/api-document.ts';
import { sampleOf } from '../support/api-samples.ts';
import { refusalOf, useWrongedApi } from '../support/malformed.ts';

const wronged = useWrongedApi();

/** Every field of every form of every body, at whatever depth, as the document lists them. */
const fields = operations.flatMap((operation) => {
  const { body } = operation;
  if (body === undefined) return [];
  return formsOf(body).flatMap((kind) => {
    const form = kind === undefined ? '' : ` (${kind})`;
    return placesOf(body, { kind }).map(
      (place) => [place.field, `${operation.name}${form}`, { operation, kind, place }] as const,
    );
  });
});

type Target = (typeof fields)[number][2];

/** The sample's body as JSON text with this text in the field's place; without text the field is left out. */
function bodyWith({ operation, kind, place }: Target, written?: string): string {
  const sample = structuredClone(sampleOf(operation, wronged().world, kind).body);
  const names = place.field.split('.');
  const last = names.pop() ?? '';
  const mark = 'the text of the test goes here';
  let inner = Object(sample);
  for (const name of names) inner = inner[name] ??= {};
  if (written === undefined) delete inner[last];
  else inner[last] = mark;
  return JSON.stringify(sample).replace(JSON.stringify(mark), () => written ?? '');
}

function send(target: Target, raw: string | Buffer) {
  const { api, world } = wronged();
  return api.call('post', sampleOf(target.operation, world, target.kind).path, { key: world.key, raw });
}

/** Values that no schema of these types takes, as JSON text. */
function wrongValues({ schema }: Place): readonly string[] {
  const types = typesOf(schema);
  const unless = (type: string, ...texts: string[]): string[] => (types.has(type) ? [] : texts);
  return [
    '{"odd": 1}',
    '[[1]]',
    '-1.5',
    '1e400',
    '""',
    '"a\\u0000b"',
    '"\\ud800"',
    `"${'x'.repeat(40_000)}"`,
    `${'['.repeat(500)}${']'.repeat(500)}`,
    `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
    ...unless('null', 'null'),
    ...unless('boolean', 'true', 'false'),
    ...unless('array', '[]'),
    ...unless('integer', '7'),
    ...unless('object', '{}'),
  ];
}

test.each(fields)('a wrong value of %s in %s is refused by its name', async (field, _name, target) => {
  for (const value of wrongValues(target.place)) {
    const refusal = refusalOf(await send(target, bodyWith(target, value)));
    expect({ value: value.slice(0, 20), code: refusal.code }).toEqual({ value: value.slice(0, 20), code: 'invalid-input' });
    const named = refusal.fields.some((name) => `${name}.`.startsWith(`${field}.`) || `${field}.`.startsWith(`${name}.`));
    expect({ value: value.slice(0, 20), fields: refusal.fields, named }).toMatchObject({ named: true });
  }
});

test.each(fields.filter(([, , { place }]) => !place.field.endsWith('.0')))(
  '%s twice in %s is refused by its name',
  async (field, _name, target) => {
    const last = JSON.stringify(field.split('.').at(-1));
    const raw = bodyWith(target, `"one", ${last}: "other"`);
    expect(refusalOf(await send(target, raw))).toEqual({ code: 'invalid-input', fields: [field] });
  },
);

test.each(fields)('bytes that are no UTF-8 in %s in %s are refused', async (_field, _name, target) => {
  const [head, tail] = bodyWith(target, '"\u0001"').split('\u0001');
  const raw = Buffer.concat([Buffer.from(head ?? ''), Buffer.from([0xc3, 0x28]), Buffer.from(tail ?? '')]);
  expect(refusalOf(await send(target, raw))).toEqual({ code: 'malformed-json', fields: ['body'] });
});

test.each(fields.filter(([, , { place }]) => place.required))(
  'a body without %s in %s is refused by its name',
  async (field, _name, target) => {
    expect(refusalOf(await send(target, bodyWith(target)))).toEqual({ code: 'invalid-input', fields: [field] });
  },
);

test('afterwards nothing was stored, nobody was told, and the process serves on', () => wronged().expectUntouched());
