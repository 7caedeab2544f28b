import type { LevelMap } from './operations/permission-templates.ts';
import { type AccessLevel, accessLevels, type OwnTool, sameTool, type ToolNeed } from './operations/permissions.ts';

/** The levels a template should give: to these tools and no other, or the same level on every tool of its kind. */
export type WantedLevels = readonly ToolNeed[] | { readonly everyTool: AccessLevel };

/** What the encoding of `user_access_levels` is learned from: it is not published (facts/steps-and-calls.md section 1). */
export interface Lessons {
  /** Maps of the templates of the kind to create: their keys name its tools. */
  readonly maps: readonly LevelMap[];
  /** Maps of every known template: their values name levels. */
  readonly allMaps: readonly LevelMap[];
  /** Own manifests, which pair the numbers of tools and levels with their names. Not needed if the maps use names. */
  readonly tools: readonly OwnTool[];
}

/** The wanted levels in Procore's own encoding; undefined if it cannot be determined for sure; then nothing may be written. */
export function encodeLevels(wanted: WantedLevels, lessons: Lessons): LevelMap | undefined {
  const keys = new Set(lessons.maps.flatMap((map) => Object.keys(map)));
  const needs = isEveryTool(wanted)
    ? [...keys].map((key) => ({ key, level: wanted.everyTool }))
    : keysOf(wanted, keys, lessons.tools);
  const entries = needs?.map(({ key, level }) => [key, writtenAs(level, lessons)] as const);
  if (!entries || entries.length === 0 || entries.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** Whether a template, as read back, gives what was meant: Procore silently drops what it does not accept. */
export function givesLevels(sent: LevelMap, readBack: LevelMap): boolean {
  return Object.entries(sent).every(([key, value]) => String(readBack[key]) === String(value));
}

const isEveryTool = (wanted: WantedLevels): wanted is { readonly everyTool: AccessLevel } => 'everyTool' in wanted;

interface Keyed {
  readonly key: string;
  readonly level: AccessLevel;
}

/** The keys of the wanted tools in the maps: their names, or the numbers that a manifest pairs with them. */
function keysOf(wanted: readonly ToolNeed[], keys: ReadonlySet<string>, tools: readonly OwnTool[]): readonly Keyed[] | undefined {
  const found = wanted.map(({ tool, level }) => {
    const listed = tools.find(({ name, title }) => sameTool(name, tool) || sameTool(title, tool));
    const byNumber = listed !== undefined && keys.has(listed.id) ? listed.id : undefined;
    const key = byNumber ?? [...keys].find((one) => sameTool(one, tool));
    return key === undefined ? undefined : { key, level };
  });
  return found.every((each) => each !== undefined) ? found : undefined;
}

/** A level as the maps write it: its name if they use names, else its number. */
function writtenAs(level: AccessLevel, { allMaps, tools }: Lessons): string | number | undefined {
  const values = [...new Set(allMaps.flatMap((map) => Object.values(map)))];
  if (values.length === 0) return undefined;
  if (values.every((value) => accessLevels.some((name) => name === value))) return level;
  return numberOf(level, values, tools);
}

/**
 * A number that a manifest names is known. Another is derived from its position among all four numbers that templates use, and
 * only if every named number is at its own position.
 */
function numberOf(
  level: AccessLevel,
  values: readonly (string | number)[],
  tools: readonly OwnTool[],
): string | number | undefined {
  const named = new Map(tools.flatMap((tool) => (tool.level && tool.levelId ? [[tool.level, tool.levelId] as const] : [])));
  const known = named.get(level);
  const written = values.find((value) => String(value) === known);
  if (written !== undefined) return written;
  const numbers = values.map(Number).filter(Number.isInteger);
  const ordered = [...new Set([...numbers, ...[...named.values()].map(Number)])].sort((left, right) => left - right);
  if (ordered.length !== accessLevels.length || numbers.length !== values.length) return undefined;
  const fits = [...named].every(([name, number]) => ordered.indexOf(Number(number)) === accessLevels.indexOf(name));
  return fits && named.size > 0 ? likeOthers(ordered[accessLevels.indexOf(level)], values) : undefined;
}

/** As a number or as its text, whichever the maps use. */
const likeOthers = (number: number | undefined, values: readonly (string | number)[]): string | number | undefined =>
  number === undefined ? undefined : typeof values[0] === 'string' ? String(number) : number;
