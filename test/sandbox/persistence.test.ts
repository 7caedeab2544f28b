import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepIn, restore, snapshot } from '../../sandbox/kernel/persistence.ts';
import { createTable } from '../../sandbox/kernel/table.ts';
import { createWorld, mintId } from '../../sandbox/kernel/world.ts';
import { writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { smallWorld } from './procore-ground.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = ({ world, project, people }: ReturnType<typeof smallWorld>) =>
  writeManpowerByHand(world, { projectId: project.id, by: people.cleo.id, numWorkers: 1, numHours: '8' });

test('what was committed before a kill is there afterwards, and ids go on where they were', () => {
  const small = smallWorld();
  keepIn(small.world, directory);
  const log = write(small);
  small.world.clock.advance(5000);
  small.world.switches.set('completedDay', '422');

  const again = createWorld();
  expect(keepIn(again, directory).resumed).toBe(true);
  expect(again.manpowerLogs.get(log.id)).toEqual(log);
  expect(again.ledger.records('manpower_logs')).toEqual(small.world.ledger.records('manpower_logs'));
  expect(again.switches.get('completedDay')).toBe('422');
  expect(again.clock.nowMs() - Date.now()).toBeGreaterThan(4000);
  expect(mintId(again, small.company.id)).toBe(mintId(small.world, small.company.id));
});

test('a line cut off by the kill is dropped and everything before it kept', () => {
  const small = smallWorld();
  keepIn(small.world, directory);
  const log = write(small);
  const [journal = ''] = readdirSync(directory).filter((name) => name.startsWith('journal'));
  appendFileSync(join(directory, journal), '["manpower-logs","9');
  const again = createWorld();
  keepIn(again, directory);
  expect(again.manpowerLogs.all()).toEqual([log]);
});

test('deletions survive, also over several restarts', () => {
  const small = smallWorld();
  keepIn(small.world, directory).close();
  const second = createWorld();
  const kept = keepIn(second, directory);
  second.vendors.delete(small.vendor.id);
  kept.close();
  const third = createWorld();
  keepIn(third, directory);
  expect(third.vendors.size).toBe(0);
  expect(third.projects.size).toBe(1);
});

test('tables of other parts are kept too, registered before or after', () => {
  const first = createWorld();
  const rows = createTable<{ id: string }>(first.journal, 'hammertech.workers', (row) => row.id);
  keepIn(first, directory);
  rows.put({ id: 'w1' });
  const second = createWorld();
  keepIn(second, directory);
  const late = createTable<{ id: string }>(second.journal, 'hammertech.workers', (row) => row.id);
  expect(late.all()).toEqual([{ id: 'w1' }]);
});

test('a snapshot restored into an empty world is the same world', () => {
  const { world } = smallWorld();
  const other = createWorld();
  restore(other, snapshot(world));
  expect(snapshot(other)).toBe(snapshot(world));
});
