import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareLevels, rankOf, seenLevel } from '../../../shared/partners/hammertech/levels.ts';
import { needsOf } from '../../../shared/partners/hammertech/settings.ts';
import { accessLevels, type OwnTool } from '../../../shared/procore/operations/permissions.ts';

const tool = (name: string, level: OwnTool['level'], title = name): OwnTool => ({ id: '1', name, title, level });

test('a level is enough exactly when it is not lower, and more exactly when it is higher', () => {
  const level = fc.constantFrom(...accessLevels);
  fc.assert(
    fc.property(level, level, (seen, needed) => {
      const [verdict] = compareLevels([tool('daily_log', seen)], [{ tool: 'Daily Log', level: needed }]);
      expect(verdict).toMatchObject({ enough: rankOf(seen) >= rankOf(needed), more: rankOf(seen) > rankOf(needed) });
    }),
  );
});

test('a tool that is not listed, or has a level nobody knows, is never enough', () => {
  const needed = [{ tool: 'Daily Log', level: 'None' as const }];
  for (const tools of [[], [tool('daily_log', null)]]) {
    expect(compareLevels(tools, needed)).toMatchObject([{ enough: false, more: false }]);
  }
  const [unknown] = compareLevels([tool('daily_log', null)], needed);
  expect(unknown && seenLevel(unknown)).toBe('a level that is not known here');
});

test('a tool is found by its engine name and by its title', () => {
  const needed = [{ tool: 'Daily Log', level: 'Admin' as const }];
  expect(compareLevels([tool('daily_log', 'Admin')], needed)[0]?.enough).toBe(true);
  expect(compareLevels([tool('x17', 'Admin', 'Daily Log')], needed)[0]?.enough).toBe(true);
});

test('manpower needs Admin on the Daily Log of its projects, and no module needs nothing', () => {
  expect(needsOf(['manpower'], 'project')).toContainEqual({ tool: 'Daily Log', level: 'Admin' });
  expect(needsOf([], 'company')).toEqual([]);
});
