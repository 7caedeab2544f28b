import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessLevel, OwnTool } from '../../../shared/procore/operations/permissions.ts';
import { encodeLevels, givesLevels } from '../../../shared/procore/template-levels.ts';

const wanted = [
  { tool: 'Directory', level: 'Standard' as const },
  { tool: 'Daily Log', level: 'Admin' as const },
];

const tool = (id: string, name: string, level: AccessLevel, levelId: string): OwnTool => ({
  id,
  name,
  title: name,
  level,
  levelId,
});

test('where templates speak in names, names are written, without any manifest', () => {
  const maps = [{ Directory: 'None', 'Daily Log': 'Read Only', RFIs: 'None' }];
  expect(encodeLevels(wanted, { maps, allMaps: maps, tools: [] })).toEqual({ Directory: 'Standard', 'Daily Log': 'Admin' });
  expect(encodeLevels({ everyTool: 'Standard' }, { maps, allMaps: maps, tools: [] })).toEqual({
    Directory: 'Standard',
    'Daily Log': 'Standard',
    RFIs: 'Standard',
  });
});

test('where they speak in numbers, a manifest pairs them with names, whatever the numbers are', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(numbers, (unordered) => {
      const ordered = [...unordered].sort((left, right) => left - right);
      const maps = [
        { 51: ordered[0] ?? 0, 52: ordered[1] ?? 0 },
        { 51: ordered[2] ?? 0, 52: ordered[3] ?? 0 },
      ];
      const tools = [tool('51', 'directory', 'Admin', String(ordered[3])), tool('52', 'daily_log', 'None', String(ordered[0]))];
      expect(encodeLevels(wanted, { maps, allMaps: maps, tools })).toEqual({ 51: ordered[2], 52: ordered[3] });
    }),
  );
});

test('a number that a manifest names is believed against its place', () => {
  const maps = [{ 51: 9, 52: 1 }];
  const tools = [tool('51', 'directory', 'Standard', '9'), tool('52', 'daily_log', 'Admin', '1')];
  expect(encodeLevels(wanted, { maps, allMaps: maps, tools })).toEqual({ 51: 9, 52: 1 });
});

test.each([
  ['no template is there to learn from', [], []],
  ['a tool is named nowhere', [{ 51: 1, 99: 4 }], [tool('51', 'directory', 'Admin', '4')]],
  [
    'a level is neither named nor told by its place',
    [{ 51: 1, 52: 4 }],
    [tool('51', 'directory', 'Admin', '4'), tool('52', 'daily_log', 'Admin', '4')],
  ],
  [
    'the named numbers do not stand in the order of the levels',
    [
      { 51: 1, 52: 2 },
      { 51: 3, 52: 4 },
    ],
    [tool('51', 'directory', 'Admin', '1'), tool('52', 'daily_log', 'Admin', '1')],
  ],
])('nothing is encoded on a guess: %s', (_why, maps, tools) => {
  expect(encodeLevels(wanted, { maps, allMaps: maps, tools })).toBeUndefined();
});

test('what was read back gives what was meant only where every entry stands as it was sent', () => {
  expect(givesLevels({ 51: 3, 52: 4 }, { 51: '3', 52: 4, 53: 1 })).toBe(true);
  expect(givesLevels({ 51: 3, 52: 4 }, { 51: 3 })).toBe(false);
  expect(givesLevels({ 51: 3 }, { 51: 1 })).toBe(false);
});
