import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from './journal.ts';
import type { World } from './world.ts';

/** The whole state as text; `restore` recreates the same world from it, including tokens and ledger. */
export function snapshot(world: World): string {
  return JSON.stringify(world.journal.snapshot());
}

/** Replaces everything in the world with a snapshot. */
export function restore(world: World, text: string): void {
  // Only text written by `snapshot` comes here.
  world.journal.restore(JSON.parse(text) as Snapshot);
}

export interface Kept {
  /** Writes a fresh snapshot and empties the journal file; required after `world.journal.clear()`. */
  compact(): void;
  close(): void;
  /** Whether an earlier state was found and restored. */
  readonly resumed: boolean;
}

/** A journal larger than this is folded into the snapshot. */
const maxJournalBytes = 64 * 1024 * 1024;

/**
 * Keeps a world in a directory: `snapshot-N.json` and the `journal-N.jsonl` of all changes since. Every change is handed to the
 * operating system before the call that made it returns, so before any answer leaves: it survives a `kill -9` of the process,
 * which is what the sandbox promises (not a loss of power; there is no fsync per line). Register all tables before or after.
 */
export function keepIn(world: World, directory: string): Kept {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  world.storage.blobs.keepIn(join(directory, 'files'));
  const pointer = join(directory, 'current');
  const resumed = existsSync(pointer);
  let generation = resumed ? Number(readFileSync(pointer, 'utf8')) : 0;
  let file = -1;
  let bytes = 0;

  if (resumed) {
    restore(world, readFileSync(join(directory, `snapshot-${generation}.json`), 'utf8'));
    const journalPath = join(directory, `journal-${generation}.jsonl`);
    const lines = existsSync(journalPath) ? readFileSync(journalPath, 'utf8').split('\n') : [];
    // The piece after the last newline is empty, or a line cut off by the kill: its call never returned.
    for (const line of lines.slice(0, -1)) world.journal.replay(line);
  }

  const compact = (): void => {
    const next = generation === 0 && !resumed && file < 0 ? 0 : 1 - generation;
    const path = join(directory, `snapshot-${next}.json`);
    const written = openSync(path, 'w', 0o600);
    writeFileSync(written, snapshot(world));
    fsyncSync(written);
    closeSync(written);
    if (file >= 0) closeSync(file);
    file = openSync(join(directory, `journal-${next}.jsonl`), 'w', 0o600);
    bytes = 0;
    writeFileSync(`${pointer}.next`, String(next), { mode: 0o600 });
    renameSync(`${pointer}.next`, pointer);
    generation = next;
  };

  compact();
  world.journal.attach((line) => {
    bytes += writeSync(file, `${line}\n`);
    if (bytes > maxJournalBytes) queueMicrotask(() => bytes > maxJournalBytes && compact());
  });
  return {
    compact,
    resumed,
    close: () => {
      world.journal.attach(null);
      closeSync(file);
    },
  };
}
