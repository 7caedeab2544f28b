import { randomBytes, randomUUID } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { TestStack } from './stack.ts';

/** A made-up secret, written in one of the ways in which a real one might be. */
export interface Planted {
  readonly form: string;
  readonly value: string;
  readonly bytes: Buffer;
}

const words = (value: string, offset: number): Buffer => Buffer.from(`${'x'.repeat(offset)}${value} and more`);

const writers: Readonly<Record<string, (value: string) => string | Buffer>> = {
  plain: (value) => `so much for "${value}"`,
  'base64, first alignment': (value) => words(value, 0).toString('base64'),
  'base64, second alignment': (value) => words(value, 1).toString('base64'),
  'base64, third alignment': (value) => words(value, 2).toString('base64'),
  base64url: (value) => words(value, 1).toString('base64url'),
  hex: (value) => words(value, 0).toString('hex'),
  'of a URL': (value) => `https://far.example/?code=${encodeURIComponent(value)}&state=1`,
  'of a form': (value) => new URLSearchParams({ code: value, state: '1' }).toString(),
  gzip: (value) => gzipSync(words(value, 40)),
  zlib: (value) => deflateSync(words(value, 40)),
  'gzip in base64': (value) => gzipSync(words(value, 40)).toString('base64'),
  'base64 in gzip': (value) => gzipSync(words(value, 2).toString('base64')),
};

/** One secret of its own for each way of writing. */
export const newPlantings = (): readonly Planted[] =>
  Object.entries(writers).map(([form, write]) => {
    const value = `planted ${randomBytes(9).toString('base64')}/ü`;
    return { form, value, bytes: Buffer.from(write(value)) };
  });

/** Into the memo of a run on the stack's own Temporal, past every codec. Nobody works on its queue; it is ended again. */
export async function plantInMemo(stack: TestStack, plantings: readonly Planted[]): Promise<void> {
  const { address, namespace } = stack.run().temporal;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const memo = Object.fromEntries(plantings.map(({ bytes }, at) => [`planted-${at}`, new Uint8Array(bytes)]));
  const run = await client.workflow.start('nobody', { workflowId: `planted:${randomUUID()}`, taskQueue: 'nobody', memo });
  await run.terminate('planted');
  await connection.close();
}

/** Into a table of the stack's own Postgres: what was committed is in its write-ahead log, what was written back in its files. */
export async function plantInRows(stack: TestStack, plantings: readonly Planted[]): Promise<void> {
  const client = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  await client.connect();
  try {
    await client.query('CREATE TABLE planted (bytes bytea)');
    // several times: one of them may stand across the border of two pages
    for (const { bytes } of [...plantings, ...plantings, ...plantings])
      await client.query('INSERT INTO planted VALUES ($1)', [bytes]);
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** Every row of every table in words: also what Postgres packs or puts aside in its files. */
export async function rowsOf(stack: TestStack): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  const client = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    );
    const dumps = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
      dumps.push({ name: `rows of ${name}`, bytes: Buffer.from(rows.map(({ text }) => text).join('\n')) });
    }
    return dumps;
  } finally {
    await client.end();
  }
}
