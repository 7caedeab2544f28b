/** What a process is about to run with. Parts a process does not have are absent, never invented. */
export interface Outfit {
  readonly mode: 'demo' | 'production';
  /** Far sides and pages, by the name of their setting. */
  readonly urls: Readonly<Record<string, string>>;
  /** Keys and secrets by the name of their setting; only checked, never shown. */
  readonly keys: Readonly<Record<string, string>>;
  readonly keyIds: Readonly<Record<string, string>>;
  /** The SMTP server, if this process sends mail. The mailer enforces its TLS. */
  readonly smtpUrl?: string;
  /** Addresses it listens on, by the name of their setting. */
  readonly listens?: Readonly<Record<string, string>>;
}

/** The same for a process that uses the database and Temporal. */
export interface Readiness extends Outfit {
  readonly database: {
    readonly role: string;
    readonly superuser: boolean;
    readonly bypassesRowSecurity: boolean;
    readonly ownsTables: boolean;
  };
  readonly databaseUrl: string;
  /** As the Temporal server reports it: the dev server keeps its histories in SQLite. */
  readonly temporal: { readonly persistence: string; readonly tls: boolean };
}

/** Ids that mark the keys of a demo; provisioning assigns them. */
export const demoKeyId = /^demo(-|$)/;

/** Hosts a demo may call: only this machine. */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const loopbackAddresses = new Set(['127.0.0.1', '::1']);

/** Why a demo must not run with this: it is confined to this machine, and never calls a real Procore. Empty in production. */
export function demoFaults({
  mode,
  urls,
  smtpUrl,
  listens = {},
}: Pick<Outfit, 'mode' | 'urls' | 'smtpUrl' | 'listens'>): readonly string[] {
  if (mode !== 'demo') return [];
  return [
    ...Object.entries({ ...urls, ...(smtpUrl !== undefined && { SMTP_URL: smtpUrl }) })
      .filter(([, url]) => !URL.canParse(url) || !loopback.has(new URL(url).hostname))
      .map(([name]) => `${name}: a demo speaks to this machine only`),
    ...Object.entries(listens)
      .filter(([, address]) => !loopbackAddresses.has(address))
      .map(([name]) => `${name}: a demo listens to this machine only`),
  ];
}

/** Why this must not serve in production; empty in demo mode, and if nothing is wrong. */
export function outfitFaults({ mode, urls, keys, keyIds }: Outfit): readonly string[] {
  if (mode !== 'production') return [];
  return [
    ...Object.entries(urls)
      .filter(([, url]) => !url.startsWith('https://'))
      .map(([name]) => `${name}: must be https`),
    ...Object.entries(keys)
      .filter(([, key]) => new Set(Buffer.from(key, 'base64')).size < 16)
      .map(([name]) => `${name}: is not random`),
    ...Object.entries(keyIds)
      .filter(([, id]) => demoKeyId.test(id))
      .map(([name]) => `${name}: is a key of the demo`),
  ];
}

/** Why this must not serve in production; empty in demo mode, and if nothing is wrong. */
export function productionFaults(given: Readiness): readonly string[] {
  if (given.mode !== 'production') return [];
  const { database, temporal } = given;
  return [
    ...outfitFaults(given),
    ...told(database.superuser, `DATABASE_URL: ${database.role} is a superuser`),
    ...told(database.bypassesRowSecurity, `DATABASE_URL: ${database.role} passes row-level security by`),
    ...told(database.ownsTables, `DATABASE_URL: ${database.role} owns tables`),
    ...told(sslModeOf(given.databaseUrl) !== 'verify-full', 'DATABASE_URL: needs sslmode=verify-full'),
    ...told(temporal.persistence === 'sqlite', 'TEMPORAL_ADDRESS: is a dev server'),
    ...told(!temporal.tls, 'TEMPORAL_ADDRESS: must be reached by TLS'),
  ];
}

/** Throws one error that lists every fault at once. */
export function assertProductionReady(given: Readiness): void {
  refuseFaults(given.mode, [...demoFaults(given), ...productionFaults(given)]);
}

/** The same for a process without database and Temporal. */
export function assertOutfitReady(given: Outfit): void {
  refuseFaults(given.mode, [...demoFaults(given), ...outfitFaults(given)]);
}

function refuseFaults(mode: Outfit['mode'], faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`not fit for ${mode}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

const told = (wrong: boolean, says: string): string[] => (wrong ? [says] : []);

const sslModeOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).searchParams.get('sslmode') : null);
