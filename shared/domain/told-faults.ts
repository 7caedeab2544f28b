import { z } from 'zod';
import { owners } from './faults.ts';

const words = z.string().max(400).optional();

/**
 * What a workflow receives of a fault besides its kind and message: words for people and ids worth quoting. It is the detail of
 * a failure; never a secret, never a vendor's body.
 */
export const toldFault = z.object({
  owner: z.enum(owners),
  seen: words,
  needed: words,
  where: words,
  status: z.int().optional(),
  requestId: words,
  field: words,
  /** Epoch milliseconds since which the fault has lasted, if that is recorded. */
  sinceMs: z.number().optional(),
});
export type ToldFault = z.infer<typeof toldFault>;
