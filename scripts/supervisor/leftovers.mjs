import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endLeftOverPostgres } from '../engines/postgres.mjs';
import { distDir, pidsFile, runFile, stateDir } from '../provision/paths.mjs';
import { say, Trouble } from '../provision/progress.mjs';

/**
 * After a `kill -9` of the supervisor its children may live on. Ends those in pids.json that still are what it says (pids are
 * reused); if the supervisor itself is running, throws instead.
 */
export async function endLeftOvers() {
  const { supervisor, ...children } = readPids();
  if (isOurs(supervisor, 'scripts/start.mjs')) {
    throw new Trouble(`Groundwork runs already (pid ${supervisor}).\nStop it with Ctrl-C there, or use it as it is.`);
  }
  const alive = Object.entries(children).filter(([name, pid]) => isOurs(pid, marks[name]));
  for (const [name, pid] of alive) {
    say(`  ! ${name} (pid ${pid}) was left over by an earlier run; it is ended`);
    signal(pid, 'SIGTERM');
  }
  await untilGone(alive.map(([, pid]) => pid));
  await endLeftOverPostgres(path.join(stateDir, 'postgres'));
  for (const file of [runFile, pidsFile]) rmSync(file, { force: true });
}

/** A string that only the command line of that child contains. Postgres is recognised by its own folder. */
const marks = {
  api: path.join(distDir, 'api'),
  worker: path.join(distDir, 'worker'),
  codec: path.join(distDir, 'worker'),
  sandbox: path.join(distDir, 'sandbox'),
  temporal: path.join(stateDir, 'temporal.db'),
};

function readPids() {
  if (!existsSync(pidsFile)) return {};
  try {
    return JSON.parse(readFileSync(pidsFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Whether a process is running and its command line contains the mark. */
export function isOurs(pid, mark) {
  if (!Number.isInteger(pid) || pid <= 1 || !mark) return false;
  const asked = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  if (asked.status === 0) return asked.stdout.includes(mark);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(mark);
  } catch {
    return false;
  }
}

/** False if there is no such process. */
function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function untilGone(pids) {
  const isAlive = (pid) => signal(pid, 0);
  for (let waited = 0; waited < 120 && pids.some(isAlive); waited += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pids.filter(isAlive)) signal(pid, 'SIGKILL');
}
