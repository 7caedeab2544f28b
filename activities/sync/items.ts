import { itemChoice } from '../../shared/domain/deliveries.ts';
import { findItem, recordsHeld, resolveAttention } from '../../shared/store/attention.ts';
import { findCommand, markApplied } from '../../shared/store/commands.ts';
import {
  askToAdd,
  type Delivery,
  leaveAlone,
  lookAgainIn,
  overrideDelivery,
  putBack,
  tellApart,
} from '../../shared/store/records/deliveries.ts';
import { forgetGone } from '../../shared/store/records/gathered-facts.ts';
import { parkedDeliveries } from '../../shared/store/records/parked.ts';
import { adoptTarget, forgetTarget, takenElsewhere } from '../../shared/store/records/record-links.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { LinkRef } from '../contract.ts';
import type { SyncDependencies } from './dependencies.ts';

/**
 * Queues again what is parked for one reason. What waits for a mapping (an unmatched company) is retried in every cycle anyway
 * and is only counted here.
 */
export async function retryItems(
  { pool }: SyncDependencies,
  { tenantId, projectLinkId, reason }: LinkRef & { readonly reason: string },
): Promise<{ readonly requeued: number }> {
  return withTenant(pool, tenantId, async (db) => {
    const parked = await parkedDeliveries(db, { projectLinkId, reason });
    for (const delivery of parked) await tryAgain(db, delivery, 'asked to be sent again');
    return { requeued: Math.max(parked.length, await recordsHeld(db, projectLinkId, reason)) };
  });
}

type Answer = { readonly applied: boolean; readonly says: string };

/** Applies a person's decision, re-read from its command row, to the parked records of one item. Idempotent. */
export async function resolveItem(
  { pool }: SyncDependencies,
  { tenantId, projectLinkId, itemId, commandId }: LinkRef & { readonly itemId: string; readonly commandId: string },
): Promise<Answer> {
  return withTenant(pool, tenantId, async (db) => {
    const item = await findItem(db, itemId);
    if (item?.projectLinkId !== projectLinkId || item.stream === null) return refused('There is no such item here.');
    const command = await findCommand(db, item.connectionId, commandId);
    const decided = itemChoice.safeParse(command?.input);
    if (command?.kind !== 'resolveItem' || !decided.success || decided.data.itemId !== itemId) {
      return refused('There is no such decision.');
    }
    if (command.appliedAt !== null) return { applied: true, says: 'Applied already.' };
    if (item.resolvedAt !== null) return refused('The item is resolved already.');
    const where = { projectLinkId, stream: item.stream, reason: item.reason, subject: item.subject };
    const parked = await parkedDeliveries(db, where);
    const { resolution } = decided.data;
    if (item.reason === 'delete-needs-approval') return leaveGone(db, { ...where, itemId, commandId }, resolution);
    if (parked.length === 0 && resolution !== 'retry') return refused('It is mended at its cause; then it goes on by itself.');
    const unfit = resolution === 'overwrite' && parked.some((delivery) => !canOverwrite(delivery));
    if (unfit) return refused('There is no single entry that could be overwritten.');
    if (resolution === 'add-to-project' && item.reason !== 'vendor-not-on-project') {
      return refused('Only a company that is not on the project can be put on it.');
    }
    if (resolution === 'overwrite' && (await anyTakenElsewhere(db, where, parked))) {
      return refused('Another record of ours writes to that entry already; leave this one, or separate the two at the source.');
    }
    for (const delivery of parked) await apply(db, { tenantId, projectLinkId, stream: item.stream }, delivery, resolution);
    if (parked.length > 0) await resolveAttention(db, itemId, resolution);
    await markApplied(db, commandId);
    return { applied: true, says: says[resolution] };
  });
}

/** What was taken back at the source stays on the far side for good; only a person may remove it there. */
async function leaveGone(
  db: Db,
  item: {
    readonly projectLinkId: string;
    readonly stream: string;
    readonly subject: string;
    readonly itemId: string;
    readonly commandId: string;
  },
  resolution: keyof typeof says,
): Promise<Answer> {
  if (resolution !== 'leave') return refused('We remove nothing there: remove the entry by hand, then choose to leave it.');
  await forgetGone(db, item, item.subject.slice('gone:'.length));
  await resolveAttention(db, item.itemId, resolution);
  await markApplied(db, item.commandId);
  return { applied: true, says: says.leave };
}

const refused = (says: string): Answer => ({ applied: false, says });

const says = {
  retry: 'It is tried again with the next cycle.',
  leave: 'Both sides stay as they are.',
  overwrite: 'Our values will stand.',
  'add-to-project': 'The company is put into the project’s directory with the next cycle, and its records are sent.',
} as const;

const canOverwrite = ({ fault }: Delivery): boolean => fault?.kind === 'conflict' && fault.targetId !== undefined;

/** A far-side id may be taken only once. */
async function anyTakenElsewhere(
  db: Db,
  stream: { readonly projectLinkId: string; readonly stream: string },
  parked: readonly Delivery[],
): Promise<boolean> {
  for (const { naturalKey, fault } of parked) {
    const ids = fault?.targetId === undefined ? [] : [fault.targetId];
    if ((await takenElsewhere(db, stream, naturalKey, ids)).size > 0) return true;
  }
  return false;
}

async function apply(
  db: Db,
  stream: { readonly tenantId: string; readonly projectLinkId: string; readonly stream: string },
  delivery: Delivery,
  resolution: keyof typeof says,
): Promise<void> {
  const { deliveryId, naturalKey, fault } = delivery;
  if (resolution === 'leave') {
    await leaveAlone(db, deliveryId);
    return;
  }
  if (resolution === 'overwrite' && fault?.targetId !== undefined) {
    await adoptTarget(db, stream, naturalKey, fault.targetId);
    await overrideDelivery(db, deliveryId);
  }
  if (resolution === 'retry' && fault?.beside && fault.targetId) await tellApart(db, deliveryId, fault.targetId);
  if (resolution === 'retry' && fault?.gone) await forgetTarget(db, stream, naturalKey);
  if (resolution === 'add-to-project') await askToAdd(db, deliveryId);
  await tryAgain(db, delivery, `a person chose: ${resolution}`);
}

/** Queues it again; or, if a second record exists beside it, checks it again, since sending would not change that. */
async function tryAgain(db: Db, { deliveryId, fault }: Delivery, why: string): Promise<void> {
  if (fault?.surplus) await lookAgainIn(db, deliveryId, 0);
  else await putBack(db, { deliveryId, why });
}
