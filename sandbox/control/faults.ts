import { z } from 'zod';
import type { FaultKind } from '../kernel/faults.ts';
import type { World } from '../kernel/world.ts';
import { act, type Route } from './route.ts';

const which = {
  match: z.strictObject({
    operationId: z.string().exactOptional(),
    method: z.string().exactOptional(),
    path: z.string().exactOptional().meta({ description: 'A path, or its beginning when it ends in *.' }),
    clientId: z.string().exactOptional(),
  }),
  nth: z.int().min(1).exactOptional().meta({ description: 'Strikes from the n-th matching request on; 1 by default.' }),
  times: z.int().min(1).exactOptional().meta({ description: 'For so many requests; 1 by default.' }),
};
const status = z.int().min(400).max(599);

/** Answers an injected fault can take; each one's own number is mandatory. */
export const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...which, kind: z.literal('reset-before') }),
    z.strictObject({ ...which, kind: z.literal('reset-after-commit') }),
    z.strictObject({ ...which, kind: z.literal('status-before'), status }),
    z.strictObject({ ...which, kind: z.literal('status-after-commit'), status }),
    z.strictObject({ ...which, kind: z.literal('garbage-after-commit') }),
    z.strictObject({ ...which, kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
    z.strictObject({ ...which, kind: z.literal('cut'), afterBytes: z.int().min(0) }),
    z.strictObject({ ...which, kind: z.literal('rate-limit'), window: z.enum(['hour', 'spike']) }),
    z.strictObject({ ...which, kind: z.literal('unavailable'), retryAfter: z.int().min(0) }),
    z.strictObject({ ...which, kind: z.literal('revoke-token') }),
  ])
  .meta({ id: 'Fault' });

/** Faults for the requests to come, on Procore's side and the partners'. */
export function faultRoutes(world: World): Route[] {
  return [
    act('post', '/faults', 'Lets matching requests fail.', faultSchema, ({ match, nth, times, ...effect }) => {
      const chosen: FaultKind = effect;
      return { id: world.faults.add({ match, nth, times, effect: chosen }).id };
    }),
    { method: 'get', path: '/faults', summary: 'Faults still waiting.', handle: () => world.faults.list() },
    {
      method: 'delete',
      path: '/faults',
      summary: 'Removes all faults.',
      handle: () => world.faults.removeAll(),
    },
    {
      method: 'delete',
      path: '/faults/{id}',
      summary: 'Removes a fault.',
      handle: ({ path }) => {
        const { id } = z.object({ id: z.string() }).parse(path);
        if (!world.faults.remove(id)) throw new RangeError(`no fault has the id ${id}`);
      },
    },
  ];
}
