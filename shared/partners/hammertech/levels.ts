import { type AccessLevel, accessLevels, type OwnTool, sameTool, type ToolNeed } from '../../procore/operations/permissions.ts';

export const rankOf = (level: AccessLevel): number => accessLevels.indexOf(level);

export interface ToolVerdict {
  readonly tool: string;
  readonly needed: AccessLevel;
  /** null: Procore does not list the tool, or names a level that we do not know. */
  readonly seen: AccessLevel | null;
  readonly listed: boolean;
  readonly enough: boolean;
  readonly more: boolean;
}

/**
 * Compares own permissions with the wanted ones, tool by tool. A tool that is not listed, or has an unknown level, is not
 * enough.
 */
export function compareLevels(tools: readonly OwnTool[], wanted: readonly ToolNeed[]): readonly ToolVerdict[] {
  return wanted.map(({ tool, level }) => {
    const found = tools.find(({ name, title }) => sameTool(name, tool) || sameTool(title, tool));
    const seen = found?.level ?? null;
    return {
      tool,
      needed: level,
      seen,
      listed: found !== undefined,
      enough: seen !== null && rankOf(seen) >= rankOf(level),
      more: seen !== null && rankOf(seen) > rankOf(level),
    };
  });
}

/** The level seen, in words: Procore may omit a tool without access. */
export const seenLevel = ({ seen, listed }: ToolVerdict): string =>
  seen ?? (listed ? 'a level that is not known here' : 'no access');
