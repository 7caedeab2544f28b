import path from 'node:path';
import { printShape } from './check/shape.mjs';
import { runCommand } from './provision/command.mjs';
import { ensurePackages } from './provision/packages.mjs';
import { root, testRunnerOptions } from './provision/paths.mjs';
import { endWith, say, step, Trouble } from './provision/progress.mjs';

const bin = (...parts) => path.join(root, 'node_modules', ...parts);
const checks = [
  ['types', [bin('typescript', 'bin', 'tsc'), '--noEmit']],
  ['lint and format', [bin('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--colors=off', '--error-on-warnings', '.']],
  ['unused files, exports, packages', [bin('knip', 'bin', 'knip.js')]],
  // exports used only by tests are tagged; the tag on an export that the product uses is an error too
  ['what only tests use', [bin('knip', 'bin', 'knip.js'), '--production', '--tags=-onlyTests', '--treat-tag-hints-as-errors']],
  [
    'architecture',
    [bin('jest', 'bin', 'jest.js'), '--config', 'jest.unit.config.mjs', 'test/architecture', '--reporters=default'],
  ],
];

try {
  await ensurePackages();
  const env = { ...process.env, NODE_OPTIONS: testRunnerOptions };
  const failed = [];
  for (const [name, args] of checks) {
    await step(name, async () => {
      const { code, output } = await runCommand(process.execPath, args, { cwd: root, env });
      if (code !== 0) {
        say(output);
        throw new Trouble(name);
      }
    }).catch(() => failed.push(name));
  }
  failed.push(...printShape(root));
  if (failed.length > 0) throw new Trouble(`not good: ${failed.join(', ')}`);
} catch (error) {
  endWith(error);
}
