import type { Journal } from './journal.ts';
import type { Id, Instant } from './model.ts';
import { createTable } from './table.ts';

export type CommitAction = 'create' | 'update' | 'delete';

export interface Committed {
  resource: string;
  id: Id;
  action: CommitAction;
}

/** One request as the server saw it, answered or not. */
export interface LedgerEntry {
  seq: number;
  at: Instant;
  atMs: number;
  /** `login` or `procore`; other far sides add their own name. */
  side: string;
  /** Procore's own operation id, e.g. `RestV10ProjectsProjectIdManpowerLogsPost`; null for an unknown path. */
  operationId: string | null;
  method: string;
  path: string;
  query?: string;
  /** All fields of a write to Procore's API, known ones and others. */
  body?: Record<string, unknown>;
  /** Null while in flight, and for good when the connection was cut before an answer. */
  status: number | null;
  clientId: string | null;
  userId: Id | null;
  companyId: Id | null;
  projectId: Id | null;
  requestId: string;
  /** On the storage: the request carried an `Authorization`, which must not be sent there. */
  authorized?: true;
  /** Kind of the injected fault that hit this request. */
  fault?: string;
  /** The first record it changed, present even when the answer was lost. */
  committed?: Committed;
  /** The further records it changed, if there were several. */
  alsoCommitted?: Committed[];
}

export interface RecordChange {
  at: Instant;
  action: CommitAction;
  /** Who did it: a login's id. */
  actor: Id;
  /** The app it came through; null when a person did it in Procore's own screens. */
  clientId: string | null;
  /** The ledger's number of the request; null for admin actions. */
  seq: number | null;
  row: unknown;
}

/** The ground truth of one committed record: its current state, its author, and its whole history. */
export interface TrueRecord {
  resource: string;
  id: Id;
  companyId: Id | null;
  projectId: Id | null;
  author: Id;
  authorClientId: string | null;
  /** Null once deleted. */
  current: unknown;
  history: RecordChange[];
}

export interface LedgerFilters {
  operation?: string | undefined;
  company?: Id | undefined;
  project?: Id | undefined;
  side?: string | undefined;
}

export interface Ledger {
  /** Opens an entry for a request that has just come in; the returned number is its `seq`. */
  open(entry: Omit<LedgerEntry, 'seq' | 'status'>): number;
  /** Adds what is known by now: user, company, status, fault, commit. */
  note(seq: number, known: Partial<Omit<LedgerEntry, 'seq'>>): void;
  /** Entries after a number, oldest first, at most `limit`. */
  after(seq: number, filters?: LedgerFilters, limit?: number): LedgerEntry[];
  /** Notes a committed change. Written to the journal before it returns, so before any answer leaves. */
  commit(
    change: Committed & { companyId: Id | null; projectId: Id | null; row: unknown },
    by: Omit<RecordChange, 'action' | 'row'>,
  ): void;
  /** True records of a resource, deleted ones included. */
  records(resource: string): TrueRecord[];
  /** Number of the newest entry. */
  readonly last: number;
}

/** More than a tour or a test makes; beyond it, the oldest requests without a commit are dropped. */
const maxEntries = 200_000;

export function createLedger(journal: Journal): Ledger {
  const entries = createTable<LedgerEntry>(journal, 'ledger', (row) => String(row.seq));
  const truth = createTable<TrueRecord>(journal, 'records', (row) => `${row.resource}:${row.id}`);
  let last = 0;
  const newest = (): number => {
    if (last === 0) for (const { seq } of entries.all()) last = Math.max(last, seq);
    return last;
  };
  const note: Ledger['note'] = (seq, known) => {
    const entry = entries.get(String(seq));
    if (entry) entries.put({ ...entry, ...known });
  };
  return {
    open(entry) {
      last = newest() + 1;
      entries.put({ ...entry, seq: last, status: null });
      const forgotten = entries.get(String(last - maxEntries));
      if (forgotten && !forgotten.committed) entries.delete(String(forgotten.seq));
      return last;
    },
    note,
    after: (seq, filters = {}, limit = Number.POSITIVE_INFINITY) =>
      entries
        .filter(
          (entry) =>
            entry.seq > seq &&
            (filters.operation === undefined || entry.operationId === filters.operation) &&
            (filters.company === undefined || entry.companyId === filters.company) &&
            (filters.project === undefined || entry.projectId === filters.project) &&
            (filters.side === undefined || entry.side === filters.side),
        )
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit),
    commit({ resource, id, action, companyId, projectId, row }, by) {
      const known = truth.get(`${resource}:${id}`);
      const change: RecordChange = { ...by, action, row };
      truth.put({
        resource,
        id,
        companyId,
        projectId,
        author: known?.author ?? by.actor,
        authorClientId: known ? known.authorClientId : by.clientId,
        current: action === 'delete' ? null : row,
        history: [...(known?.history ?? []), change],
      });
      if (by.seq === null) return;
      const entry = entries.get(String(by.seq));
      const committed: Committed = { resource, id, action };
      if (entry?.committed) note(by.seq, { alsoCommitted: [...(entry.alsoCommitted ?? []), committed] });
      else note(by.seq, { committed });
    },
    records: (resource) => truth.filter((record) => record.resource === resource),
    get last() {
      return newest();
    },
  };
}
