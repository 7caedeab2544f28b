import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { jsonClient } from '../../scripts/tour/http.ts';
import { newPlantings, plantInMemo, plantInRows, rowsOf } from '../support/planting.ts';
import { type Find, filesBelow, type Haystack, searchSecrets } from '../support/secret-search.ts';
import { isAlive, startOnce, startStack, type TestStack, type TourRun } from '../support/stack.ts';

let stack: TestStack;
let toured: TourRun;
let answers: string;

beforeAll(async () => {
  stack = await startStack({ trueLimits: true });
  answers = path.join(stack.stateDir, 'answers.txt');
  toured = await stack.tour('--record', answers);
  await stack.control('PATCH', '/switches', { rateProfile: 'generous' });
}, 240_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

/** Records there by stream; every stream of the report has both sides alike. */
function agreed({ code, report, said }: TourRun, partner = 'hammertech'): Readonly<Record<string, number>> {
  for (const { streams } of Object.values(report.partners))
    for (const [name, { source, target, ...wrong }] of Object.entries(streams))
      expect([name, target, wrong]).toEqual([name, source, { missing: 0, extra: 0, lost: 0, doubled: 0 }]);
  expect({ code, ...report }).toMatchObject({ code: 0, ok: true, lost: 0, doubled: 0 });
  expect(said).toContain('Waiting until both sides agree');
  const { streams = {} } = report.partners[partner] ?? {};
  return Object.fromEntries(Object.entries(streams).map(([name, { target }]) => [name, target]));
}

test('the tour connects a HammerTech customer, and both sides of every stream that is on by default agree', () => {
  expect(toured.report.partners['hammertech']?.connected).toBe(true);
  const there = agreed(toured);
  expect(Object.keys(there).sort()).toEqual(['manpower', 'projects', 'vendors']);
  expect(there['manpower']).toBeGreaterThan(200);
  expect(there['vendors']).toBeGreaterThan(20);
  expect(there['projects']).toBe(12);
});

test('it connects a Part3 customer, and answers stand in Procore once, by who gave them, with their files', async () => {
  expect(toured.report.partners['part3']?.connected).toBe(true);
  const there = agreed(toured, 'part3');
  expect(there).toMatchObject({ 'rfi-replies': 2, 'submittal-responses': 2 });
  expect(Object.keys(there).sort()).toEqual(['attachments', 'rfi-replies', 'rfis', 'submittal-responses', 'submittals']);
  for (const stream of ['rfis', 'submittals', 'attachments']) expect([stream, (there[stream] ?? 0) >= 4]).toEqual([stream, true]);
  const browser = process.env['GROUNDWORK_CHROMIUM'] === undefined ? 'over plain HTTP' : 'in a real browser';
  expect(toured.said).toContain(`People's pages are opened ${browser}`);
});

test('played again on what is live, it still agrees and writes nothing new', async () => {
  const again = await stack.tour();
  for (const partner of ['hammertech', 'part3']) expect(agreed(again, partner)).toEqual(agreed(toured, partner));
  expect(again.said).not.toContain("People's pages");
}, 120_000);

test('with all modules switched on while it is live, each of them is carried from its start, and nothing else is written again', async () => {
  const there = agreed(await stack.tour('--modules', 'all', '--record', answers));
  expect(there).toMatchObject(agreed(toured));
  const modules = ['visitors', 'incidents', 'observations', 'notes'];
  expect(Object.keys(there).sort()).toEqual([...modules, 'manpower', 'projects', 'vendors'].sort());
  for (const module of modules) expect([module, (there[module] ?? 0) >= 10]).toEqual([module, true]);
}, 180_000);

describe('secrets stay secret', () => {
  const ours = (file: string): boolean => !file.startsWith('sandbox') && !/^(keys|run|command-environment)\.json/.test(file);
  /** All that is left behind: Temporal's database, Postgres' files, write-ahead logs and rows, our logs, every HTTP answer. */
  const everything = async (): Promise<Haystack[]> => [
    ...filesBelow(stack.stateDir, (file) => ours(path.relative(stack.stateDir, file))),
    ...(await rowsOf(stack)),
  ];

  test('no secret or token in play is in the databases, the write-ahead logs, our logs or any HTTP answer', async () => {
    const haystacks = await everything();
    const names = haystacks.map(({ name }) => name);
    const expected = [
      'temporal.db',
      'temporal.db-wal',
      'answers.txt',
      'logs/worker.log',
      'logs/api.log',
      'logs/temporal.log',
      'rows of delivery',
    ];
    expect(names).toEqual(expect.arrayContaining(expected));
    for (const folder of ['postgres/pg_wal/', 'postgres/base/']) expect(names.some((name) => name.startsWith(folder))).toBe(true);
    const secrets = await stack.secrets();
    expect(new Set(secrets.map(({ kind }) => kind)).size).toBeGreaterThan(6);
    expect(searchSecrets(secrets, haystacks)).toEqual([]);
  }, 120_000);

  test('no person is named in what Temporal and our logs keep', async () => {
    const people = z
      .array(z.object({ people: z.array(z.object({ email: z.string(), firstName: z.string(), lastName: z.string() })) }))
      .parse(await stack.control('GET', '/companies'))
      .flatMap((company) => company.people);
    const sought = people.flatMap(({ email, firstName, lastName }) => [
      { value: email, kind: 'e-mail address' },
      { value: `${firstName} ${lastName}`, kind: 'name of a person' },
    ]);
    expect(sought.length).toBeGreaterThan(10);
    const kept = (await everything()).filter(({ name }) => /^(temporal\.db|logs\/)/.test(name));
    expect(searchSecrets(sought, kept)).toEqual([]);
    // they do stand in our own database, which is where they belong, and the search would see them
    const rows = await rowsOf(stack);
    expect(searchSecrets(sought, rows).map(({ where }) => where)).toContain('rows of sign_in');
  }, 120_000);

  describe('control: the search finds what is planted', () => {
    const plantings = newPlantings();
    const companyId = '31415926535897932384';
    let finds: readonly Find[];

    beforeAll(async () => {
      await plantInMemo(stack, plantings);
      await plantInRows(stack, plantings);
      const { api, apiKey } = stack.run();
      const client = jsonClient(api, apiKey, { record: (answer) => appendFileSync(answers, answer) });
      const procore = { clientId: 'planted', clientSecret: 'planted-secret', companyId };
      await client.post('/v1/onboardings', { partner: 'hammertech', procore });
      await client.get('/v1/connections');
      const sought = plantings.map(({ value, form }) => ({ value, kind: form }));
      finds = searchSecrets([...sought, { value: companyId, kind: 'company' }], await everything());
    }, 60_000);

    test.each(plantings.map(({ form }) => [form]))('as %s in a memo, a row and a write-ahead log', (form) => {
      const found = finds.filter(({ what }) => what.startsWith(`${form} as `)).map(({ where }) => where);
      for (const place of ['temporal.db', 'postgres/pg_wal/', 'postgres/base/'])
        expect(found.filter((where) => where.startsWith(place))).not.toEqual([]);
    });

    test('in an HTTP answer', () => {
      expect(finds).toEqual(expect.arrayContaining([{ where: 'answers.txt', what: 'company as plain' }]));
    });
  });
});

test('after kill -9 of the supervisor alone a second start ends what was left over and goes on', async () => {
  const { supervisor: _own, ...leftOver } = stack.run().pids;
  await stack.killSupervisor();
  expect(Object.values(leftOver).filter(isAlive)).toHaveLength(6);
  stack = await startStack({ stateDir: stack.stateDir });
  expect(Object.values(leftOver).filter(isAlive)).toEqual([]);
  expect((await stack.tour()).code).toBe(0);
}, 180_000);

test('after kill -9 of everything, a start that is to stop after the tour goes on with the same state, plays the tour again, and ends with its exit code', async () => {
  await stack.killEverything();
  writeFileSync(path.join(stack.stateDir, 'tour.done'), '2026-11-22T00:00:00.000Z\n');
  const { code, said } = await startOnce(stack.stateDir);
  for (const stream of ['hammertech · manpower', 'hammertech · vendors', 'part3 · rfi-replies', 'part3 · attachments'])
    expect(said).toMatch(new RegExp(`${stream}: \\d+ expected, \\d+ there; 0 missing, 0 extra, 0 lost, 0 doubled`));
  expect(code).toBe(0);
}, 240_000);
