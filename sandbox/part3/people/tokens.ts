import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ApiToken } from '../records.ts';
import type { Part3 } from '../state.ts';
import { must } from './places.ts';

export const tokenActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('issue'), organisation: z.string(), mayWrite: z.boolean().default(true) }),
    z.strictObject({
      act: z.literal('change'),
      token: z.string(),
      active: z.boolean().exactOptional(),
      mayWrite: z.boolean().exactOptional(),
    }),
  ])
  .meta({ id: 'Part3TokenAct' });

/** The organisation's administrator issues a token, revokes one (`active: false`), or makes it read-only. */
export function actOnToken(state: Part3, body: z.output<typeof tokenActSchema>): ApiToken {
  if (body.act === 'issue') {
    const { organisation, mayWrite } = body;
    must(state.organisations.get(organisation), `organisation: ${organisation}`);
    return state.tokens.put({ token: `p3-${randomBytes(24).toString('base64url')}`, organisation, active: true, mayWrite });
  }
  const { token, active, mayWrite } = body;
  const stored = must(state.tokens.get(token), 'token');
  return state.tokens.put({ ...stored, active: active ?? stored.active, mayWrite: mayWrite ?? stored.mayWrite });
}
