import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exactNumber, parseExact, stringifyExact } from '../../../shared/http/exact-json.ts';
import { createManpowerLog, updateManpowerLog } from '../../../shared/procore/operations/manpower-logs.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { clientOf, companyId, faultOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

const entry = { date: '2026-03-02', contactId: '9007199254740995', numWorkers: 7, numHours: '7.5' };

test('ids beyond 2^53 travel both ways without rounding', async () => {
  farSide = await startFarSide((response) =>
    answerJson(
      response,
      201,
      '{"id":18014398509481985,"date":"2026-03-02","num_workers":7,"num_hours":"7.5","vendor":{"id":9007199254740995,"name":"Kranbau"}}',
    ),
  );
  const made = await createManpowerLog(clientOf(farSide.origin), '9007199254740997', entry);
  expect(made.id).toBe('18014398509481985');
  expect(made.vendor).toEqual({ id: '9007199254740995', name: 'Kranbau' });
  const [request] = farSide.received;
  expect(request?.path).toBe('/rest/v1.0/projects/9007199254740997/manpower_logs');
  expect(request?.text).toContain('"contact_id":9007199254740995,');
  expect(request?.headers['procore-company-id']).toBe(companyId);
});

test('an update sends only the fields it was given', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
  await updateManpowerLog(clientOf(farSide.origin), '5', '1', { numWorkers: 0 });
  expect(farSide.received[0]?.text).toBe('{"manpower_log":{"num_workers":0}}');
});

test.each(['12 or 1=1', '../companies', '', '1.5', 'Ⅷ'])('an id like %j is refused before anything is sent', async (id) => {
  farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
  const client = clientOf(farSide.origin);
  const asContact = await faultOf(createManpowerLog(client, '5', { ...entry, contactId: id }));
  expect(asContact).toMatchObject({ kind: 'validation-rejected', detail: { effect: 'surely-not-done' } });
  if (id !== '1.5') expect((await faultOf(updateManpowerLog(client, id, '1', {}))).kind).toBe('validation-rejected');
  expect(farSide.received).toHaveLength(0);
});

test('any 64-bit id survives parsing and printing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
      const parsed = parseExact(`{"id":${id}}`) as { id: string | number };
      expect(String(parsed.id)).toBe(String(id));
      expect(stringifyExact({ id: exactNumber(String(id)) })).toBe(`{"id":${id}}`);
    }),
  );
});

test('text without a long number is read by the engine’s own parser, and read the same', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), (text) => {
      const beside = parseExact(`[${text},"0123456789012345"]`) as readonly unknown[];
      expect(parseExact(`[${text}]`)).toEqual([beside[0]]);
    }),
  );
  expect(parseExact('{"id":900719925474099,"twice":1,"twice":2}')).toEqual({ id: 900719925474099, twice: 2 });
});

test('a text comes out as it can be kept: without NUL, and with a sign for half a letter; whole letters stay, however they are written', () => {
  const text = String.raw`{"a\u0000":["Use\u0000 12", "\ud83d\ude00 \ud83d", {"b": "\\u0000", "id": 9007199254740995}], "c": null}`;
  expect(parseExact(text)).toEqual({ a: ['Use 12', '😀 \ufffd', { b: '\\u0000', id: '9007199254740995' }], c: null });
});
