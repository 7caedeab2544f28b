import { Fault } from '../../shared/domain/faults.ts';
import type { BreakerReason, OpenBreaker } from '../../shared/store/grants/grant-breaker.ts';
import type { PersonsReach } from '../clients.ts';
import { recasting } from './recast.ts';

const because: Readonly<Record<BreakerReason, string>> = {
  'client-refused': 'Procore does not accept our own app',
  'many-lapses': 'the authorizations of several people ended within minutes, which we take for a fault of ours',
};

/** `2026-11-29 14:05 UTC` */
const inWords = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The breaker is open, and this grant's access token is over. Whoever reads it is not asked for anything: it is ours to mend. */
export const heldBackFault = ({ why, since, nextTrialAt }: OpenBreaker): Fault =>
  new Fault('renewal-held-back', {
    seen: `Since ${inWords(since)} we hold back renewing Procore authorizations: ${because[why]}.`,
    needed: `Nobody needs to sign in: the operator of this service looks at it, and it is tried again at ${inWords(nextTrialAt)}.`,
    where: 'With the operator of this service.',
    sinceMs: since.getTime(),
  });

/** For one member of a team: only what goes out under their name waits, as long as others have access tokens that serve. */
export const holdingBackOne = (reach: PersonsReach): PersonsReach =>
  recasting(reach, ({ kind, detail }) =>
    kind === 'renewal-held-back' ? new Fault(kind, { ...detail, reach: 'record', subject: 'renewals:held-back' }) : undefined,
  );
