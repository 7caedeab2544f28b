import type { Journal } from './journal.ts';

/** One kind of record in memory. Every `put` and `delete` is written to the journal before the call returns. */
export interface Table<Row> {
  readonly name: string;
  get(key: string): Row | undefined;
  /** Inserts or replaces. Rows are values: never change one in place, put a new one. */
  put(row: Row): Row;
  delete(key: string): boolean;
  all(): Row[];
  filter(test: (row: Row) => boolean): Row[];
  find(test: (row: Row) => boolean): Row | undefined;
  readonly size: number;
  /** Changes with every change of the table. */
  readonly version: number;
}

/**
 * Makes a table and registers it with the journal, which thereby persists and restores it.
 * Any part of the sandbox may add its own tables: `createTable(world.journal, 'hammertech.workers', (row) => row.id)`.
 */
export function createTable<Row>(journal: Journal, name: string, keyOf: (row: Row) => string): Table<Row> {
  const rows = new Map<string, Row>();
  let version = 0;
  journal.register(name, {
    entries: () => [...rows],
    clear: () => {
      rows.clear();
      version += 1;
    },
    // The rows were written by this same table; the journal file is private to the sandbox.
    set: (key, row) => {
      rows.set(key, row as Row);
      version += 1;
    },
    unset: (key) => {
      rows.delete(key);
      version += 1;
    },
  });
  const find = (test: (row: Row) => boolean): Row | undefined => {
    for (const row of rows.values()) if (test(row)) return row;
    return undefined;
  };
  return {
    name,
    get: (key) => rows.get(key),
    put: (row) => {
      const key = keyOf(row);
      rows.set(key, row);
      version += 1;
      journal.write(name, key, row);
      return row;
    },
    delete: (key) => {
      if (!rows.delete(key)) return false;
      version += 1;
      journal.write(name, key, undefined);
      return true;
    },
    all: () => [...rows.values()],
    filter: (test) => [...rows.values()].filter(test),
    find,
    get size() {
      return rows.size;
    },
    get version() {
      return version;
    },
  };
}
