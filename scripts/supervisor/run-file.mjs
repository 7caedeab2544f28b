import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runFile, stateDir } from '../provision/paths.mjs';

/** `.groundwork/run.json` while running (contracts section 4), and the environment of commands run beside it. Both 0600. */
export class RunFile {
  #content;

  constructor({ origins, keys, databases }) {
    this.#content = {
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
        control: origins.control,
        controlToken: keys.controlToken,
      },
      hammertech: { api: origins.hammertechApi, auth: origins.hammertechAuth },
      database: databases.serve,
      pids: { supervisor: process.pid },
    };
  }

  pid(name, pid) {
    this.#content.pids[name] = pid;
    this.write();
  }

  write() {
    writeFileSync(`${runFile}.new`, `${JSON.stringify(this.#content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${runFile}.new`, runFile);
  }

  remove() {
    rmSync(runFile, { force: true });
  }
}

export const commandEnvironmentFile = path.join(stateDir, 'command-environment.json');

export function writeCommandEnvironment(environment) {
  writeFileSync(commandEnvironmentFile, `${JSON.stringify(environment, null, 2)}\n`, { mode: 0o600 });
}
