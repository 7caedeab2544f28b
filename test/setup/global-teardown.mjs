import { stopAll } from './global-setup.mjs';

export default async function globalTeardown() {
  if (globalThis.groundworkTestEngines) await stopAll(globalThis.groundworkTestEngines);
}
