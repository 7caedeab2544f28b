import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { newPlantings } from '../support/planting.ts';
import { searchSecrets } from '../support/secret-search.ts';

const plantings = newPlantings();
const filler = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919 + 17) % 251));
const sought = plantings.map(({ value, form }) => ({ value, kind: form }));

describe('the search that the other tests rest on', () => {
  test.each(plantings.map((planted) => [planted.form, planted] as const))('finds what is written as %s', (form, { bytes }) => {
    for (const around of [[bytes], [bytes, filler], [filler, bytes], [filler, bytes, filler]]) {
      const finds = searchSecrets(sought, [{ name: 'file', bytes: Buffer.concat(around) }]);
      expect(finds.map(({ what }) => what.startsWith(form))).toContain(true);
      expect(new Set(finds.map(({ where }) => where))).toEqual(new Set(['file']));
    }
  });

  test('finds nothing where nothing is, though a part of it stands there', () => {
    const parts = plantings.map(({ value }) => value.slice(0, -4));
    const bytes = Buffer.concat([filler, Buffer.from(parts.join(' ')), gzipSync(parts.join(' ')), filler]);
    expect(searchSecrets(sought, [{ name: 'file', bytes }])).toEqual([]);
    expect(searchSecrets(sought, [{ name: 'empty', bytes: Buffer.alloc(0) }])).toEqual([]);
  });

  test('what only looks like a packed stream, or is one that was cut, hurts nobody', () => {
    const packed = gzipSync(Buffer.concat([filler, Buffer.from(plantings[0]?.value ?? '')]));
    const bytes = Buffer.concat([Buffer.from('1f8b08789c78da7801', 'hex'), packed.subarray(0, 20), filler]);
    expect(searchSecrets(sought, [{ name: 'file', bytes }])).toEqual([]);
  });

  test('says what was found and where, and never the secret itself', () => {
    const [planted] = plantings;
    const finds = searchSecrets(
      [{ value: planted?.value ?? '', kind: 'canary' }],
      [{ name: 'file', bytes: planted?.bytes ?? Buffer.alloc(0) }],
    );
    expect(finds).toEqual([{ where: 'file', what: 'canary as plain' }]);
  });
});
