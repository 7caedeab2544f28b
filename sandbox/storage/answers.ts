import type { Readable } from 'node:stream';

/** What the storage answers: a status, headers, and a text or bytes. */
export interface StorageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Readable;
}

export const done = (status: number, headers: Record<string, string> = {}): StorageAnswer => ({ status, headers, body: '' });

/** Object storages answer errors in XML with a code of theirs [3p]. */
export const refused = (status: number, code: string): StorageAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
});
