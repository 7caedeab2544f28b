import type { CheckContext } from '../../contract.ts';
import type { HammertechClient } from '../client.ts';

/** What `connect` of this folder made; the contract cannot know its type. */
export const hammertechOf = async (context: CheckContext): Promise<HammertechClient> =>
  (await context.partnerClient()) as HammertechClient;

export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
