import type { Journal } from '../kernel/journal.ts';
import { type Owned as OwnedBy, ownership } from '../kernel/owned.ts';
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
export type Owned<T> = OwnedBy<'organisation', T>;

const organisations = ownership('organisation');
export const { ownOf } = organisations;

/** Everything the simulated Part3 knows, in tables of the sandbox's journal; the bytes of files are kept beside them. */
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

/** `bytesDirectory`: where uploaded bytes are kept; if absent, a temporary folder, removed at the end. */
export function createPart3(journal: Journal, bytesDirectory?: string): Part3 {
  const records = <T extends { id: string }>(name: string) => organisations.createRecords<T>(journal, `part3.${name}`);
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

/** All records of an organisation that pass a test. */
export const ownedBy = <T>(table: Table<Owned<T>>, organisation: string, test: (record: T) => boolean = () => true): T[] =>
  organisations.ownedBy(table, organisation).filter(test);
