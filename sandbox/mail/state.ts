import type { Journal } from '../kernel/journal.ts';
import { createTable, type Table } from '../kernel/table.ts';

/** One mail as it was accepted: each acceptance is a row of its own, so that a mail that came twice stands here twice. */
export interface Message {
  readonly id: string;
  /** Grows with every mail that was accepted. */
  readonly seq: number;
  /** By the sandbox's clock, UTC. */
  readonly at: string;
  readonly from: string;
  /** Of the envelope: where it was truly sent. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  /** Null where the mail has no HTML part. */
  readonly html: string | null;
  /** As it came over the wire. */
  readonly source: string;
}

/** `hard` answers 550 for good, `soft` 451 for now; both at RCPT. */
export type RefusalKind = 'hard' | 'soft';

export interface Refusal {
  readonly address: string;
  readonly kind: RefusalKind;
  /** The server's words behind the code. */
  readonly says: string;
}

export const mailFaultKinds = ['reset-after-data', 'reject-after-data', 'unavailable'] as const;

/**
 * `reset-after-data`: the mail is accepted and the connection cut before the answer; `reject-after-data`: 554 in its place, nothing is
 * kept; `unavailable`: 421 at the greeting. For so many connections.
 */
export interface MailFault {
  readonly kind: (typeof mailFaultKinds)[number];
  readonly times: number;
}

/** A refused recipient, once for each time it was tried. */
export interface RefusedTry {
  readonly seq: number;
  readonly address: string;
  readonly code: number;
}

/** Everything the simulated mail server knows, in tables of the sandbox's journal. */
export interface Inbox {
  readonly messages: Table<Message>;
  readonly refusals: Table<Refusal>;
  readonly refused: Table<RefusedTry>;
  readonly faults: Table<MailFault>;
  /** Counts one connection against a waiting fault; false where none waits. */
  strike(kind: MailFault['kind']): boolean;
  /** Why that recipient is refused now, if it is. */
  refusalOf(address: string): Refusal | undefined;
}

export function createInbox(journal: Journal): Inbox {
  const refusals = createTable<Refusal>(journal, 'mail.refusals', (row) => row.address);
  const faults = createTable<MailFault>(journal, 'mail.faults', (row) => row.kind);
  return {
    messages: createTable<Message>(journal, 'mail.messages', (row) => row.id),
    refusals,
    refused: createTable<RefusedTry>(journal, 'mail.refused', (row) => String(row.seq)),
    faults,
    strike(kind) {
      const fault = faults.get(kind);
      if (fault === undefined) return false;
      if (fault.times <= 1) faults.delete(kind);
      else faults.put({ kind, times: fault.times - 1 });
      return true;
    },
    refusalOf: (address) => refusals.get(addressKey(address)) ?? refusedByName(address),
  };
}

/** Addresses are compared without case, as mail servers do. */
export const addressKey = (address: string): string => address.trim().toLowerCase();

/** Addresses that say by themselves how they are answered, so that a demo can show a bounce without any act. */
function refusedByName(address: string): Refusal | undefined {
  const local = addressKey(address).split('@')[0];
  if (local === 'bounce') return { address, kind: 'hard', says: '5.1.1 No such mailbox here' };
  if (local === 'busy') return { address, kind: 'soft', says: '4.2.2 The mailbox is busy' };
  return undefined;
}
