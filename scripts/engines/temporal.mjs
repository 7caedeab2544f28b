import { spawn } from 'node:child_process';
import { untilListening } from './ports.mjs';

/** Search attributes of our workflows (design section 5). */
export const searchAttributes = {
  Tenant: 'Keyword',
  Partner: 'Keyword',
  Company: 'Keyword',
  Project: 'Keyword',
  Stage: 'Keyword',
  WaitingOn: 'KeywordList',
  StuckReason: 'KeywordList',
  NeedsAttention: 'Bool',
};

/** Settings of every server, dev and production (design section 13). */
export const dynamicConfig = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1000,
  'system.enableActivityEagerExecution': true,
};

export function temporalArgs({ port, uiPort, databaseFile, codecEndpoint }) {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'];
  args.push(...(uiPort ? ['--ui-port', String(uiPort), '--ui-disable-news-fetch'] : ['--headless']));
  if (databaseFile)
    args.push('--db-filename', databaseFile, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  if (codecEndpoint) args.push('--ui-codec-endpoint', codecEndpoint);
  for (const [name, type] of Object.entries(searchAttributes)) args.push('--search-attribute', `${name}=${type}`);
  for (const [name, value] of Object.entries(dynamicConfig))
    args.push('--dynamic-config-value', `${name}=${JSON.stringify(value)}`);
  return args;
}

/**
 * A dev server for tests: in memory unless a file is named. `stop` waits 5 s before it kills.
 *
 * @onlyTests
 */
export async function startTemporal({ binary, ...options }) {
  const child = spawn(binary, temporalArgs(options), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const take = (chunk) => {
    output = (output + chunk).slice(-8192);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  let ended;
  child.once('exit', (code, signal) => {
    ended = `temporal ended with ${signal ?? code}:\n${output}`;
  });
  child.once('error', (error) => {
    ended = `temporal could not be started: ${error.message}`;
  });
  const stop = () => stopChild(child);
  try {
    await untilListening(options.port, { gone: () => ended });
    if (options.uiPort) await untilListening(options.uiPort, { gone: () => ended });
  } catch (error) {
    await stop();
    throw error;
  }
  return { child, pid: child.pid, address: `127.0.0.1:${options.port}`, stop };
}

/** Asks the process to end, waits, then kills it. */
export async function stopChild(child, graceMs = 5000, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
