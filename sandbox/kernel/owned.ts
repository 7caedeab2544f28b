import type { Journal } from './journal.ts';
import { createTable, type Table } from './table.ts';

/** A record and the customer it belongs to, under the far side's own word for a customer. */
export type Owned<Word extends string, T> = Record<Word, string> & { record: T };

/** Records of a far side that many customers share. */
export interface Ownership<Word extends string> {
  createRecords<T extends { id: string }>(journal: Journal, name: string): Table<Owned<Word, T>>;
  /** The record if it is that customer's; another customer's is treated as unknown. */
  ownOf<T>(table: Table<Owned<Word, T>>, owner: string, id: string): T | undefined;
  /** All records of one kind that a customer has; the same array until one of that kind changes. */
  ownedBy<T>(table: Table<Owned<Word, T>>, owner: string): readonly T[];
}

export function ownership<Word extends string>(word: Word): Ownership<Word> {
  const known = new WeakMap<object, { readonly version: number; readonly byOwner: Map<string, readonly unknown[]> }>();
  return {
    createRecords: (journal, name) => createTable(journal, name, ({ record }) => record.id),
    ownOf(table, owner, id) {
      const row = table.get(id);
      return row?.[word] === owner ? row.record : undefined;
    },
    ownedBy<T>(table: Table<Owned<Word, T>>, owner: string) {
      const before = known.get(table);
      const byOwner = before?.version === table.version ? before.byOwner : new Map<string, readonly unknown[]>();
      const records = byOwner.get(owner) ?? table.filter((row) => row[word] === owner).map(({ record }) => record);
      byOwner.set(owner, records);
      known.set(table, { version: table.version, byOwner });
      return records as readonly T[]; // the records of this same table
    },
  };
}
