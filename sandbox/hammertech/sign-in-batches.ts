import { z } from 'zod';
import { given } from '../kernel/given.ts';
import { type SiteSignIn, timeStamp } from './records.ts';
import { changeableSignIn, createSignIn, newSignIn } from './sign-ins.ts';
import type { HammerTech } from './state.ts';

const utc = z.iso.datetime();

/** Which sign-ins a batch is about; without a bound all that the tenant has. Deleted ones are left alone. */
const matchSchema = z.strictObject({
  projectId: z.guid().optional(),
  employerId: z.guid().optional(),
  isVisitor: z.boolean().optional(),
  startFrom: utc.optional().meta({ description: 'Started at this instant or later.' }),
  startBefore: utc.optional(),
});
type Match = z.infer<typeof matchSchema>;

const which = { tenant: z.string(), match: matchSchema, limit: z.int().min(1).default(1000) };

/** The same done to many sign-ins at once, as an import or a correction of the payroll does. */
export const signInBatchSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('create'),
      tenant: z.string(),
      workers: z.int().min(1).max(5000).meta({ description: 'So many workers, each a new one.' }),
      signIn: newSignIn,
    }),
    z.strictObject({
      act: z.literal('change'),
      ...which,
      signIn: changeableSignIn.default({}),
      moveEndMinutes: z.int().optional().meta({ description: 'Moves the end of those that have one.' }),
    }),
    z.strictObject({ act: z.literal('delete'), ...which }),
  ])
  .meta({ id: 'SignInBatch' });
export type SignInBatch = z.infer<typeof signInBatchSchema>;

/** Applies a batch under one time stamp, oldest first, and answers what it touched. Undefined: no such tenant or project. */
export function actOnSignIns(state: HammerTech, batch: SignInBatch, now: Date): SiteSignIn[] | undefined {
  if (batch.act === 'create') {
    const made = Array.from({ length: batch.workers }, () => createSignIn(state, batch.tenant, batch.signIn, now));
    return made.every((signIn) => signIn !== undefined) ? made : undefined;
  }
  if (state.tenants.get(batch.tenant) === undefined) return undefined;
  const change = batch.act === 'delete' ? { deleted: true } : given(batch.signIn);
  const moveEndMs = batch.act === 'change' ? (batch.moveEndMinutes ?? 0) * 60_000 : 0;
  return matching(state, batch.tenant, batch.match)
    .slice(0, batch.limit)
    .map((signIn) => {
      const changed = { ...signIn, ...change, modified: timeStamp(now) };
      const endUtc = changed.endUtc === null ? null : timeStamp(new Date(Date.parse(changed.endUtc) + moveEndMs));
      return state.signIns.put({ tenant: batch.tenant, record: { ...changed, endUtc } }).record;
    });
}

function matching(state: HammerTech, tenant: string, match: Match): SiteSignIn[] {
  const { projectId, employerId, isVisitor, startFrom, startBefore } = match;
  return state.signIns
    .filter(
      ({ tenant: owner, record }) =>
        owner === tenant &&
        !record.deleted &&
        (projectId === undefined || record.projectId === projectId) &&
        (employerId === undefined || record.employerId === employerId) &&
        (isVisitor === undefined || record.isVisitor === isVisitor) &&
        (startFrom === undefined || Date.parse(record.startUtc) >= Date.parse(startFrom)) &&
        (startBefore === undefined || Date.parse(record.startUtc) < Date.parse(startBefore)),
    )
    .map(({ record }) => record)
    .sort((left, right) => left.startUtc.localeCompare(right.startUtc) || left.id.localeCompare(right.id));
}
