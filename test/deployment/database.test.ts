import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { required } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { fileAt, root } from './compose.ts';
import { makeSecrets } from './secrets.ts';

interface RunningPostgres {
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
  readonly output: () => string;
}
interface Engines {
  freePort(): Promise<number>;
  startPostgres(given: object): Promise<RunningPostgres>;
}

const { folder } = makeSecrets();
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const scratch = path.join(required('GROUNDWORK_TEST_SCRATCH'), 'deployed-database');
const archive = path.join(scratch, 'archive');
let server: RunningPostgres;
let port = 0;

/** The settings of the deployment, with its paths as they are here. */
function settings(): Record<string, string> {
  const lines = [...fileAt('docker/postgres/postgresql.conf').matchAll(/^(\w+) = (.+)$/gm)];
  const given = lines.map(([, name = '', value = '']): [string, string] => [name, value.replace(/^'(.*)'$/, '$1')]);
  const here = (value: string): string =>
    value
      .replaceAll('/run/secrets/', `${scratch}/`)
      .replaceAll('/etc/postgresql/', `${scratch}/`)
      .replaceAll('/archive/', `${archive}/`);
  return Object.fromEntries(given.map(([name, value]) => [name, here(value)]));
}

/** A certificate of our authority for this machine's name: the one of the deployment is for the host `postgres`. */
function certifyLocalhost(): void {
  const [key, certificate] = [path.join(scratch, 'postgres_key.pem'), path.join(scratch, 'postgres_cert.pem')];
  const extensions = path.join(scratch, 'extensions');
  writeFileSync(extensions, 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n');
  const request = path.join(scratch, 'request.pem');
  const authority = ['-CA', path.join(folder, 'internal_ca.pem'), '-CAkey', path.join(folder, 'offline', 'internal_ca_key.pem')];
  for (const args of [
    [
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-noenc',
      '-subj',
      '/CN=here',
      '-keyout',
      key,
      '-out',
      request,
    ],
    ['x509', '-req', '-in', request, ...authority, '-days', '1', '-extfile', extensions, '-out', certificate],
  ]) {
    const ran = spawnSync('openssl', args, { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.stderr);
  }
}

/** The statements of first-boot.sh, with the passwords that psql puts in. */
function firstBoot(client: Client): readonly string[] {
  const text = /<<'SQL'\n([\s\S]*?)\nSQL\n/.exec(fileAt('docker/postgres/first-boot.sh'))?.[1] ?? '';
  const filled = text
    .replace(":'temporal_password'", client.escapeLiteral(read('temporal_database_password')))
    .replace(":'backup_password'", client.escapeLiteral(read('backup_password')));
  return filled.split('\n').filter((line) => line.endsWith(';'));
}

/** As the owner of the data folder: as root that is the user who runs the database. */
function giveTo(dataDir: string, place: string): void {
  const { uid, gid } = statSync(dataDir);
  chownSync(place, uid, gid);
}

const connect = async (user: string, password: string, database: string, ssl: object | false = verified()): Promise<Client> => {
  const client = new Client({ host: 'localhost', port, user, password: read(password), database, ssl });
  await client.connect();
  return client;
};
const verified = (): object => ({ ca: read('internal_ca.pem') });
const one = async (client: Client, query: string): Promise<Record<string, unknown>> => {
  const answer = await client.query<Record<string, unknown>>(query);
  await client.end();
  return answer.rows[0] ?? {};
};

function migrate(changes: Readonly<Record<string, string>> = {}): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const query = `sslmode=verify-full&sslrootcert=${path.join(folder, 'internal_ca.pem')}`;
  const url = `postgres://postgres:${read('postgres_admin_password')}@localhost:${port}/groundwork?${query}`;
  const { PATH, HOME } = process.env;
  const files = {
    SERVE_PASSWORD: 'serve_password',
    UPKEEP_PASSWORD: 'upkeep_password',
    MIGRATE_PASSWORD: 'migrate_password',
    ROOT_KEY: 'root_key',
  };
  const byFile = Object.entries(files).map(([name, file]) => [`${name}_FILE`, path.join(folder, file)]);
  return spawnSync(process.execPath, ['dist/scripts/migrate.js'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH,
      HOME,
      GROUNDWORK_MODE: 'production',
      ADMIN_DATABASE_URL: url,
      ROOT_KEY_ID: '1',
      RESTORE_EPOCH: '1',
      ...Object.fromEntries(byFile),
      ...changes,
    },
  });
}

