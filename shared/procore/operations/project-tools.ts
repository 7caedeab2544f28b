import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';
import { sameTool } from './permissions.ts';

const tool = z
  .object({ id, engine_name: textOrNull, title: textOrNull, is_active: flagOrNull })
  .transform((row) => ({ id: row.id, engineName: row.engine_name ?? '', title: row.title ?? '', active: row.is_active ?? true }));

export type ProjectTool = z.output<typeof tool>;

/** Tools of a project, switched on or not. */
export function listProjectTools(client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly ProjectTool[]> {
  return collect(client.pages(list('listProjectTools', rest`v1.0/projects/${projectId}/tools`, tool)));
}

/** Whether a tool, by its engine name or title, is known to be switched off; false if it is not listed. */
export const isSwitchedOff = (tools: readonly ProjectTool[], name: string): boolean =>
  tools.some(({ engineName, title, active }) => !active && (sameTool(engineName, name) || sameTool(title, name)));
