import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { given } from './given.ts';
import { devices, endKinds, type SiteSignIn, timeStamp } from './records.ts';
import type { HammerTech } from './state.ts';

const utc = z.iso.datetime();

const changeableSchema = z.object({
  employerId: z.guid().optional(),
  startUtc: utc.optional(),
  endUtc: utc.nullable().optional(),
  endKind: z.enum(endKinds).optional(),
  device: z.enum(devices).optional(),
  isVisitor: z.boolean().optional(),
});

/** What somebody at the gate, or their supervisor afterwards, can do to a sign-in. */
export const signInActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('create'),
      tenant: z.string(),
      signIn: changeableSchema.extend({
        projectId: z.guid(),
        employerId: z.guid(),
        workerId: z.guid().optional(),
        tradeId: z.guid().optional(),
        startUtc: utc,
      }),
    }),
    z.strictObject({ act: z.literal('change'), tenant: z.string(), id: z.guid(), signIn: changeableSchema }),
    z.strictObject({ act: z.literal('delete'), tenant: z.string(), id: z.guid() }),
  ])
  .meta({ id: 'SignInAct' });
export type SignInAct = z.infer<typeof signInActSchema>;

/** Applies one act and stamps `modified`. Deleting keeps the record, marked. Undefined: no such tenant or sign-in. */
export function actOnSignIn(state: HammerTech, act: SignInAct, now: Date): SiteSignIn | undefined {
  const modified = timeStamp(now);
  if (act.act === 'create') return createSignIn(state, act, modified);
  const stored = state.signIns.get(act.id);
  if (stored?.tenant !== act.tenant) return undefined;
  const change = act.act === 'change' ? given(act.signIn) : { deleted: true };
  return state.signIns.put({ tenant: act.tenant, record: { ...stored.record, ...change, modified } }).record;
}

function createSignIn(state: HammerTech, act: Extract<SignInAct, { act: 'create' }>, modified: string): SiteSignIn | undefined {
  if (state.projects.get(act.signIn.projectId)?.tenant !== act.tenant) return undefined;
  const { projectId, employerId, startUtc, endUtc = null, ...rest } = act.signIn;
  const record: SiteSignIn = {
    id: randomUUID(),
    workerId: randomUUID(),
    endKind: endUtc === null ? 'none' : 'manual',
    device: 'kiosk',
    isVisitor: false,
    ...given(rest),
    projectId,
    employerId,
    startUtc,
    endUtc,
    modified,
    deleted: false,
  };
  return state.signIns.put({ tenant: act.tenant, record }).record;
}
