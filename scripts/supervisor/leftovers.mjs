import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { distDir, runFile } from '../provision/paths.mjs';
import { say, Trouble } from '../provision/progress.mjs';

/**
 * After a `kill -9` of the supervisor its children may live on. Those that run.json names, and that are still what it says (pids
 * are used again), are ended; a living supervisor is told to the person instead.
 */
export async function endLeftOvers() {
  if (!existsSync(runFile)) return;
  const run = readRunFile();
  const { supervisor, ...children } = run?.pids ?? {};
  if (isOurs(supervisor, 'scripts/start.mjs')) {
    throw new Trouble(
      `Groundwork runs already (pid ${supervisor}): ${run.pages}\nStop it with Ctrl-C there, or use it as it is.`,
    );
  }
  const alive = Object.entries(children).filter(([name, pid]) => name !== 'postgres' && isOurs(pid, marks[name]));
  for (const [name, pid] of alive) {
    say(`  ! ${name} (pid ${pid}) was left over by an earlier run; it is ended`);
    process.kill(pid, 'SIGTERM');
  }
  await untilGone(alive.map(([, pid]) => pid));
  rmSync(runFile, { force: true });
}

/** What the command line of each child contains. */
const marks = { api: distDir, worker: distDir, sandbox: distDir, codec: distDir, temporal: 'start-dev' };

function readRunFile() {
  try {
    return JSON.parse(readFileSync(runFile, 'utf8'));
  } catch {
    return undefined;
  }
}

function isOurs(pid, mark) {
  if (!Number.isInteger(pid) || pid <= 1 || !mark) return false;
  const asked = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  if (asked.status === 0) return asked.stdout.includes(mark);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(mark);
  } catch {
    return false;
  }
}

async function untilGone(pids) {
  const isAlive = (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  for (let waited = 0; waited < 120 && pids.some(isAlive); waited += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL');
}
