import { expect, test } from '@jest/globals';
import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import { Fault } from '../../shared/domain/faults.ts';
import { eventually } from '../support/eventually.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

const yesterday = daysAgo(1);

/** Three employers on one day, so that every fault has neighbours. `stay` is the sign-in of eight hours. */
async function threeCrews(): Promise<EngineGround & { readonly stay: string }> {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  await ground.match('e2', ground.vendor('Brickworks'));
  await ground.match('e3', ground.vendor('Cranes & Co'));
  const stay = ground.source.add({ worker: 'w1', employer: 'e1', day: yesterday, hours: 8 });
  ground.source.add({ worker: 'w2', employer: 'e2', day: yesterday, hours: 6 });
  ground.source.add({ worker: 'w3', employer: 'e3', day: yesterday, hours: 4 });
  return { ...ground, stay };
}

/** Another employer of the first one's vendor, with the same day. */
async function twinCrew(ground: EngineGround): Promise<void> {
  await ground.match('e4', ground.small.vendor.id);
  ground.source.add({ worker: 'w4', employer: 'e4', day: yesterday, hours: 8 });
}

const statesOf = async (ground: EngineGround): Promise<readonly string[]> =>
  (await ground.deliveries()).map(({ state }) => state).sort();

const oneOfEach = (ground: EngineGround): void => expect(ground.hours()).toEqual(['4.0', '6.0', '8.0']);

const lostAnswers: readonly [string, FaultKind, 'adopted' | 'sent anew'][] = [
  ['a 500 after the commit', { kind: 'status-after-commit', status: 500 }, 'adopted'],
  ['a 503 after the commit', { kind: 'status-after-commit', status: 503 }, 'adopted'],
  ['a 408 after the commit', { kind: 'status-after-commit', status: 408 }, 'adopted'],
  ['a reset after the commit', { kind: 'reset-after-commit' }, 'adopted'],
  ['an unreadable 200 after the commit', { kind: 'garbage-after-commit' }, 'adopted'],
  ['an answer later than the deadline', { kind: 'delay', ms: 2500 }, 'adopted'],
  ['a reset before the request was handled', { kind: 'reset-before' }, 'sent anew'],
  ['a 500 before anything was done', { kind: 'status-before', status: 500 }, 'sent anew'],
  ['a 503 on a write', { kind: 'unavailable', retryAfter: 1 }, 'sent anew'],
];

test.each(lostAnswers)('%s leaves exactly one entry, and its neighbours go on', async (_name, effect, outcome) => {
  const ground = await threeCrews();
  ground.spoil('POST', effect);
  const report = await ground.cycle();
  expect(report).toMatchObject({ created: 2, open: 1, parked: 0 });
  expect(report.nextLookMs).toBeGreaterThan(Date.now() + 50_000);
  expect(await statesOf(ground)).toEqual(['done', 'done', 'unknown']);
  // before its time it is not looked up, and nothing is sent
  ground.calls();
  await ground.cycle();
  expect(ground.calls()).toHaveLength(0);
  if (effect.kind === 'delay') await eventually('the late request to be done', () => ground.entries().length === 3);
  await ground.settle();
  oneOfEach(ground);
  const trail = (await ground.deliveries()).find(({ trail: steps }) => steps.some(({ state }) => state === 'unknown'))?.trail;
  const states = trail?.map(({ state }) => state);
  const lookedUpTwice = ['unknown', 'unknown', 'queued', 'sending'];
  expect(states).toEqual(['queued', 'sending', 'unknown', ...(outcome === 'adopted' ? [] : lookedUpTwice), 'done']);
  expect(ground.entries()).toHaveLength(3);
});

test('a lost answer to an update is looked up by its target and leaves the correction there once', async () => {
  const ground = await threeCrews();
  await ground.cycle();
  for (const effect of [{ kind: 'reset-after-commit' }, { kind: 'reset-before' }] as const) {
    ground.source.change(ground.stay, { endUtc: `${yesterday}T0${effect.kind === 'reset-before' ? 1 : 2}:00:00.000Z` });
    ground.spoil('PATCH', effect);
    expect(await ground.cycle()).toMatchObject({ open: 1 });
    await ground.settle();
  }
  expect(ground.hours()).toEqual(['3.0', '4.0', '6.0']);
});

test('a short stated wait is sat out inside the cycle, and the record is written once', async () => {
  const ground = await threeCrews();
  const wait = { effect: 'surely-not-done', status: 429 } as const;
  const told = [new Fault('rate-limited', { ...wait, waitUntilMs: Date.now() + 200 })];
  ground.meddler.refuse = () => told.shift();
  expect(await ground.cycle()).toMatchObject({ created: 3, open: 0 });
  oneOfEach(ground);
  const states = (await ground.deliveries()).map(({ trail }) => trail.map(({ state }) => state));
  expect(states).toContainEqual(['queued', 'sending', 'queued', 'sending', 'done']);
});

test('limits that leave room for one write in four send all of them in one cycle, however often one finds none', async () => {
  const ground = await newGround();
  await ground.match('e1', ground.small.vendor.id);
  const days = Array.from({ length: 24 }, (_, index) => daysAgo(index + 1));
  for (const day of days) ground.source.add({ worker: 'w1', employer: 'e1', day, hours: 8 });
  let tries = 0;
  ground.meddler.refuse = () => {
    tries += 1;
    const told = { effect: 'surely-not-done', status: 429, waitUntilMs: Date.now() + 50 } as const;
    return tries % 4 === 0 ? undefined : new Fault('rate-limited', told);
  };
  expect(await ground.cycle()).toMatchObject({ created: 24, open: 0 });
  expect(ground.entries()).toHaveLength(24);
});

