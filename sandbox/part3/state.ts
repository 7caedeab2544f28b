import type { Journal } from '../kernel/journal.ts';
import { createTable, type Table } from '../kernel/table.ts';
import { createBytes, type FileBytes } from './bytes.ts';
import type {
  ApiToken,
  Company,
  Member,
  Organisation,
  Project,
  Rfi,
  RfiAnswer,
  SignedEvent,
  StoredFile,
  Submittal,
  SubmittalReturn,
} from './records.ts';

/** A record and the organisation it belongs to. */
export interface Owned<T> {
  organisation: string;
  record: T;
}

/** Everything the simulated Part3 knows, in tables of the sandbox's journal; the bytes of files lie beside them. */
export interface Part3 {
  organisations: Table<Organisation>;
  tokens: Table<ApiToken>;
  projects: Table<Owned<Project>>;
  companies: Table<Owned<Company>>;
  members: Table<Owned<Member>>;
  rfis: Table<Owned<Rfi>>;
  submittals: Table<Owned<Submittal>>;
  answers: Table<Owned<RfiAnswer>>;
  returns: Table<Owned<SubmittalReturn>>;
  files: Table<Owned<StoredFile>>;
  events: Table<SignedEvent>;
  bytes: FileBytes;
}

/** `bytesDirectory`: where uploaded bytes lie; a folder of the system's temporary ones, removed at the end, where absent. */
export function createPart3(journal: Journal, bytesDirectory?: string): Part3 {
  const records = <T extends { id: string }>(name: string): Table<Owned<T>> =>
    createTable<Owned<T>>(journal, `part3.${name}`, (row) => row.record.id);
  return {
    organisations: createTable<Organisation>(journal, 'part3.organisations', (row) => row.slug),
    tokens: createTable<ApiToken>(journal, 'part3.tokens', (row) => row.token),
    projects: records<Project>('projects'),
    companies: records<Company>('companies'),
    members: records<Member>('members'),
    rfis: records<Rfi>('rfis'),
    submittals: records<Submittal>('submittals'),
    answers: records<RfiAnswer>('answers'),
    returns: records<SubmittalReturn>('returns'),
    files: records<StoredFile>('files'),
    events: createTable<SignedEvent>(journal, 'part3.events', (row) => row.id),
    bytes: createBytes(bytesDirectory),
  };
}

/** The record where it is that organisation's; a foreign one is as unknown as none. */
export function ownOf<T>(table: Table<Owned<T>>, organisation: string, id: string): T | undefined {
  const row = table.get(id);
  return row?.organisation === organisation ? row.record : undefined;
}

/** All records of an organisation that pass a test. */
export function ownedBy<T>(table: Table<Owned<T>>, organisation: string, test: (record: T) => boolean = () => true): T[] {
  return table.filter((row) => row.organisation === organisation && test(row.record)).map(({ record }) => record);
}
