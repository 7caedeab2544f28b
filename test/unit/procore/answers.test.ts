import { afterEach, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../../shared/domain/faults.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aRead, aWrite, clientOf, faultOf, tokenSource } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

type Effect = 'surely-not-done' | 'unknown';

/** Every status → kind for the service credential → kind for a person, where it differs → what a write may believe. */
const table: readonly (readonly [number, FaultKind, FaultKind, Effect])[] = [
  [301, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
  [307, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
  [400, 'validation-rejected', 'validation-rejected', 'surely-not-done'],
  [401, 'credential-rejected', 'grant-lapsed', 'surely-not-done'],
  [403, 'permission-too-low', 'person-lacks-access', 'surely-not-done'],
  [404, 'project-not-permitted', 'person-lacks-access', 'surely-not-done'],
  [405, 'validation-rejected', 'validation-rejected', 'unknown'],
  [406, 'validation-rejected', 'validation-rejected', 'unknown'],
  [408, 'time-out', 'time-out', 'unknown'],
  [409, 'conflict', 'conflict', 'surely-not-done'],
  [410, 'validation-rejected', 'validation-rejected', 'unknown'],
  [413, 'validation-rejected', 'validation-rejected', 'surely-not-done'],
  [422, 'validation-rejected', 'validation-rejected', 'surely-not-done'],
  [429, 'rate-limited', 'rate-limited', 'surely-not-done'],
  [500, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
  [502, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
  [503, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
  [504, 'vendor-unavailable', 'vendor-unavailable', 'unknown'],
];

describe.each(table)('an answer of %i', (status, asService, asPerson, effect) => {
  const refusing = () =>
    startFarSide((response) =>
      answerJson(response, status, '{"errors":["something about a person"]}', {
        'x-request-id': 'req-1',
        location: 'http://127.0.0.1:9/',
      }),
    );

  test(`is ${asService} to a write of the service credential, whose effect is ${effect}`, async () => {
    farSide = await refusing();
    const fault = await faultOf(clientOf(farSide.origin).call(aWrite));
    expect(fault).toMatchObject({ kind: asService, detail: { status, effect, requestId: 'req-1' } });
    expect(fault.message).not.toContain('something about a person');
    expect(farSide.received).toHaveLength(status === 401 ? 2 : 1);
  });

  test(`is ${asPerson} to a person, and leaves a read without effect`, async () => {
    farSide = await refusing();
    const client = clientOf(farSide.origin, {
      token: tokenSource('person').source,
      timings: { httpDeadlineMs: 2000, inlineWaitMs: 0 },
    });
    const fault = await faultOf(client.call(aRead));
    expect(fault.kind).toBe(asPerson);
    expect(fault.detail.effect).toBeUndefined();
  });
});

test('a 404 about the company says that the company is not visible', async () => {
  farSide = await startFarSide((response) => answerJson(response, 404, '{}'));
  const fault = await faultOf(clientOf(farSide.origin).call({ ...aRead, path: '/rest/v1.0/companies/1/me' }));
  expect(fault.kind).toBe('company-not-visible');
});

test.each(['{"errors":["App is not connected to this company."]}', '{"message":"App is not connected to this company"}'])(
  'the one text that may be keyed on tells that the app is not connected: %s',
  async (text) => {
    farSide = await startFarSide((response) => answerJson(response, 403, text));
    expect((await faultOf(clientOf(farSide.origin).call(aWrite))).kind).toBe('app-not-connected');
  },
);

test('a 401 that says the app is not connected is not answered with another token', async () => {
  farSide = await startFarSide((response) => answerJson(response, 401, '{"errors":["App is not connected to this company."]}'));
  expect((await faultOf(clientOf(farSide.origin).call(aRead))).kind).toBe('app-not-connected');
  expect(farSide.received).toHaveLength(1);
});

test('a 422 names the refused field, never its value', async () => {
  farSide = await startFarSide((response) => answerJson(response, 422, '{"errors":{"num_workers":["Olga is not a number"]}}'));
  const fault = await faultOf(clientOf(farSide.origin).call(aWrite));
  expect(fault.detail.field).toBe('num_workers');
  expect(JSON.stringify(fault.detail)).not.toContain('Olga');
});

describe.each([
  ['an HTML page', 'text/html', '<html>busy</html>'],
  ['cut JSON', 'application/json', '{"id":1,'],
  ['nothing', 'application/json', ''],
  ['another shape', 'application/json', '{"identifier":1}'],
  ['a nest of twenty thousand brackets', 'application/json', '['.repeat(20_000)],
])('a 200 with %s', (_what, type, text) => {
  test('is unknown to a write', async () => {
    farSide = await startFarSide((response) => void response.writeHead(200, { 'content-type': type }).end(text));
    const fault = await faultOf(clientOf(farSide.origin).call(aWrite));
    expect(fault).toMatchObject({ kind: 'vendor-unavailable', detail: { status: 200, effect: 'unknown' } });
  });
});

test('a write that is answered without a body is fine where none is expected', async () => {
  farSide = await startFarSide((response) => void response.writeHead(204).end());
  const reply = await clientOf(farSide.origin).call({ ...aRead, method: 'DELETE', effect: 'write' });
  expect(reply.status).toBe(204);
});

test('a 401 gets one fresh token, for writes too, because nothing was done', async () => {
  farSide = await startFarSide((response, _request, count) => answerJson(response, count === 1 ? 401 : 201, '{"id":8}'));
  const { source, state } = tokenSource();
  const reply = await clientOf(farSide.origin, { token: source }).call(aWrite);
  expect(reply.value.id).toBe(8);
  expect(state.rejections).toBe(1);
  expect(farSide.received).toHaveLength(2);
});

test('a company id that cannot be one is refused before a client exists', () => {
  expect(() => clientOf('http://127.0.0.1:9', { company: { standing: 'claimed', companyId: '1\r\nx-evil: 1' } })).toThrow(
    /not a number/,
  );
});
