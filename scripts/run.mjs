import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuild } from './provision/build.mjs';
import { chromiumSetting } from './provision/chromium.mjs';
import { ensurePackages } from './provision/packages.mjs';
import { root, stateDir } from './provision/paths.mjs';
import { endWith } from './provision/progress.mjs';

/**
 * Runs one program from the build, or a benchmark from source. Beside a running demo, settings that are not given come from the
 * demo.
 */
try {
  await ensurePackages();
  const file = path.join(stateDir, 'command-environment.json');
  const demo = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const [program, ...args] = process.argv.slice(2);
  const asWritten = program.endsWith('.ts');
  if (!asWritten) await ensureBuild();
  const env = process.env['GROUNDWORK_MODE'] === 'production' ? process.env : { ...demo, ...chromiumSetting(), ...process.env };
  const child = spawn(
    process.execPath,
    asWritten ? ['--import', 'tsx', program, ...args] : [path.join('dist', program), ...args],
    {
      stdio: 'inherit',
      env,
      cwd: root,
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
} catch (error) {
  endWith(error);
}
