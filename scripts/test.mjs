import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuild } from './provision/build.mjs';
import { ensureChromium } from './provision/chromium.mjs';
import { ensurePackages } from './provision/packages.mjs';
import { root, testRunnerOptions } from './provision/paths.mjs';
import { endWith } from './provision/progress.mjs';
import { ensureTemporal, ensureTestServer } from './provision/temporal.mjs';

/** Second of the two commands: every test, against real Temporal and real Postgres, on free ports and with its own state. */
try {
  await ensurePackages();
  await ensureBuild();
  await ensureTemporal();
  await ensureTestServer();
  const chromium = await ensureChromium();
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const env = {
    ...process.env,
    NODE_OPTIONS: testRunnerOptions,
    ...(chromium ? { GROUNDWORK_CHROMIUM: chromium } : {}),
  };
  const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
} catch (error) {
  endWith(error);
}
