import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { markRunSeen, missingRuns, unwantRun, wantRun } from '../../shared/store/desired-runs.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const hourMs = 3_600_000;

async function aRun() {
  const tenant = await store().newTenant();
  const subjectId = randomUUID();
  const workflowId = `sync:${tenant}:${subjectId}`;
  const within = <Result>(fn: (db: Db) => Promise<Result>) => withTenant(store().pool, tenant, fn);
  return {
    workflowId,
    want: () =>
      within((db) => wantRun(db, tenant, { workflowId, workflowType: 'projectSync', subjectId, partner: 'hammertech' })),
    unwant: () => within((db) => unwantRun(db, workflowId)),
    seen: (generation: number) => within((db) => markRunSeen(db, workflowId, generation)),
    missing: (silentMs = hourMs) => within((db) => missingRuns(db, silentMs)),
  };
}

test('a wanted run is missing until its generation was seen, and again once it falls silent', async () => {
  const run = await aRun();
  expect(await run.want()).toBe(1);
  expect(await run.missing()).toMatchObject([{ workflowId: run.workflowId, generation: 1, workflowType: 'projectSync' }]);
  expect(await run.seen(1)).toBe(true);
  expect(await run.missing()).toEqual([]);
  expect(await run.missing(-1)).toHaveLength(1);
});

test('wanting twice changes nothing; each turn raises the generation and ends the run before', async () => {
  const run = await aRun();
  expect([await run.want(), await run.want()]).toEqual([1, 1]);
  expect(await run.unwant()).toBe(true);
  expect(await run.unwant()).toBe(false);
  expect(await run.seen(1)).toBe(false);
  expect(await run.missing()).toEqual([]);
  expect(await run.want()).toBe(3);
  expect([await run.seen(1), await run.seen(2), await run.seen(3)]).toEqual([false, false, true]);
});
