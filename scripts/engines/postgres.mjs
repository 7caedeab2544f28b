import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { databasePackageFolder } from '../provision/packages.mjs';
import { reachableDir } from '../provision/paths.mjs';
import { Trouble } from '../provision/progress.mjs';
import { isListening, untilListening } from './ports.mjs';

const superuser = 'groundwork_admin';

/** Postgres refuses to run as root; then the system user `postgres` runs it (created if missing). */
function databaseUser() {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  if (spawnSync('id', ['postgres']).status !== 0) {
    const made = spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      encoding: 'utf8',
    });
    if (made.status !== 0)
      throw new Trouble(`As root a user \`postgres\` is needed to run the database and could not be made: ${made.stderr}`);
  }
  return { uid: ask('-u'), gid: ask('-g') };
}

/** Whether that user can read a file of ours; it cannot if the checkout is below a private home directory. */
function reaches(user, file) {
  return !user || spawnSync('test', ['-r', file], { uid: user.uid, gid: user.gid }).status === 0;
}

/** Replaces a data folder that the database user cannot reach; one for each wanted place. */
export const reachableDataDir = (wantedDataDir) =>
  path.join(reachableDir, `data-${createHash('sha256').update(path.resolve(wantedDataDir)).digest('hex').slice(0, 16)}`);

/** Places binaries and data where the database user can reach both. */
export function placeDatabase(wantedDataDir) {
  const folder = databasePackageFolder();
  if (!folder)
    throw new Trouble(
      `There is no packaged Postgres for ${process.platform}-${process.arch}: set DATABASE_URL to a Postgres 15 or newer.`,
    );
  const user = databaseUser();
  let native = path.join(folder, 'native');
  let dataDir = wantedDataDir;
  const parent = path.dirname(wantedDataDir);
  mkdirSync(parent, { recursive: true });
  if (!reaches(user, path.join(native, 'bin', 'postgres')) || !reaches(user, parent)) {
    const copy = path.join(reachableDir, 'native');
    if (!existsSync(path.join(copy, 'bin', 'postgres'))) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
    dataDir = reachableDataDir(wantedDataDir);
  }
  return { native, dataDir, user };
}

function initialise({ native, dataDir, user }, password) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDir}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(dataDir, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const flags = [
    '-D',
    dataDir,
    '-U',
    superuser,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--locale=C.UTF-8',
    '--encoding=UTF8',
  ];
  const made = spawnSync(path.join(native, 'bin', 'initdb'), flags, {
    ...user,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(dataDir, { recursive: true, force: true });
    throw new Trouble(`The database could not be initialised:\n${made.stderr}`);
  }
}

/** Ends a server that outlived its supervisor, in either place where its data may be. */
export async function endLeftOverPostgres(wantedDataDir) {
  for (const dataDir of [wantedDataDir, reachableDataDir(wantedDataDir)]) await endLeftOver(dataDir);
}

/**
 * The pid file names the server; pids are reused, so the folder must be on its command line too. A dead server whose pid is still
 * in the process table (a zombie nobody has waited for) leaves a pid file that would stop the next one.
 */
async function endLeftOver(dataDir) {
  const file = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [pidLine, , , portLine] = readFileSync(file, 'utf8').split('\n');
  const pid = Number(pidLine);
  const standing = standingOf(pid, dataDir);
  if (standing === 'ours') {
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      return; // it ended by itself meanwhile
    }
    for (let waited = 0; waited < 200 && existsSync(file); waited += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  } else if (!(await isListening(Number(portLine)))) rmSync(file, { force: true });
}

/** `ours`: a running server of that folder; `gone`: no such process, a dead one, or somebody else's. */
function standingOf(pid, dataDir) {
  if (!(pid > 1)) return 'gone';
  const asked = spawnSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const alive = asked.status === 0 && !asked.stdout.trim().startsWith('Z');
  return alive && asked.stdout.includes(dataDir) ? 'ours' : 'gone';
}

/**
 * How to start Postgres on 127.0.0.1; initialises the folder if needed. Call `clear` before every start: it ends a server left
 * over in the folder, and removes the pid file of a dead one. `user` is whom it must run as; undefined: the current user.
 * @returns {{command: string, args: string[], user?: {uid: number, gid: number}, dataDir: string, clear: () => Promise<void>, url: (database: string) => string, adminUrl: string}}
 */
export function preparePostgres({ dataDir: wanted, port, password, settings = {} }) {
  const place = placeDatabase(wanted);
  const { dataDir, user } = place;
  if (!existsSync(path.join(dataDir, 'PG_VERSION'))) initialise(place, password);
  const all = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: 200, ...settings };
  const args = ['-D', dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const url = (database) => `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const command = path.join(place.native, 'bin', 'postgres');
  return { command, args, user, dataDir, clear: () => endLeftOver(dataDir), url, adminUrl: url('postgres') };
}

/** Whether a log line says that it answers; before that, clients are told that the system is starting up. */
export const saysItAnswers = (line) => line.includes('ready to accept connections');

/**
 * A server for tests and benchmarks; nobody starts it again. The child stands in its own process group, so Ctrl-C does not reach it
 * before our own processes have drained.
 *
 * @onlyTests
 * @returns {Promise<{child, pid, url: (database: string) => string, adminUrl: string, stop: () => Promise<void>}>}
 */
export async function startPostgres(options) {
  const { command, args, user, dataDir, clear, url, adminUrl } = preparePostgres(options);
  await clear();
  const child = spawn(command, args, { ...user, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = (output + chunk).slice(-8192);
  });
  let ended;
  child.once('exit', (code, signal) => {
    ended = `postgres ended with ${signal ?? code}:\n${output}`;
  });
  child.once('error', (error) => {
    ended = `postgres could not be started: ${error.message}`;
  });
  await untilListening(options.port, { gone: () => ended });
  await untilAnswering(
    () => output,
    () => ended,
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(timer);
  };
  return { child, pid: child.pid, dataDir, url, adminUrl, output: () => output, stop };
}

/** A server listens before it answers. */
async function untilAnswering(said, gone) {
  for (let waited = 0; waited < 1200 && !saysItAnswers(said()); waited += 1) {
    const why = gone();
    if (why) throw new Error(why);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
