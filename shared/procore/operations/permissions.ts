import { z } from 'zod';
import { type AccessLevel, accessLevels } from '../../domain/project-levels.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, idOrNull, textOrNull } from '../fields.ts';
import { read, rest } from '../requests.ts';

export type { AccessLevel } from '../../domain/project-levels.ts';
export { accessLevels } from '../../domain/project-levels.ts';

/** A need of a tool: at least that level. */
export interface ToolNeed {
  /** Procore's name of the tool, as people see it ("Daily Log"). */
  readonly tool: string;
  readonly level: AccessLevel;
}

const level = z.object({ id: idOrNull, name: z.string() }).nullish();

const ownTool = z
  .object({ id, name: textOrNull, friendly_name: textOrNull, user_access_level: level, available_for_user: flagOrNull })
  .transform((row) => ({
    id: row.id,
    name: row.name ?? '',
    title: row.friendly_name ?? row.name ?? '',
    level: levelNamed(row.user_access_level?.name),
    levelId: row.user_access_level?.id ?? null,
  }));

const manifest = z.object({ tools: z.array(ownTool) });

/** One tool with the token user's level; `level`: null if Procore names none that we know; `levelId`: Procore's number of it. */
export type OwnTool = Omit<z.output<typeof ownTool>, 'levelId'> & { readonly levelId?: string | null };

/** The token's own effective levels in the company, or in one project. Procore may omit tools without access. */
export async function getOwnPermissions(
  client: ProcoreClient,
  scope: 'company' | { readonly projectId: string },
): Promise<readonly OwnTool[]> {
  const query = scope === 'company' ? { company_id: client.company.companyId } : { project_id: scope.projectId };
  const { value } = await client.call(read('getOwnPermissions', rest`v1.0/settings/permissions`, manifest, query));
  return value.tools;
}

/** The level on a tool, by its engine name or title; a tool that is not listed is `None`. */
export const levelOn = (tools: readonly OwnTool[], tool: string): AccessLevel =>
  tools.find((one) => sameTool(one.name, tool) || sameTool(one.title, tool))?.level ?? 'None';

export const atLeast = (level: AccessLevel, wanted: AccessLevel): boolean =>
  accessLevels.indexOf(level) >= accessLevels.indexOf(wanted);

/** Tool names differ in case and separators between Procore's responses (`daily_log`, `Daily Log`). */
export const sameTool = (left: string, right: string): boolean => bare(left) === bare(right);

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function levelNamed(name: string | undefined): AccessLevel | null {
  return accessLevels.find((one) => name !== undefined && bare(one) === bare(name)) ?? null;
}
