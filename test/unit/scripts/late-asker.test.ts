import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';

const lateAsker = fileURLToPath(new URL('../../setup/runner/late-asker.mjs', import.meta.url));
const asking = 'jest-light-runner-get-worker-data';
const settings = { type: 'jest-light-runner-worker-data', workerData: { of: 'the run' } };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A process that is told something while it listens for something else, as one of the pool does, and asks for it later. */
const child = `
  process.once('message', () => {
    const listener = (message) => {
      if (message.type !== '${settings.type}') return;
      process.send({ heard: message.workerData });
      process.disconnect();
    };
    process.on('message', listener);
    process.send('${asking}');
  });
`;

test('a test process that asks for its settings after they were told to all gets them', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'late-asker-'));
  folders.push(folder);
  const file = path.join(folder, 'child.mjs');
  writeFileSync(file, child);
  const asked: unknown[] = [];
  const started = fork(file, { execArgv: ['--import', lateAsker], env: {} });
  started.on('message', (message) => asked.push(message));
  started.send(settings);
  await new Promise((resolve) => started.once('exit', resolve));
  expect(asked).toEqual([{ heard: settings.workerData }]);
}, 20_000);
