/** What the journal needs of a table. */
export interface JournaledTable {
  entries(): [string, unknown][];
  clear(): void;
  set(key: string, row: unknown): void;
  unset(key: string): void;
}

/** One change: table, key, and the row as it is now; without a row, the deletion of it. */
type Line = [table: string, key: string, row?: unknown];

/** The state of all tables as one JSON object: table name, then `[key, row]` pairs. */
export type Snapshot = Record<string, [string, unknown][]>;

/** Records every change of every table, so that the sandbox restarts in the same state after a `kill -9`. */
export interface Journal {
  register(name: string, table: JournaledTable): void;
  write(name: string, key: string, row: unknown): void;
  /** Where lines are written; none by default, which keeps everything in memory only. */
  attach(sink: ((line: string) => void) | null): void;
  /** State of all tables now. Rows are shared, not copied: write it out before the next change. */
  snapshot(): Snapshot;
  /** Replaces the state of all tables. Rows of tables not yet registered wait for their registration. */
  restore(state: Snapshot): void;
  replay(line: string): void;
  /** Empties every table. */
  clear(): void;
}

export function createJournal(): Journal {
  const tables = new Map<string, JournaledTable>();
  const waiting = new Map<string, Line[]>();
  let sink: ((line: string) => void) | null = null;

  const apply = (line: Line): void => {
    const [name, key, row] = line;
    const table = tables.get(name);
    if (!table) waiting.set(name, [...(waiting.get(name) ?? []), line]);
    else if (line.length === 2) table.unset(key);
    else table.set(key, row);
  };

  return {
    register(name, table) {
      if (tables.has(name)) throw new Error(`two tables are called ${name}`);
      tables.set(name, table);
      for (const line of waiting.get(name) ?? []) apply(line);
      waiting.delete(name);
    },
    write(name, key, row) {
      sink?.(JSON.stringify(row === undefined ? [name, key] : [name, key, row]));
    },
    attach(next) {
      sink = next;
    },
    snapshot() {
      const waitingRows = [...waiting].map(([name, lines]) => [name, lines.map(([, key, row]) => [key, row])]);
      return Object.fromEntries([...waitingRows, ...[...tables].map(([name, table]) => [name, table.entries()])]);
    },
    restore(state) {
      for (const table of tables.values()) table.clear();
      waiting.clear();
      for (const [name, rows] of Object.entries(state)) {
        if (!tables.has(name))
          waiting.set(
            name,
            rows.map(([key, row]) => [name, key, row]),
          );
        for (const [key, row] of rows) tables.get(name)?.set(key, row);
      }
    },
    // Only lines this journal wrote itself come back here.
    replay: (line) => apply(JSON.parse(line) as Line),
    clear() {
      for (const table of tables.values()) table.clear();
      waiting.clear();
      // A cleared world has no history to replay; whoever persists writes a new snapshot.
    },
  };
}
