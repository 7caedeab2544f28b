import { createHmac, randomUUID } from 'node:crypto';
import type { Part3World } from './commits.ts';
import type { SignedEvent } from './records.ts';

/**
 * Signs an event according to Standard Webhooks (standardwebhooks.com, specification 1.0): HMAC-SHA256 of `id.timestamp.payload`
 * with the organisation's secret. It is stored as it would be sent; nothing delivers it.
 */
export function emit(
  { world, state }: Part3World,
  organisation: string,
  type: SignedEvent['type'],
  data: Readonly<Record<string, string | number>>,
): void {
  const secret = state.organisations.get(organisation)?.signingSecret ?? '';
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const timestamp = Math.floor(world.clock.nowMs() / 1000);
  const payload = JSON.stringify({ type, timestamp: world.clock.instant(), data });
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest('base64')}`;
  state.events.put({ id, organisation, type, timestamp, payload, signature });
}
