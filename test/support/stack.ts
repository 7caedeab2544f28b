import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { required } from './database.ts';
import { eventually } from './eventually.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const runFile = z.object({
  api: z.string(),
  apiKey: z.string(),
  tenants: z.record(z.string(), z.object({ id: z.string(), apiKey: z.string() })),
  temporal: z.object({ address: z.string(), namespace: z.string(), ui: z.string() }),
  procore: z.object({ login: z.string(), api: z.string(), control: z.string(), controlToken: z.string() }),
  inbox: z.string(),
  database: z.string(),
  pids: z.record(z.string(), z.number()),
});
export type Run = z.infer<typeof runFile>;

export interface TourRun {
  readonly code: number;
  readonly report: z.infer<typeof tourReport>;
  readonly said: string;
}

const comparison = z.object({
  source: z.number(),
  target: z.number(),
  missing: z.number(),
  extra: z.number(),
  lost: z.number(),
  doubled: z.number(),
});

const tourReport = z.object({
  ok: z.boolean(),
  partners: z.record(
    z.string(),
    z.object({
      connected: z.boolean(),
      streams: z.record(z.string(), comparison),
      ms: z.number(),
    }),
  ),
  lost: z.number(),
  doubled: z.number(),
});

export interface TestStack {
  /** Read anew at each call: pids change when a child is revived. */
  run(): Run;
  readonly stateDir: string;
  /** `--patience 20`, `--record FILE`: options of the tour. */
  tour(...options: readonly string[]): Promise<TourRun>;
  /** The superuser of its database: looks past row-level security. */
  adminDatabaseUrl(): string;
  /** Secrets and keys of the demo: what must be found nowhere. */
  secrets(): Promise<{ value: string; kind: string }[]>;
  /** Text of every log of every child. */
  logs(): string;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
  /** Ends the supervisor alone: its children live on, with nobody to look after them. */
  killSupervisor(): Promise<void>;
  /** Ends the supervisor and every child at once, as a power cut would. */
  killEverything(): Promise<void>;
}

export interface StackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** State of an earlier stack to go on from. */
  readonly stateDir?: string;
  /** Whether Procore allows no more calls than it truly does; else nobody waits for its limits. */
  readonly trueLimits?: boolean;
  /** `brief`: two days on each site, where it is not the number of records that is looked at. */
  readonly profile?: 'demo' | 'brief';
}

/** The whole of `npm start -- --no-tour --free-ports` on state of its own. */
export async function startStack(options: StackOptions = {}): Promise<TestStack> {
  const { env = {}, stateDir = newStateDir(), trueLimits = false, profile = 'demo' } = options;
  const settings = { ...plainEnvironment(), GROUNDWORK_STATE_DIR: stateDir, SANDBOX_PROFILE: profile, ...env };
  const supervisor = spawn(process.execPath, ['scripts/start.mjs', '--no-tour', '--free-ports'], {
    cwd: root,
    env: settings,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  supervisor.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually(
    'the stack to run',
    () => {
      if (supervisor.exitCode !== null) throw new Error(`the stack ended:\n${said}`);
      return said.includes('Running until Ctrl-C');
    },
    90_000,
  );
  const run = (): Run => runFile.parse(JSON.parse(readFileSync(path.join(stateDir, 'run.json'), 'utf8')));
  await askControl(run(), 'PATCH', '/switches', { rateProfile: trueLimits ? 'default' : 'generous' });
  return {
    run,
    stateDir,
    tour: (...options) => runTour(settings, options),
    adminDatabaseUrl: () => commandEnvironment(stateDir)['ADMIN_DATABASE_URL'] ?? '',
    secrets: async () => [...secretRows.parse(await askControl(run(), 'GET', '/tokens')), ...keysOf(stateDir)],
    logs: () => said + readLogs(path.join(stateDir, 'logs')),
    control: (method, where, body) => askControl(run(), method, where, body),
    stop: () => stopped(supervisor, 'SIGTERM'),
    killSupervisor: () => stopped(supervisor, 'SIGKILL'),
    killEverything: async () => {
      const { supervisor: _own, ...children } = run().pids;
      supervisor.kill('SIGKILL');
      for (const pid of Object.values(children)) killNow(pid);
      await eventually('every process to be gone', () => Object.values(children).every((pid) => !isAlive(pid)));
    },
  };
}

/** The whole of `npm start -- --once --free-ports` on that state, to its end. */
export async function startOnce(stateDir: string): Promise<{ readonly code: number; readonly said: string }> {
  const supervisor = spawn(process.execPath, ['scripts/start.mjs', '--once', '--free-ports'], {
    cwd: root,
    env: { ...plainEnvironment(), GROUNDWORK_STATE_DIR: stateDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  supervisor.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => supervisor.once('close', (exit) => resolve(exit ?? 1)));
  return { code, said };
}

const secretRows = z.array(z.object({ value: z.string(), kind: z.string() }));

const commandEnvironment = (stateDir: string): Record<string, string> =>
  z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path.join(stateDir, 'command-environment.json'), 'utf8')));

/** Every text in the key file but ids and the word for its mode. */
function keysOf(stateDir: string): { value: string; kind: string }[] {
  const {
    mode: _mode,
    tenants,
    procore,
    ...keys
  } = z
    .object({
      mode: z.string(),
      tenants: z.record(z.string(), z.object({ apiKey: z.string() })),
      procore: z.object({ clientSecret: z.string() }),
    })
    .loose()
    .parse(JSON.parse(readFileSync(path.join(stateDir, 'keys.json'), 'utf8')));
  const { restoreEpoch: _epoch, sealing, ...rest } = keys;
  const secret = [
    rest,
    Object.values(tenants).map(({ apiKey }) => apiKey),
    procore.clientSecret,
    (sealing as { privateKey: string }).privateKey,
  ];
  return textsIn(secret).map((value) => ({ value, kind: 'key of the installation' }));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function newStateDir(): string {
  const folder = mkdtempSync(path.join(required('GROUNDWORK_TEST_SCRATCH'), 'stack-'));
  chmodSync(folder, 0o755); // the database runs as a user of its own
  return folder;
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, GROUNDWORK_CHROMIUM } = process.env;
  return { PATH, HOME, LANG, LOG_LEVEL: 'info', GROUNDWORK_CHROMIUM: GROUNDWORK_CHROMIUM ?? '' };
}

async function runTour(env: NodeJS.ProcessEnv, options: readonly string[]): Promise<TourRun> {
  const child = spawn(process.execPath, ['dist/scripts/tour/main.js', '--json', ...options], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? 1)));
  const report = tourReport.parse(JSON.parse(out));
  if (Object.keys(report.partners).length === 0) throw new Error(`the tour broke off:\n${said}`);
  return { code, report, said };
}

async function askControl({ procore }: Run, method: string, where: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${procore.control}${where}`, {
    method,
    headers: {
      authorization: `Bearer ${procore.controlToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function readLogs(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
