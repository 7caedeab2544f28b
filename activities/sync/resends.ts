import type { StandingCause } from '../../shared/store/attention.ts';
import type { Fence } from '../../shared/store/records/checkpoints.ts';
import { stubbornDeliveries } from '../../shared/store/records/delivery-queue.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/** Sends after which an unsettled record is shown to a person, and sent less often. */
const sendingsInARow = 3;
/** In settle times; a quarter of an hour with that of production. */
const longestPause = 15;

/** Pause before a record that was looked up and not found is sent again: none at first, then doubling. Undefined: at once. */
export function pauseBeforeResend(sendings: number, settleMs: number): number | undefined {
  if (sendings < sendingsInARow) return undefined;
  return Math.min(longestPause, 2 ** Math.min(10, sendings - sendingsInARow + 1)) * settleMs;
}

/** One item for all records of a stream that were sent again and again; it is resolved when they are. They are still sent. */
export async function stubbornCause(db: Db, fence: Fence): Promise<readonly StandingCause[]> {
  const found = await stubbornDeliveries(db, fence, sendingsInARow);
  if (!found) return [];
  const { payload, attempts } = found.first;
  return [
    {
      reason: 'vendor-unavailable',
      owner: 'support',
      subject: `resends:${fence.stream}`,
      seen: `${payload.address['label'] ?? payload.naturalKey}: sent at least ${sendingsWord(attempts)} times, never answered properly and never found`,
      needed: 'A look at why the far side does not take it; it is sent again from time to time meanwhile',
      where: payload.address['screen'] ?? 'the record on the far side',
      records: found.records,
    },
  ];
}

/** Rounded down to a power of two, so that the item does not change with every sending. */
const sendingsWord = (sendings: number): number => Math.max(sendingsInARow, 2 ** Math.floor(Math.log2(sendings)));
