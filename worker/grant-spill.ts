import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { GrantSpill, SealedNewPair } from '../activities/grants/contract.ts';
import type { Log } from '../activities/log.ts';

const suffix = '.pair';

const spilled = z.object({
  tenantId: z.uuid(),
  grantId: z.uuid(),
  version: z.int().positive(),
  attemptId: z.uuid(),
  sealedPair: z.base64().transform((text) => Buffer.from(text, 'base64')),
  issuedAt: z.iso.datetime().transform((text) => new Date(text)),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
});

/**
 * Keeps new token pairs on this machine's disk until they are stored: sealed, one file each, so that several workers share one
 * folder and none writes into a file that another reads. A file gets its name only once it is complete and on disk; folder and
 * files are accessible to this user only.
 */
export function createGrantSpill(directory: string, log: Log): GrantSpill {
  const fileOf = ({ attemptId }: SealedNewPair): string => path.join(directory, `${attemptId}${suffix}`);
  return {
    async keep(pair) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = fileOf(pair);
      const text = JSON.stringify({ ...pair, sealedPair: pair.sealedPair.toString('base64') });
      await durably(`${file}.part`, 'wx', (handle) => handle.writeFile(text));
      await rename(`${file}.part`, file);
      await durably(directory, 'r', async () => undefined);
    },
    forget: (pair) => rm(fileOf(pair), { force: true }),
    async left() {
      const names = (await unlessMissing(readdir(directory))) ?? [];
      const pairs = await Promise.all(
        names
          .filter((name) => name.endsWith(suffix))
          .map(async (name) => {
            const text = await unlessMissing(readFile(path.join(directory, name), 'utf8'));
            // a missing one was stored by its own process meanwhile
            if (text === undefined) return [];
            const parsed = spilled.safeParse(parsedJson(text));
            if (!parsed.success) log.warn({ name }, 'a file among the pairs of tokens is none; it is left where it lies');
            return parsed.success ? [parsed.data] : [];
          }),
      );
      return pairs.flat();
    },
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function durably(
  file: string,
  flags: 'wx' | 'r',
  work: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlessMissing<Answer>(reading: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
