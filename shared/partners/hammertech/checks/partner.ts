import type { CheckContext } from '../../contract.ts';
import type { HammertechClient } from '../client.ts';

/** The client that `connect` of this folder made; the contract cannot know its type. */
export const hammertechOf = async (context: CheckContext): Promise<HammertechClient> =>
  (await context.partnerClient()) as HammertechClient;
