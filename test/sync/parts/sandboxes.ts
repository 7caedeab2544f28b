import { afterAll } from '@jest/globals';
import type { Profile } from '../../../sandbox/seed/profiles.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';

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
