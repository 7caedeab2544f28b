import type { EntryOf } from '../../../sandbox/kernel/model-daily-log.ts';
import type { DailyLogKind, EntryFields } from '../../../sandbox/procore/daily-log/kind.ts';
import type { Site, When } from './site.ts';

/** A change at the source, and what Procore is to show then. */
export interface Correction<Columns> {
  readonly name: string;
  readonly correct: (site: Site, id: string) => void;
  readonly shows: Partial<EntryOf<Columns>>;
}

/** One module that writes a daily log of its own: all that tells its tests from those of the others. */
export interface Module<Columns extends object, Fields extends EntryFields> {
  readonly stream: string;
  readonly kind: DailyLogKind<Columns, Fields>;
  /** Somebody enters a record at HammerTech; answers its id. */
  readonly enter: (site: Site, when: When, employerId: string | null) => string;
  /** Every column that Procore is to show of it, but for the vendor. */
  readonly shows: (when: When) => Partial<EntryOf<Columns>>;
  readonly corrections: readonly Correction<Columns>[];
  /** What is taken back, each in a way that HammerTech has for it. */
  readonly withdrawals: Readonly<Record<string, (site: Site, id: string) => void>>;
  /** A way of taking back that can be taken back itself; what is deleted stays so. */
  readonly returns?: {
    readonly withdraw: (site: Site, id: string) => void;
    readonly restore: (site: Site, id: string) => void;
  };
  /** What a person writes by hand in Procore, and what they change of an entry of ours. */
  readonly byHand: Fields;
  readonly edited: Fields;
  /** What they add to an entry of ours where we write nothing. */
  readonly added: Fields;
  /** Where records have a time and a company; the notes of a day have neither. */
  readonly placed?: {
    readonly move: (site: Site, id: string, when: When) => void;
    readonly employ: (site: Site, id: string, employerId: string | null) => void;
  };
}
