import type { DeliveryFault, DeliveryPayload } from '../../shared/domain/deliveries.ts';
import type { ForeseenAct, ForeseenRecord } from '../../shared/domain/dry-run.ts';
import type { Cause } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import type { SendPlan } from '../sync/decide.ts';

type Named = Pick<ForeseenRecord, 'naturalKey' | 'label' | 'fields'>;

export const namedBy = ({ naturalKey, address, fields }: DeliveryPayload): Named => ({
  naturalKey,
  label: address['label'] ?? naturalKey,
  fields: Object.keys(fields).length > 0 ? fields : null,
});

/** It would be sent, or wait for a person's push. */
export const sent = (named: Named, does: 'create' | 'update', why: string, held: boolean): ForeseenRecord => ({
  ...named,
  does,
  held,
  why: held ? `${why} It waits for a person’s push: automation of “${does}” is off.` : why,
  ...nothingInTheWay,
});

export const leftAsItIs = (named: Named, why: string): ForeseenRecord => ({
  ...named,
  does: 'leave-alone' satisfies ForeseenAct,
  held: false,
  why,
  ...nothingInTheWay,
});

/** A person must act first: what is seen, what is needed, and where. */
export const cannot = (named: Named, { reason, seen, needed, where }: Omit<Cause, 'subject'>): ForeseenRecord => ({
  ...named,
  does: 'cannot',
  held: false,
  why: seen,
  reason,
  needed,
  where,
});

export const causeOf = ({ kind, ...words }: DeliveryFault): Cause => ({ reason: kind, ...words });

const nothingInTheWay = { reason: null, needed: null, where: null };

/** Why a delivery would be sent. */
export function whySent(delivery: Delivery, plan: SendPlan & { readonly kind: 'create' | 'update' }, waits: boolean): string {
  if (waits) return 'It is sent once it is known what became of its former sending.';
  if (plan.kind === 'create') {
    return delivery.attempts > 0
      ? 'Sent before, and surely not done: it is sent again.'
      : 'New at the source, and nothing stands there for it yet.';
  }
  if (delivery.payload.override) return 'A person chose that our values stand.';
  if (delivery.action === 'update') return 'Changed at the source since it was carried.';
  return plan.current.ours === true
    ? 'Ours stands there, but not as meant: it is corrected.'
    : 'Somebody’s entry stands there; by the settings it is kept up from now on.';
}

export const why = {
  adopted: 'It stands there already as meant, by our own hand.',
  leftByPerson: 'A person chose to leave both sides as they are.',
  unchanged: 'Unchanged since it was carried.',
  showsIt: 'It changed at the source, and stands there as meant already.',
  nothingToSend: 'It was looked at before: nothing is to be sent.',
  leftBehind: 'Taken back at the source; a person left it where it stands.',
  underWay: 'It is under way: what became of its sending is being looked up.',
} as const;