beforeAll(async () => {
  const places = ['ports', 'postgres'].map((name) => path.join(root, 'scripts', 'engines', `${name}.mjs`));
  const [ports, postgres] = await Promise.all(places.map((place) => import(place)));
  const engines = { ...ports, ...postgres } as Engines; // plain modules without types
  mkdirSync(archive, { recursive: true });
  chmodSync(scratch, 0o755); // the database runs as a user of its own
  certifyLocalhost();
  copyFileSync(path.join(root, 'docker', 'postgres', 'pg_hba.conf'), path.join(scratch, 'pg_hba.conf'));
  port = await engines.freePort();
  const options = { dataDir: path.join(scratch, 'data'), port, password: 'of-the-packaged-superuser' };
  const first = await engines.startPostgres(options);
  for (const place of [archive, path.join(scratch, 'postgres_key.pem')]) giveTo(first.dataDir, place);
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'groundwork_admin',
    password: options.password,
    database: 'postgres',
  });
  await client.connect();
  await client.query(`CREATE ROLE postgres SUPERUSER LOGIN PASSWORD ${client.escapeLiteral(read('postgres_admin_password'))}`);
  for (const statement of firstBoot(client)) await client.query(statement);
  await client.end();
  await first.stop();
  const small = { listen_addresses: 'localhost', shared_buffers: '64MB', max_connections: '50' };
  server = await engines.startPostgres({ ...options, settings: { ...settings(), ...small } });
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('without TLS nobody comes in, whoever it is', async () => {
  for (const [user, password] of [
    ['postgres', 'postgres_admin_password'],
    ['temporal', 'temporal_database_password'],
  ] as const)
    await expect(connect(user, password, user === 'temporal' ? user : 'groundwork', false)).rejects.toThrow(/no encryption/);
});

test('the migrate job makes schema, roles and logins over a verified connection, and has nothing to do when run again', () => {
  const first = migrate();
  expect([first.status, first.stderr]).toEqual([0, '']);
  expect(JSON.parse(first.stdout).migrations.length).toBeGreaterThan(4);
  expect(JSON.parse(migrate().stdout)).toEqual({ migrations: [] });
}, 60_000);

test('another root key than the database’s is refused by the migrate job', () => {
  const ran = migrate({ ROOT_KEY_FILE: path.join(folder, 'codec_key') });
  expect(ran.status).not.toBe(0);
  expect(ran.stderr).toContain('does not belong to this database');
}, 60_000);

test('each login reaches its own database alone', async () => {
  for (const [user, password, database] of [
    ['gw_serve_login', 'serve_password', 'temporal'],
    ['gw_upkeep_login', 'upkeep_password', 'postgres'],
    ['temporal', 'temporal_database_password', 'groundwork'],
    ['gw_backup_login', 'backup_password', 'groundwork'],
  ] as const)
    await expect(connect(user, password, database)).rejects.toThrow(/pg_hba.conf rejects/);
  const standing = await one(
    await connect('gw_serve_login', 'serve_password', 'groundwork'),
    'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  );
  expect(standing).toEqual({ ssl: true, version: 'TLSv1.3' });
  expect(
    await one(await connect('temporal', 'temporal_database_password', 'temporal_visibility'), 'SELECT current_user'),
  ).toEqual({ current_user: 'temporal' });
});

test('the serving login waits for nothing without end', async () => {
  const bounds =
    "SELECT current_setting('statement_timeout') AS a, current_setting('idle_in_transaction_session_timeout') AS b, current_setting('lock_timeout') AS c";
  expect(await one(await connect('gw_serve_login', 'serve_password', 'groundwork'), bounds)).toEqual({
    a: '15s',
    b: '10s',
    c: '3s',
  });
});

test('what fails is logged without its text and its details', async () => {
  const client = await connect('gw_serve_login', 'serve_password', 'groundwork');
  const failing =
    "DO $$ BEGIN RAISE EXCEPTION 'told in the log' USING DETAIL = 'detail-of-a-person'; END $$ /* text-of-a-statement */";
  await expect(client.query(failing)).rejects.toThrow('told in the log');
  await client.end();
  await eventually('the failure to be logged', () => server.output().includes('told in the log'));
  expect(server.output()).not.toMatch(/detail-of-a-person|text-of-a-statement/);
});

test('every change goes to the archive', async () => {
  await one(await connect('postgres', 'postgres_admin_password', 'groundwork'), 'SELECT pg_switch_wal()');
  await eventually('a segment to be archived', () => readdirSync(archive).some((name) => /^[0-9A-F]{24}$/.test(name)));
});
