import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { forgetParsed, listOf, parsedOnce } from '../../shared/http/parsed-once.ts';

const row = z.object({ id: z.number(), subject: z.string() });
const page = (subject: string, rows = 100): string =>
  JSON.stringify(Array.from({ length: rows }, (_, id) => ({ id, subject: `${subject} at grid line ${id}` })));

describe('what a page says', () => {
  const schema = listOf(row);
  const parsing = (text: string, by: z.ZodType<unknown> = schema) => {
    let parsed = 0;
    const parse = (): unknown => {
      parsed += 1;
      return by.parse(JSON.parse(text));
    };
    return { value: () => parsedOnce(by, text, parse), times: () => parsed };
  };
  const isParsedAgain = (text: string): boolean => {
    const again = parsing(text);
    again.value();
    return again.times() > 0;
  };

  test('is parsed once while the page stays the same to the byte', () => {
    const text = page('Door');
    const first = parsing(text).value();
    const again = parsing(text);
    expect(again.value()).toBe(first);
    expect(again.times()).toBe(0);
    expect(first).toEqual(JSON.parse(text));
  });

  test('is parsed anew when one sign of it differs', () => {
    parsing(page('Wall')).value();
    expect(parsing(page('Hall')).value()).toEqual(JSON.parse(page('Hall')));
  });

  test('is told apart by the schema', () => {
    const text = page('Beam');
    parsing(text).value();
    const ids = parsing(text, listOf(z.object({ id: z.number() }))).value();
    expect(ids).toEqual(Array.from({ length: 100 }, (_, id) => ({ id })));
  });

  test('is not kept where it cannot be parsed', () => {
    const text = page('Slab');
    const fail = (): never => {
      throw new Error('not now');
    };
    expect(() => parsedOnce(schema, text, fail)).toThrow('not now');
    expect(parsing(text).value()).toEqual(JSON.parse(text));
  });

  test('is the same for the next caller, whatever one tries to make of it', () => {
    const text = page('Lift');
    const mine = parsing(text).value() as { id: number; subject: string }[]; // as `page` writes them
    const [first] = mine;
    expect(() => mine.pop()).toThrow(TypeError);
    expect(() => Object.assign(first ?? {}, { subject: 'mine alone' })).toThrow(TypeError);
    expect(parsing(text).value()).toEqual(JSON.parse(text));
  });

  test('is forgotten where much was read since, and with the process', () => {
    const texts = Array.from({ length: 20 }, (_, at) => page(`Pier ${at}`, 20_000));
    for (const text of texts) parsing(text).value();
    const [oldest, newest] = [texts[0] ?? '', texts.at(-1) ?? ''];
    expect(isParsedAgain(newest)).toBe(false);
    expect(isParsedAgain(oldest)).toBe(true);
    forgetParsed();
    expect(isParsedAgain(newest)).toBe(true);
  });

  test('is one schema a row', () => {
    expect(listOf(row)).toBe(schema);
  });
});
