import { expect, test } from '@jest/globals';
import { type LevelFacts, levelsWish } from '../../activities/checks/levels-due.ts';
import type { ToolLevel } from '../../shared/domain/project-levels.ts';
import type { ToolNeed } from '../../shared/procore/operations/permissions.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const times = { nowMs: Date.UTC(2026, 10, 12, 8), everyMs: dayMs };

const needs: readonly ToolNeed[] = [{ tool: 'Daily Log', level: 'Admin' }];
const standard: readonly ToolNeed[] = [{ tool: 'Daily Log', level: 'Standard' }];
const streams = [{ name: 'manpower', needs }];
const dailyLog = (level: ToolLevel['level']): readonly ToolLevel[] => [{ tool: 'Daily Log', level, listed: true, off: false }];
const ago = (ms: number): Date => new Date(times.nowMs - ms);

const known = (projectId: string, readMs: number, level: ToolLevel['level'] = 'Admin') => ({
  projectId,
  tools: dailyLog(level),
  readAt: ago(readMs),
  since: ago(30 * dayMs),
});
const wrote = (projectId: string, ms: number) => ({ projectId, refused: false, wrote: [{ stream: 'manpower', at: ago(ms) }] });

const wish = (given: Partial<LevelFacts>) => levelsWish({ known: [], calls: [], streams, ask: 'due', ...given }, times);

test('a project that nobody asked about yet comes first, then one in doubt, then one that lacks something', () => {
  const { pick } = wish({
    known: [known('lacks', hourMs, 'Standard'), known('doubt', hourMs), known('stands', hourMs / 2)],
    calls: [{ projectId: 'doubt', refused: true, wrote: [] }],
  });
  expect(pick(['lacks', 'stands', 'doubt', 'new'], needs).slice(0, 3)).toEqual(['new', 'doubt', 'lacks']);
});

test('levels that stand are read once a day, each project at a time of its own', () => {
  const ids = Array.from({ length: 48 }, (_, place) => `project-${String(place).padStart(2, '0')}`);
  let rows = ids.map((projectId) => known(projectId, 0));
  const reads = new Map<string, number>();
  const perHour: number[] = [];
  for (let hour = 1; hour <= 48; hour += 1) {
    const nowMs = times.nowMs + hour * hourMs;
    const due = levelsWish({ known: rows, calls: [], streams, ask: 'due' }, { nowMs, everyMs: dayMs }).pick(ids, needs);
    for (const id of due) reads.set(id, (reads.get(id) ?? 0) + 1);
    rows = rows.map((row) => (due.includes(row.projectId) ? { ...row, readAt: new Date(nowMs) } : row));
    perHour.push(due.length);
  }
  expect([...reads.values()]).toEqual(ids.map(() => 2));
  expect(Math.max(...perHour)).toBe(2);
});

test('a write that was taken proves Standard: the day’s manifest is spared where that is all that is needed, and not where Admin is', () => {
  const facts = { known: [known('one', 2 * dayMs)], calls: [wrote('one', 0)] };
  expect(wish(facts).pick(['one'], standard)).toEqual([]);
  expect(wish(facts).pick(['one'], needs)).toEqual(['one']);
});

test('a write that was taken after levels were read as too low to write puts them in doubt; an older one does not', () => {
  const lower = known('one', hourMs, 'Read Only');
  const readOnly: readonly ToolNeed[] = [{ tool: 'Daily Log', level: 'Read Only' }];
  expect(wish({ known: [lower], calls: [wrote('one', hourMs / 2)] }).pick(['one'], readOnly)).toEqual(['one']);
  const nowMs = lower.readAt.getTime() + 1;
  const older = levelsWish({ known: [lower], calls: [wrote('one', 2 * hourMs)], streams, ask: 'due' }, { nowMs, everyMs: dayMs });
  expect(older.pick(['one'], readOnly)).toEqual([]);
});

test('all are asked about after a change they rest on; while somebody looks, those that were not read just now', () => {
  const rows = [known('a', 5000), known('b', hourMs / 2)];
  expect(wish({ known: rows, ask: 'all' }).pick(['a', 'b'], needs)).toEqual(['b', 'a']);
  expect(wish({ known: rows, ask: 'all-but-fresh' }).pick(['a', 'b'], needs)).toEqual(['b']);
});

test('a module that needs another tool makes every project asked about again', () => {
  const { pick } = wish({ known: [known('a', 1000)] });
  expect(pick(['a'], [...needs, { tool: 'Directory', level: 'Read Only' }])).toEqual(['a']);
});

test('in one hour a tenth of the smallest budget goes to manifests at most, what was read in it counted', () => {
  const rows = Array.from({ length: 50 }, (_, place) => known(String(place), place < 40 ? 1000 : 2 * hourMs));
  expect(wish({ known: rows }).most).toBe(20);
  expect(wish({}).most).toBe(60);
});
