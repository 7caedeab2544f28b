import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folder of the checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** All state of one machine; git-ignored. `GROUNDWORK_STATE_DIR` moves it (tests do). */
export const stateDir = process.env['GROUNDWORK_STATE_DIR'] ?? path.join(root, '.groundwork');

/** The build that runs; `GROUNDWORK_DIST_DIR` names another one (tests use a deliberately broken one). */
export const distDir = process.env['GROUNDWORK_DIST_DIR'] ?? path.join(root, 'dist');

export const enginesDir = path.join(root, '.groundwork', 'engines');

/** Where an unprivileged database user can reach its files although the checkout is below a private home directory. */
export const reachableDir = path.join('/var/lib/groundwork', createHash('sha256').update(stateDir).digest('hex').slice(0, 16));

/** `pids.json` lists running processes, from the first child on; `run.json` follows once all of them answer. */
export const pidsFile = path.join(stateDir, 'pids.json');
export const runFile = path.join(stateDir, 'run.json');
export const keysFile = path.join(stateDir, 'keys.json');

/** `NODE_OPTIONS` of every process that runs tests. */
export const testRunnerOptions = `--no-warnings --max-semi-space-size=64 --import ${pathToFileURL(path.join(root, 'test', 'setup', 'runner', 'register.mjs')).href}`;
