import { randomBytes } from 'node:crypto';
import { type Blobs, createBlobs } from './blobs.ts';
import type { Journal } from './journal.ts';
import type { StoredFile, Upload } from './model-files.ts';
import { createTable, type Table } from './table.ts';

/** Procore's file storage: what was uploaded, what is attached to records, and the bytes. */
export interface Storage {
  /** Key: the uuid. */
  readonly uploads: Table<Upload>;
  /** Key: the attachment's id. */
  readonly files: Table<StoredFile>;
  readonly blobs: Blobs;
  /** Origin of the storage server, set by whoever started it; before that, an unreachable address. */
  origin: string;
  /** Signs the addresses that are issued. */
  signingKey(): string;
}

export function createStorage(journal: Journal): Storage {
  const keys = createTable<{ name: 'signing'; value: string }>(journal, 'storage-keys', (row) => row.name);
  return {
    uploads: createTable<Upload>(journal, 'uploads', (row) => row.uuid),
    files: createTable<StoredFile>(journal, 'files', (row) => row.id),
    blobs: createBlobs(journal),
    origin: 'http://storage.invalid',
    signingKey: () => (keys.get('signing') ?? keys.put({ name: 'signing', value: randomBytes(32).toString('hex') })).value,
  };
}
