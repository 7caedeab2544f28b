import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { untilListening } from '../engines/ports.mjs';
import { preparePostgres, saysItAnswers } from '../engines/postgres.mjs';
import { temporalArgs } from '../engines/temporal.mjs';
import { distDir, stateDir } from '../provision/paths.mjs';
import { step, Trouble } from '../provision/progress.mjs';
import { ensureTemporal } from '../provision/temporal.mjs';
import { Child } from './child.mjs';
import { environments, originsOf } from './environment.mjs';
import { loadKeys, saveKeys } from './keys.mjs';
import { createRunFiles, writeCommandEnvironment } from './run-file.mjs';

/** Everything that runs: engines, sandbox, worker, codec, API. Started in order of dependency, stopped in the reverse. */
export class Stack {
  #running = [];
  #stopping;
  #files = createRunFiles();

  constructor(ports) {
    this.ports = ports;
    this.origins = originsOf(ports);
    this.keys = loadKeys();
  }

  async start() {
    mkdirSync(stateDir, { recursive: true });
    const given = process.env['DATABASE_URL'];
    const databases = given ? this.#urls(given) : await step('Postgres', () => this.#startPostgres());
    const settings = environments({ ports: this.ports, origins: this.origins, keys: this.keys, databases });
    await Promise.all([
      step('Temporal', () => this.#startTemporal()),
      step('sandbox (Procore, HammerTech, Part3, mail)', () => this.#startOurs('sandbox', settings.sandbox)),
      step('database schema, roles, demo tenants', () => this.#prepare(settings.prepare)),
    ]);
    writeCommandEnvironment({ ...settings.worker, ADMIN_DATABASE_URL: databases.admin, GROUNDWORK_STATE_DIR: stateDir });
    await Promise.all([
      step('worker', () => this.#startOurs('worker', settings.worker, 36_000)),
      step('codec', () => this.#startOurs('codec', settings.codec)),
      step('API and pages', () => this.#startOurs('api', settings.api, 12_000)),
    ]);
    this.#files.publish({ origins: this.origins, keys: this.keys, databases });
  }

  async #startPostgres() {
    const where = { dataDir: path.join(stateDir, 'postgres'), port: this.ports.postgres, password: this.keys.database.admin };
    // its log file is kept: it must contain no statement and no row
    const settings = { log_min_error_statement: 'panic', log_error_verbosity: 'terse' };
    const { command, args, user, clear, adminUrl } = preparePostgres({ ...where, settings });
    const start = { command, args, user, clear, env: process.env, readyLine: saysItAnswers, onPid: this.#notePid };
    // SIGTERM would wait until every client has disconnected
    await this.#add(new Child({ name: 'postgres', ...start, endSignal: 'SIGINT', graceMs: 10_000 }));
    return this.#urls(adminUrl);
  }

  /** One database of ours on the given server, and a login for each role. */
  #urls(adminUrl) {
    const as = (user, password, database = 'groundwork') => {
      const url = new URL(adminUrl);
      if (user) Object.assign(url, { username: user, password });
      url.pathname = `/${database}`;
      return url.href;
    };
    const { serve, upkeep } = this.keys.database;
    return { admin: as(), serve: as('gw_serve_login', serve), upkeep: as('gw_upkeep_login', upkeep) };
  }

  async #startTemporal() {
    if (process.env['TEMPORAL_ADDRESS']) return;
    const { temporal: port, temporalUi: uiPort } = this.ports;
    const args = temporalArgs({
      port,
      uiPort,
      databaseFile: path.join(stateDir, 'temporal.db'),
      codecEndpoint: `${this.origins.codec}/codec`,
    });
    const ready = async () => {
      await untilListening(port);
      await untilListening(uiPort);
    };
    await this.#add(
      new Child({ name: 'temporal', command: await ensureTemporal(), args, env: process.env, ready, onPid: this.#notePid }),
    );
  }

  #prepare(env) {
    const prepared = spawnSync(process.execPath, [path.join(distDir, 'scripts', 'prepare.js')], { env, encoding: 'utf8' });
    if (prepared.status !== 0) throw new Trouble(`The database could not be prepared:\n${prepared.stderr}`);
    this.keys.tenants = JSON.parse(prepared.stdout).tenants;
    saveKeys(this.keys);
  }

  #startOurs(name, env, graceMs = 5000) {
    const entry = { codec: ['worker', 'codec-main.js'] }[name] ?? [name, 'main.js'];
    const args = [path.join(distDir, ...entry)];
    return this.#add(new Child({ name, command: process.execPath, args, env, readyLine, onPid: this.#notePid, graceMs }));
  }

  #notePid = (name, pid) => this.#files.notePid(name, pid);

  async #add(child) {
    this.#running.push(child);
    return await child.start();
  }

  /** Our processes first, so that they drain while the engines still answer. */
  async stop() {
    this.#stopping ??= (async () => {
      const order = ['api', 'worker', 'codec', 'sandbox', 'temporal', 'postgres'];
      for (const name of order) await this.#running.find((running) => running.name === name)?.stop();
      this.#files.remove();
    })();
    await this.#stopping;
  }

  kill() {
    for (const running of this.#running) running.kill();
    this.#files.remove();
  }
}

/** Each of our processes prints one line of JSON once it serves. */
function readyLine(line) {
  if (!line.startsWith('{') || !line.includes('"ready":true')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
