import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { root } from './paths.mjs';
import { step, Trouble } from './progress.mjs';

const rooms = ['workflows', 'activities', 'worker', 'api', 'shared', 'sandbox', 'scripts', 'bench'];
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.sources');

/**
 * Compiled JavaScript, SQL and files for browsers beside it, and the workflow bundle; rebuilt only if a source changed, and
 * swapped in as a whole.
 */
export async function ensureBuild() {
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('build', async () => {
    const unfinished = `${dist}.${process.pid}`;
    try {
      await buildInto(unfinished);
      writeFileSync(path.join(unfinished, path.basename(stamp)), wanted);
      rmSync(dist, { recursive: true, force: true });
      renameSync(unfinished, dist);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

/** The same into any folder of the checkout, always rebuilt. */
export async function buildInto(folder) {
  rmSync(folder, { recursive: true, force: true });
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder];
  const compiled = await runCommand(process.execPath, args, { cwd: root });
  if (compiled.code !== 0) throw new Trouble(`The compiler refused the sources:\n${compiled.output}`);
  for (const copied of [path.join('shared', 'store', 'migrations'), path.join('api', 'pages', 'browser')])
    cpSync(path.join(root, copied), path.join(folder, copied), { recursive: true });
  const bundler = JSON.stringify(`file://${path.join(folder, 'worker', 'bundle.js')}`);
  const bundle = JSON.stringify(path.join(folder, 'workflows.bundle.js'));
  const code = `import { writeWorkflowBundle } from ${bundler}; await writeWorkflowBundle(${bundle});`;
  const bundled = await runCommand(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  if (bundled.code !== 0) throw new Trouble(`The workflows could not be bundled:\n${bundled.output}`);
}

function sourcesHash() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const file of rooms.flatMap((room) => filesBelow(path.join(root, room)))) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name);
      if (statSync(file).isDirectory()) return filesBelow(file);
      return /\.(ts|tsx|cts|sql|json|js|css)$/.test(name) ? [file] : [];
    });
}
