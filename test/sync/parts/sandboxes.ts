import { tmpdir } from 'node:os';
import { afterAll } from '@jest/globals';
import type { Profile } from '../../../sandbox/seed/profiles.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { procoreFiles } from '../../../shared/config/files.ts';
import type { Timings } from '../../../shared/config/pace.ts';
import type { ProcoreFiles } from '../../../shared/procore/files.ts';

/** Sandboxes of one file, whose pace limits nobody; all are closed at its end. */
export function useSandboxes(profile: Profile = 'demo'): () => Promise<Sandbox> {
  const opened: Sandbox[] = [];
  afterAll(async () => {
    for (const sandbox of opened) await sandbox.close();
  });
  return async () => {
    const sandbox = await startSandbox({ profile });
    opened.push(sandbox);
    sandbox.world.switches.set('rateProfile', 'generous');
    return sandbox;
  };
}

/** How files of that sandbox's Procore are fetched and sent, as at pace `demo`. */
export const filesOf = ({ urls }: Sandbox, timings: Timings): ProcoreFiles =>
  procoreFiles(
    'demo',
    { PROCORE_API_URL: urls.api, PROCORE_FILE_HOSTS: [], FILE_ORIGINS: [urls.storage], SPOOL_FOLDER: tmpdir() },
    timings,
  );
