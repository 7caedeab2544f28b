import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

export const submittalResponse = z
  .object({ id, name: textOrNull, considered: textOrNull })
  .transform((row) => ({ id: row.id, name: row.name ?? '', considered: row.considered?.toLowerCase() ?? null }));

/**
 * One of the responses a project offers, or one given. `considered` is what it counts as, whatever its name: `approved`,
 * `approved as noted`, `for record only`, `forwarded for review`, `pending`, `rejected`, `revise and resubmit`, `submitted` or
 * `void` (operation data, May 2026); null or another word: its meaning is unknown.
 */
export type SubmittalResponse = z.output<typeof submittalResponse>;

/** The responses a project offers now, including its own. Two projects of one company may offer different ones. */
export function listSubmittalResponses(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
): Promise<readonly SubmittalResponse[]> {
  const path = rest`v1.0/projects/${projectId}/submittal_responses`;
  return collect(client.pages(list('listSubmittalResponses', path, submittalResponse)));
}
