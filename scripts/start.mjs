import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { reachableDataDir } from './engines/postgres.mjs';
import { ensureBuild } from './provision/build.mjs';
import { chromiumSetting } from './provision/chromium.mjs';
import { runCommand } from './provision/command.mjs';
import { ensurePackages } from './provision/packages.mjs';
import { enginesDir, root, stateDir } from './provision/paths.mjs';
import { endWith, say, Trouble } from './provision/progress.mjs';
import { ensureTemporal } from './provision/temporal.mjs';
import { endLeftOvers } from './supervisor/leftovers.mjs';
import { choosePorts } from './supervisor/ports.mjs';

const known = ['--fresh', '--no-tour', '--once', '--any-port', '--free-ports'];
const tourMark = path.join(stateDir, 'tour.done');

/** First of the two commands: everything set up, running, toured once, kept running. */
async function start(asked) {
  const unknown = asked.filter((option) => !known.includes(option));
  if (unknown.length > 0)
    throw new Trouble(`Unknown: ${unknown.join(' ')}. Known: npm start -- ${known.map((option) => `[${option}]`).join(' ')}`);
  const has = (option) => asked.includes(option);
  if (has('--once') && has('--no-tour')) throw new Trouble('--once stops after the tour: leave out --no-tour, or --once.');
  say('Groundwork: setting up');
  await ensurePackages();
  await ensureBuild();
  if (!process.env['TEMPORAL_ADDRESS']) await ensureTemporal();
  await endLeftOvers();
  if (has('--fresh')) clearState();
  mkdirSync(stateDir, { recursive: true });
  const ports = await choosePorts({ anyPort: has('--any-port'), freePorts: has('--free-ports'), unneeded: unneededPorts() });
  const { Stack } = await import('./supervisor/stack.mjs');
  const stack = new Stack(ports);
  stopOnSignals(stack);
  await stack.start().catch(async (error) => {
    await stack.stop();
    throw error;
  });
  if (has('--once')) {
    const code = await tour();
    await stack.stop();
    process.exit(code);
  }
  const toured = has('--no-tour') || existsSync(tourMark) ? undefined : await tour();
  sayWhere(stack, toured);
}

/** Deletes all state of the demo, except fetched engines. */
function clearState() {
  const names = existsSync(stateDir) ? readdirSync(stateDir).filter((name) => name !== path.basename(enginesDir)) : [];
  for (const name of names) rmSync(path.join(stateDir, name), { recursive: true, force: true });
  rmSync(reachableDataDir(path.join(stateDir, 'postgres')), { recursive: true, force: true });
}

const unneededPorts = () => [
  ...(process.env['DATABASE_URL'] ? ['postgres'] : []),
  ...(process.env['TEMPORAL_ADDRESS'] ? ['temporal', 'temporalUi'] : []),
];

async function tour() {
  say('\nThe tour: a HammerTech customer, from credentials to manpower in Procore and employers in HammerTech;');
  say('then a Part3 customer, from an invitation by mail to answers in Procore under the names of who gave them\n');
  const { code } = await runCommand(process.execPath, [path.join(root, 'dist', 'scripts', 'tour', 'main.js')], {
    onLine: (line) => say(line),
    env: { ...process.env, ...chromiumSetting(), GROUNDWORK_STATE_DIR: stateDir },
  });
  if (code === 0) writeFileSync(tourMark, `${new Date().toISOString()}\n`);
  return code;
}

function stopOnSignals(stack) {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (asked) {
        stack.kill();
        process.exit(1);
      }
      asked = true;
      say('\nStopping (once more to stop at once)');
      stack.stop().then(
        () => process.exit(0),
        (error) => endWith(error),
      );
    });
  }
}

function sayWhere({ origins, keys }, toured) {
  const verdict = { undefined: '', 0: 'The tour went well. ' }[toured] ?? 'The tour found something wrong (see above). ';
  say(`
${verdict}Running until Ctrl-C:
  API          ${origins.pages}/v1   (to read and to try: ${origins.pages}/docs)
  Temporal UI  ${origins.temporalUi}
  mail         ${origins.inbox}
  sandbox      Procore login ${origins.procoreLogin} · API ${origins.procoreApi} · files ${origins.procoreStorage} · control ${origins.control}
  metrics      ${origins.pages}/metrics · ${origins.metrics}/metrics
  keys         ${path.relative(root, path.join(stateDir, 'run.json'))} (API key of acme-safety ends in …${keys.tenants['acme-safety']?.apiKey?.slice(-4) ?? ''})
`);
}

start(process.argv.slice(2)).catch(endWith);