test('limits that never leave room end the cycle: what is unsent is queued, and tried again', async () => {
  const ground = await threeCrews();
  const told = (): Fault => new Fault('rate-limited', { effect: 'surely-not-done', status: 429, waitUntilMs: Date.now() + 5 });
  ground.meddler.refuse = told;
  const { tenantId, link } = ground;
  const ref = { tenantId, projectLinkId: link.projectLinkId, generation: 1, stream: 'manpower' };
  await expect(ground.activities().runStream(ref)).rejects.toThrow(told().message);
  expect(await statesOf(ground)).toEqual(Array(3).fill('queued'));
  ground.meddler.refuse = undefined;
  await ground.settle();
  oneOfEach(ground);
});

test('a long 429 ends the cycle with the stated wait, and what was not sent is queued', async () => {
  const ground = await threeCrews();
  ground.spoil('POST', { kind: 'rate-limit', window: 'hour' }, 20);
  const { tenantId, link } = ground;
  const ref = { tenantId, projectLinkId: link.projectLinkId, generation: 1, stream: 'manpower' };
  const answer = await ground.activities().runStream(ref);
  expect(answer).toMatchObject({ waitUntilMs: expect.any(Number), why: expect.any(String) });
  expect(await statesOf(ground)).toEqual(Array(3).fill('queued'));
  ground.small.world.faults.removeAll();
  ground.small.world.rates.reset();
  await ground.settle();
  oneOfEach(ground);
});

test('a permanent refusal parks that one record; its neighbours are written', async () => {
  const ground = await threeCrews();
  const refused = new Fault('validation-rejected', { effect: 'surely-not-done', status: 422, seen: 'num_hours' });
  ground.meddler.refuse = (body) => (body.includes('8.00') ? refused : undefined);
  expect(await ground.cycle()).toMatchObject({ created: 2, parked: 1, open: 0, reasons: { 'validation-rejected': 1 } });
  expect(await ground.items()).toMatchObject([{ reason: 'validation-rejected', records: 1 }]);
  // it stays parked, without a call, until somebody asks
  ground.calls();
  expect(await ground.cycle()).toMatchObject({ parked: 1 });
  expect(ground.calls()).toHaveLength(0);
  ground.meddler.refuse = undefined;
  const { tenantId, link } = ground;
  const asked = { tenantId, projectLinkId: link.projectLinkId, reason: 'validation-rejected' };
  expect(await ground.activities().retryItems(asked)).toEqual({ requeued: 1 });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 0 });
  oneOfEach(ground);
  expect(await ground.items()).toHaveLength(0);
});

test('a lost permission concerns the whole stream: it is one item for all its records, none is parked, and nothing is lost', async () => {
  const ground = await threeCrews();
  ground.spoil('POST', { kind: 'status-before', status: 403 }, 9);
  await expect(ground.cycle()).rejects.toMatchObject({ kind: 'permission-too-low' });
  expect(await ground.items()).toMatchObject([{ reason: 'permission-too-low', subject: 'stream:manpower', records: 3 }]);
  ground.small.world.faults.removeAll();
  await ground.settle();
  oneOfEach(ground);
  expect(await ground.items()).toHaveLength(0);
});

test('a far side in trouble is left alone after three unknown outcomes in a row', async () => {
  const ground = await threeCrews();
  for (let day = 2; day < 12; day += 1) ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(day), hours: 1 });
  ground.spoil('POST', { kind: 'status-after-commit', status: 502 }, 50);
  const report = await ground.cycle();
  expect(report.open).toBe(13);
  expect((await statesOf(ground)).filter((state) => state === 'unknown').length).toBeLessThanOrEqual(7);
  ground.small.world.faults.removeAll();
  await ground.settle();
  expect(ground.entries()).toHaveLength(13);
});

test('a newer version waits while the outcome of an older one is unknown, and then changes the same entry', async () => {
  const ground = await threeCrews();
  ground.spoil('POST', { kind: 'reset-after-commit' }, 3);
  await ground.cycle();
  ground.source.change(ground.stay, { endUtc: `${yesterday}T00:00:00.000Z` });
  ground.calls();
  await ground.cycle();
  expect(ground.calls().filter(({ method }) => method !== 'GET')).toHaveLength(0);
  await ground.settle();
  expect(ground.hours()).toEqual(['2.0', '4.0', '6.0']);
});

test('two employers of one vendor with the same day are two entries, also when an answer was lost', async () => {
  const ground = await threeCrews();
  await twinCrew(ground);
  ground.spoil('POST', { kind: 'status-after-commit', status: 500 });
  await ground.settle();
  expect(ground.hours()).toEqual(['4.0', '6.0', '8.0', '8.0']);
  expect(await ground.items()).toHaveLength(0);
});

test('after the store was restored from before the writes, the entries are adopted, n-th to n-th, not made again', async () => {
  const ground = await threeCrews();
  await twinCrew(ground);
  await ground.settle();
  expect(ground.entries()).toHaveLength(4);
  for (const table of ['delivery', 'record_link', 'touched_group', 'gathered_fact', 'checkpoint']) {
    await ground.store.admin.query(`DELETE FROM ${table} WHERE project_link_id = $1`, [ground.link.projectLinkId]);
  }
  ground.calls();
  await ground.settle();
  expect(ground.calls().filter(({ method }) => method === 'POST')).toHaveLength(0);
  expect(ground.entries()).toHaveLength(4);
  expect(await ground.items()).toHaveLength(0);
});
