import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pidsFile, runFile, stateDir } from '../provision/paths.mjs';

/**
 * How others find a running demo: `pids.json` from the first child on, so that a second start finds the leftovers of a killed
 * one; `run.json` (contracts section 4) once everything answers. Both 0600, both removed by an orderly stop.
 */
export function createRunFiles() {
  const pids = { supervisor: process.pid };
  let published;
  const writeRun = () => writeWhole(runFile, { ...published, pids });
  return {
    notePid(name, pid) {
      pids[name] = pid;
      writeWhole(pidsFile, pids);
      if (published) writeRun();
    },
    publish({ origins, keys, databases }) {
      published = contentOf({ origins, keys, databases });
      writeRun();
    },
    remove() {
      for (const file of [runFile, pidsFile]) rmSync(file, { force: true });
    },
  };
}

const contentOf = ({ origins, keys, databases }) => ({
  mode: 'demo',
  api: origins.pages,
  pages: origins.pages,
  codec: origins.codec,
  metrics: origins.metrics,
  apiKey: keys.tenants['acme-safety']?.apiKey,
  tenants: keys.tenants,
  oauthRedirect: origins.oauthRedirect,
  temporal: { address: origins.temporalAddress, namespace: origins.temporalNamespace, ui: origins.temporalUi },
  procore: {
    login: origins.procoreLogin,
    api: origins.procoreApi,
    storage: origins.procoreStorage,
    control: origins.control,
    controlToken: keys.controlToken,
  },
  hammertech: { api: origins.hammertechApi, auth: origins.hammertechAuth },
  inbox: origins.inbox,
  part3: { api: origins.part3Api },
  database: databases.serve,
});

function writeWhole(file, content) {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Settings for commands that run beside the demo (`npm run tenant`, `npm run key`). */
export function writeCommandEnvironment(environment) {
  writeWhole(path.join(stateDir, 'command-environment.json'), environment);
}
