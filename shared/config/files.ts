import { tmpdir } from 'node:os';
import { z } from 'zod';
import { createEgressGuard } from '../http/egress-guard.ts';
import type { ProcoreFiles } from '../procore/files.ts';
import type { Mode, Timings } from './pace.ts';

const listed = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== ''),
);
const host = z.string().regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'send hosts such as files.example.com or *.example.com');
const plainOrigin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);

/** The worker's settings for files. */
export const fileSettings = {
  /**
   * Hosts, besides the API's own, that get the bearer token when a file is there, separated by commas [Procore: on its own
   * hosts].
   */
  PROCORE_FILE_HOSTS: listed.pipe(z.array(host)).default(['*.procore.com']),
  /** Only for a demo: origins of this machine that serve files, separated by commas. */
  FILE_ORIGINS: listed.pipe(z.array(plainOrigin)).default([]),
  /** Where a file is kept while it is sent on: on a disk, not in memory. */
  SPOOL_FOLDER: z.string().min(1).default(tmpdir()),
};

/** Larger attachments are refused (contracts section 1). */
const maxFileBytes = 250 * 1024 * 1024;

interface GivenFiles {
  readonly PROCORE_API_URL: string;
  readonly PROCORE_FILE_HOSTS: readonly string[];
  readonly FILE_ORIGINS: readonly string[];
  readonly SPOOL_FOLDER: string;
}

/** How this installation fetches and sends files. A demo may call origins of this machine; production may not. */
export function procoreFiles(mode: Mode, given: GivenFiles, { fileIdleMs }: Pick<Timings, 'fileIdleMs'>): ProcoreFiles {
  const api = new URL(given.PROCORE_API_URL).origin;
  const guard = createEgressGuard({
    bearerOrigins: [api],
    bearerHosts: mode === 'demo' ? [] : given.PROCORE_FILE_HOSTS,
    openOrigins: mode === 'demo' ? [api, ...given.FILE_ORIGINS] : [],
  });
  return { guard, idleMs: fileIdleMs, maxBytes: maxFileBytes, spoolFolder: given.SPOOL_FOLDER };
}
