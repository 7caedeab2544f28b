import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { required } from '../support/database.ts';

interface Engines {
  freePort(): Promise<number>;
  startPostgres(options: {
    dataDir: string;
    port: number;
    password: string;
  }): Promise<{ dataDir: string; stop(): Promise<void> }>;
}

/** The engines are plain modules without types. */
async function importEngines(): Promise<Engines> {
  const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'scripts', 'engines');
  const [ports, postgres] = await Promise.all([
    import(path.join(folder, 'ports.mjs')),
    import(path.join(folder, 'postgres.mjs')),
  ]);
  return { ...ports, ...postgres } as Engines;
}

/** A dead process whose parent never asks for its end: it keeps its pid in the process table. */
async function deadButListed(): Promise<{ pid: number; end(): void }> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
  );
  return { pid, end: () => parent.kill('SIGKILL') };
}

test('a database whose former server is dead, but still in the process table, starts again', async () => {
  const { freePort, startPostgres } = await importEngines();
  const scratch = mkdtempSync(path.join(required('GROUNDWORK_TEST_SCRATCH'), 'left-over-'));
  chmodSync(scratch, 0o755); // the database runs as a user of its own
  const options = { dataDir: path.join(scratch, 'postgres'), port: await freePort(), password: 'of-this-test' };
  const first = await startPostgres(options);
  await first.stop();
  const dead = await deadButListed();
  const lines = [dead.pid, first.dataDir, Math.floor(Date.now() / 1000), options.port, '', '127.0.0.1', '0 0', 'ready', ''];
  writeFileSync(path.join(first.dataDir, 'postmaster.pid'), lines.join('\n'));
  try {
    const second = await startPostgres(options);
    expect(second.dataDir).toBe(first.dataDir);
    await second.stop();
  } finally {
    dead.end();
  }
}, 60_000);
