import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { given } from '../kernel/given.ts';
import { devices, endKinds, type SiteSignIn, timeStamp } from './records.ts';
import type { HammerTech } from './state.ts';

const utc = z.iso.datetime();

export const changeableSignIn = z.strictObject({
  employerId: z.guid().optional(),
  startUtc: utc.optional(),
  endUtc: utc.nullable().optional(),
  endKind: z.enum(endKinds).optional(),
  device: z.enum(devices).optional(),
  isVisitor: z.boolean().optional(),
  companyName: z.string().nullable().optional().meta({ description: "A visitor's company, as written down at the gate." }),
});

export const newSignIn = changeableSignIn
  .extend({
    projectId: z.guid(),
    employerId: z.guid().nullable().meta({ description: 'Null only for a visitor.' }),
    workerId: z.guid().optional(),
    tradeId: z.guid().optional(),
    startUtc: utc,
  })
  .refine(({ employerId, isVisitor }) => employerId !== null || isVisitor === true, {
    path: ['employerId'],
    message: 'only a visitor comes without an employer',
  });
export type NewSignIn = z.infer<typeof newSignIn>;

/** What somebody at the gate, or their supervisor afterwards, can do to a sign-in. */
export const signInActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('create'), tenant: z.string(), signIn: newSignIn }),
    z.strictObject({ act: z.literal('change'), tenant: z.string(), id: z.guid(), signIn: changeableSignIn }),
    z.strictObject({ act: z.literal('delete'), tenant: z.string(), id: z.guid() }),
  ])
  .meta({ id: 'SignInAct' });
export type SignInAct = z.infer<typeof signInActSchema>;

/** Applies one act and stamps `modified`. Deleting keeps the record, marked. Undefined: no such tenant, project or sign-in. */
export function actOnSignIn(state: HammerTech, act: SignInAct, now: Date): SiteSignIn | undefined {
  if (act.act === 'create') return createSignIn(state, act.tenant, act.signIn, now);
  const stored = state.signIns.get(act.id);
  if (stored?.tenant !== act.tenant) return undefined;
  const change = act.act === 'change' ? given(act.signIn) : { deleted: true };
  return state.signIns.put({ tenant: act.tenant, record: { ...stored.record, ...change, modified: timeStamp(now) } }).record;
}

/** Somebody signs in. Undefined: the tenant has no such project. */
export function createSignIn(state: HammerTech, tenant: string, signIn: NewSignIn, now: Date): SiteSignIn | undefined {
  if (state.projects.get(signIn.projectId)?.tenant !== tenant) return undefined;
  const { projectId, employerId, startUtc, endUtc = null, ...rest } = signIn;
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
    modified: timeStamp(now),
    deleted: false,
  };
  return state.signIns.put({ tenant, record }).record;
}
