import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { closePool, createPool, withoutTenant } from '../../shared/store/tenancy.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const message = (type: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);

/** Lets one in and sends it away in the same breath, as a database does that is stopped at that moment. */
const inAndOut = Buffer.concat([
  message('R', int32(0)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')),
]);

test('a connection that breaks between being opened and being lent fails its unit of work, and nothing else', async () => {
  const dropping = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(inAndOut));
  });
  server = dropping;
  const port = await new Promise<number>((resolve) =>
    dropping.listen(0, '127.0.0.1', () => resolve((dropping.address() as { port: number }).port)),
  );
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', note);
  const pool = createPool(`postgres://x:y@127.0.0.1:${port}/z`);
  try {
    await expect(withoutTenant(pool, (db) => sql`select 1`.execute(db))).rejects.toThrow();
    expect(uncaught).toEqual([]);
  } finally {
    process.off('uncaughtException', note);
    await closePool(pool);
  }
});
