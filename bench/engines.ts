/** What the benchmarks use of `scripts/`, which is plain JavaScript and has no types. */
export interface Engines {
  freePort(): Promise<number>;
  startPostgres(given: { dataDir: string; port: number; password: string }): Promise<RunningPostgres>;
  /** Answers the path of the command. */
  ensureTemporal(): Promise<string>;
  /** Answers the path of the server that skips time. */
  ensureTestServer(): Promise<string>;
  startTemporal(given: { binary: string; port: number }): Promise<RunningTemporal>;
  /** Compiles and bundles everything into that folder of the checkout. */
  buildInto(folder: string): Promise<void>;
}

export interface RunningPostgres {
  readonly dataDir: string;
  url(database: string): string;
  stop(): Promise<void>;
}

export interface RunningTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

const modules = ['engines/ports', 'engines/postgres', 'engines/temporal', 'provision/temporal', 'provision/build'];

export async function importEngines(): Promise<Engines> {
  const found = await Promise.all(modules.map((name) => import(new URL(`../scripts/${name}.mjs`, import.meta.url).href)));
  return Object.assign({}, ...found) as Engines; // the modules above export these by name
}

/** A Temporal dev server of its own, in memory, on loopback. */
export async function startBenchTemporal(): Promise<RunningTemporal> {
  const engines = await importEngines();
  return await engines.startTemporal({ binary: await engines.ensureTemporal(), port: await engines.freePort() });
}
