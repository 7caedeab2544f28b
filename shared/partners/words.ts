import type { FaultKind, Owner } from '../domain/faults.ts';
import { type PartnerName, partnerTitles } from '../domain/partners.ts';
import type { MatchCoverage } from '../domain/projects.ts';
import { clipped } from '../domain/texts.ts';
import type { CheckContext, CheckResult } from './contract.ts';

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `Harbour Tower, Depot 3 and 4 more`: short enough for a phone, and people can check the number. */
export function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => name.trim());
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}

/** `31 of 40 (77 %)`. */
export const covered = ({ matched, of, percent }: MatchCoverage): string => `${matched} of ${of} (${percent} %)`;

/** `12 Nov 2026`, in UTC. */
export const dayInWords = (instant: string): string =>
  new Date(instant).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Another customer's connection keeps the same two projects in step. */
export const alreadyConnected = (partner: PartnerName): Words => ({
  seen: `Another customer’s connection keeps this Procore project in step with this project of ${partnerTitles[partner]} already.`,
  needed: 'one connection for the two projects: end this one, or have the other one ended; this one then goes on by itself',
  where: 'On the connection’s page: End.',
});

/** The sync user as Procore spells it. */
export const nameOf = ({ connection }: CheckContext): string => connection.syncUserName ?? 'The sync user';

interface Words {
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

const fitting = ({ seen, needed, where }: Words): Words => ({
  seen: clipped(seen),
  needed: clipped(needed),
  where: clipped(where),
});

export const stuck = (reason: FaultKind, on: Owner, words: Words, keep: CheckResult['keep'] = {}): CheckResult => ({
  outcome: { state: 'stuck', reason, on, ...fitting(words) },
  keep,
});

export const waiting = (on: Owner, words: Words, keep: CheckResult['keep'] = {}): CheckResult => ({
  outcome: { state: 'waiting', on, ...fitting(words) },
  keep,
});
