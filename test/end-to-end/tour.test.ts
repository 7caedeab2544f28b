import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesBelow, type Haystack, searchSecrets } from '../support/secret-search.ts';
import { isAlive, startStack, type TestStack, type TourRun } from '../support/stack.ts';

let stack: TestStack;
let toured: TourRun;
let answers: string;

beforeAll(async () => {
  stack = await startStack();
  answers = path.join(stack.stateDir, 'answers.txt');
  toured = await stack.tour('--record', answers);
}, 240_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

test('the tour connects a HammerTech customer and both far sides agree', () => {
  expect(toured.report).toMatchObject({ ok: true, lost: 0, doubled: 0, partners: { hammertech: { connected: true } } });
  expect(toured.report.partners['hammertech']?.streams['manpower']).toMatchObject({ missing: 0, extra: 0 });
  expect(toured.report.partners['hammertech']?.streams['manpower']?.source).toBeGreaterThan(200);
  expect(toured.code).toBe(0);
});

test('played again on what is live, it still agrees and writes nothing new', async () => {
  const again = await stack.tour();
  expect(again.code).toBe(0);
  expect(again.report.partners['hammertech']?.streams['manpower']?.target).toBe(
    toured.report.partners['hammertech']?.streams['manpower']?.target,
  );
}, 120_000);

describe('secrets stay secret', () => {
  const ours = (file: string): boolean => !file.startsWith('sandbox') && !/^(keys|run|command-environment)\.json/.test(file);
  const everything = (): Haystack[] => [...filesBelow(stack.stateDir, (file) => ours(path.relative(stack.stateDir, file)))];

  test('no secret or token in play is in the databases, the write-ahead logs, our logs or any HTTP answer', async () => {
    const haystacks = everything();
    expect(haystacks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['temporal.db', 'answers.txt', 'logs/worker.log', 'logs/api.log']),
    );
    expect(haystacks.some(({ name }) => name.startsWith('postgres/pg_wal/'))).toBe(true);
    expect(searchSecrets(await stack.secrets(), haystacks)).toEqual([]);
  }, 120_000);

  test.each(['plain', 'base64'] as const)(
    'the search would find one planted in %s in a memo, a log or a write-ahead log',
    async (form) => {
      const secret = 'planted-canary-4f2a9c71d0';
      const written = form === 'plain' ? secret : Buffer.from(`{"memo":"${secret}"}`).toString('base64');
      for (const file of ['temporal.db', 'temporal.db-wal', 'logs/worker.log']) {
        const planted = {
          name: file,
          bytes: Buffer.concat([readFileSync(path.join(stack.stateDir, file)), Buffer.from(written)]),
        };
        expect(searchSecrets([{ value: secret, kind: 'canary' }], [planted])).toHaveLength(1);
      }
      appendFileSync(answers, '');
    },
  );
});

test('after kill -9 of the supervisor alone a second start ends what was left over and goes on', async () => {
  const { supervisor: _own, ...leftOver } = stack.run().pids;
  await stack.killSupervisor();
  expect(Object.values(leftOver).filter(isAlive)).toHaveLength(6);
  stack = await startStack({ stateDir: stack.stateDir });
  expect(Object.values(leftOver).filter(isAlive)).toEqual([]);
  expect((await stack.tour()).code).toBe(0);
}, 180_000);

test('after kill -9 of everything a second start goes on with the same state', async () => {
  await stack.killEverything();
  stack = await startStack({ stateDir: stack.stateDir });
  const again = await stack.tour();
  expect(again.report).toMatchObject({ ok: true, lost: 0, doubled: 0 });
}, 180_000);
