import { Fault } from '../../domain/faults.ts';
import type { Incoming } from '../../http/exchange.ts';
import { createFarSide } from '../far-side.ts';

/** What HammerTech's refusals mean (facts/partners.md section 1.3). */
export const farSide = createFarSide({
  partner: 'HammerTech',
  kinds: { 401: 'partner-credential-rejected', 403: 'partner-scope-missing' },
  cures: { 403: { where: 'HammerTech → Administration → Users → the login’s projects' } },
});

/** A refused login: HammerTech answers a wrong one with an empty 401, and some malformed tenants or addresses with 400. */
export function faultOfLogin(answer: Incoming, nowMs: number): Fault {
  const fault = farSide.refused('the login', answer, nowMs, 'read');
  const isRefused = answer.status === 400 || answer.status === 403 || answer.status === 404;
  return isRefused ? new Fault('partner-credential-rejected', fault.detail) : fault;
}
