import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  apiEnvironment,
  codecEnvironment,
  installationEnvironment,
  migrateEnvironment,
  operatorEnvironment,
  readEnvironment,
  readEnvironments,
  releaseEnvironment,
  workerEnvironment,
} from '../../shared/config/environment.ts';
import { partnerOriginsEnvironment, partnerSupportEnvironment } from '../../shared/config/partners.ts';
import { outfitFaults, productionFaults } from '../../shared/config/production.ts';
import { readTemporalSettings } from '../../shared/config/temporal.ts';
import { partnerOriginSettings, partnersAt } from '../support/partner-origins.ts';
import { composeOf, fileAt, interpolate, readComposeText } from './compose.ts';
import { makeSecrets } from './secrets.ts';

const file = composeOf(readComposeText(fileAt('docker-compose.yml')));
const { folder } = makeSecrets();
afterAll(() => rmSync(folder, { recursive: true }));
for (const given of ['procore_client_secret', 'oidc_client_secret']) writeFileSync(path.join(folder, given), 'given-by-others\n');
writeFileSync(path.join(folder, 'smtp_url'), 'smtps://groundwork:pass-of-mail@smtp.builder.example\n');

/** What an operator would write into .env: only what has no default. */
const env = {
  GROUNDWORK_VERSION: '1.0.0',
  PAGES_HOST: 'groundwork.builder.example',
  TEMPORAL_UI_HOST: 'temporal.builder.example',
  ACME_EMAIL: 'ops@builder.example',
  PROCORE_CLIENT_ID: 'a1b2c3',
  ...partnersAt('https://{region}-api.partner.example'),
  MAIL_FROM: 'Groundwork <groundwork@builder.example>',
  RESTORE_EPOCH: '2026-11',
  CODEC_KEY_ID: '2026-11',
  ROOT_KEY_ID: '2026-11',
  OIDC_ISSUER: 'https://id.builder.example/',
  OIDC_JWKS_URL: 'https://id.builder.example/keys',
  OIDC_CLIENT_ID: 'temporal-ui',
  OIDC_AUDIENCE: 'temporal',
  OIDC_GROUP: 'groundwork-support',
};

/** A service's environment as its process finds it, with /run/secrets where this test has them. */
function environmentOf(name: string, given: Readonly<Record<string, string>> = env): Record<string, string> {
  const entries = Object.entries(file.services[name]?.environment ?? {});
  const filled = entries.map(([key, value]): [string, string] => [
    key,
    interpolate(value, given).replaceAll('/run/secrets', folder),
  ]);
  return Object.fromEntries(filled);
}

const goodDatabase = { role: 'gw_serve_login', superuser: false, bypassesRowSecurity: false, ownsTables: false };
const none = z.object({});
const schemas = {
  api: [apiEnvironment, partnerSupportEnvironment],
  worker: [workerEnvironment, partnerOriginsEnvironment],
  'worker-previous': [workerEnvironment, partnerOriginsEnvironment],
  codec: [codecEnvironment, none],
  migrate: [migrateEnvironment, none],
  release: [releaseEnvironment, none],
  operator: [installationEnvironment, none],
} as const;

describe.each(Object.entries(schemas))('the environment of %s', (name, [own, partners]) => {
  test('is one that the product reads', () => {
    expect(() => readEnvironments(own as z.ZodType, partners as z.ZodType, environmentOf(name))).not.toThrow(); // unions of schemas are schemas
  });

  test('holds no setting that nobody reads', () => {
    const known = new Set([...namesOf(own), ...namesOf(partners), ...(name === 'operator' ? namesOf(operatorEnvironment) : [])]);
    const common = ['GROUNDWORK_MODE', 'LOG_LEVEL'];
    const read = (setting: string): boolean =>
      common.includes(setting) ||
      known.has(setting) ||
      known.has(setting.replace(/_FILE$/, '')) ||
      setting.startsWith('TEMPORAL_');
    expect(Object.keys(environmentOf(name)).filter((setting) => !read(setting))).toEqual([]);
  });
});

const namesOf = (schema: z.ZodType): readonly string[] =>
  schema instanceof z.ZodObject
    ? Object.keys(schema.shape)
    : codecEnvironment.options.flatMap((option) => Object.keys(option.shape));

test('the API is fit for production with it', () => {
  const settings = readEnvironment(apiEnvironment, environmentOf('api'));
  const temporal = readTemporalSettings(environmentOf('api'));
  const given = {
    mode: settings.GROUNDWORK_MODE,
    urls: { PAGES_URL: settings.PAGES_URL, PROCORE_LOGIN_URL: settings.PROCORE_LOGIN_URL },
    keys: { CODEC_KEY: settings.CODEC_KEY },
    keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID },
    database: goodDatabase,
    databaseUrl: settings.DATABASE_URL,
    temporal: { persistence: 'postgres12', tls: temporal.tls },
  };
  expect(productionFaults(given)).toEqual([]);
  expect(settings.GROUNDWORK_MODE).toBe('production');
});

test('the worker is fit for production with it', () => {
  const [settings, origins] = readEnvironments(workerEnvironment, partnerOriginsEnvironment, environmentOf('worker'));
  const temporal = readTemporalSettings(environmentOf('worker'));
  const { PROCORE_LOGIN_URL, PROCORE_API_URL, OAUTH_REDIRECT_URL } = settings;
  expect(Object.keys(origins).sort()).toEqual([...partnerOriginSettings].sort());
  const given = {
    mode: settings.GROUNDWORK_MODE,
    urls: { PROCORE_LOGIN_URL, PROCORE_API_URL, OAUTH_REDIRECT_URL, ...origins },
    keys: { CODEC_KEY: settings.CODEC_KEY, ROOT_KEY: settings.ROOT_KEY, SEALING_PRIVATE_KEY: settings.SEALING_PRIVATE_KEY },
    keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID, ROOT_KEY_ID: settings.ROOT_KEY_ID },
    database: goodDatabase,
    databaseUrl: settings.DATABASE_URL,
    temporal: { persistence: 'postgres12', tls: temporal.tls },
  };
  expect(productionFaults(given)).toEqual([]);
  expect(settings.PROCORE_CLIENT_SECRET).toBe('given-by-others');
  expect(OAUTH_REDIRECT_URL).toBe('https://groundwork.builder.example/oauth/procore/callback');
});

test('the codec endpoint is fit for production with it', () => {
  const settings = readEnvironment(codecEnvironment, environmentOf('codec'));
  if (settings.GROUNDWORK_MODE !== 'production') throw new Error('the endpoint of a deployment is one of a demo');
  const urls = { ISSUER: settings.CODEC_OIDC_ISSUER, KEYS: settings.CODEC_OIDC_JWKS_URL, ORIGIN: settings.CODEC_ORIGINS };
  const keyIds = { CODEC_KEY_ID: settings.CODEC_KEY_ID };
  expect(outfitFaults({ mode: 'production', urls, keys: { CODEC_KEY: settings.CODEC_KEY }, keyIds })).toEqual([]);
});

test.each(['api', 'worker', 'release'])('%s comes to Temporal by TLS, with a certificate of its own and its token', (name) => {
  const { connectionOptions, namespace } = readTemporalSettings(environmentOf(name));
  const { tls, apiKey, address } = connectionOptions;
  const certificate = { api: 'api_cert.pem', worker: 'worker_cert.pem' }[name] ?? 'operator_cert.pem';
  const token = { api: 'temporal_token_api', worker: 'temporal_token_worker' }[name] ?? 'temporal_token_operator';
  if (typeof tls !== 'object' || tls === null) throw new Error('not by TLS');
  expect(Buffer.from(tls.clientCertPair?.crt ?? []).toString()).toBe(readFileSync(path.join(folder, certificate), 'utf8'));
  expect(Buffer.from(tls.serverRootCACertificate ?? []).toString()).toBe(
    readFileSync(path.join(folder, 'internal_ca.pem'), 'utf8'),
  );
  expect(tls.serverNameOverride).toBe('temporal');
  expect(apiKey).toBe(readFileSync(path.join(folder, token), 'utf8'));
  expect([address, namespace]).toEqual(['temporal:7233', 'groundwork']);
});

test.each(Object.keys(env))('without %s nothing is started', (missing) => {
  const without = Object.fromEntries(Object.entries(env).filter(([name]) => name !== missing));
  const all = (given: Readonly<Record<string, string>>) => interpolate(JSON.stringify(file.services), { ...digests, ...given });
  expect(() => all(env)).not.toThrow();
  expect(() => all(without)).toThrow(missing);
});
const folders = { WAL_ARCHIVE: '/mnt/wal', BACKUPS: '/mnt/backups' };
const digests: Record<string, string> = {
  ...folders,
  ...Object.fromEntries(
    ['NODE', 'CADDY', 'POSTGRES', 'TEMPORAL_SERVER', 'TEMPORAL_TOOLS', 'TEMPORAL_UI'].map((name) => [
      `${name}_DIGEST`,
      `@sha256:${'0'.repeat(64)}`,
    ]),
  ),
};

test('plain http and keys of the demo are found in it', () => {
  const environment = { ...environmentOf('api', { ...env, CODEC_KEY_ID: 'demo-1' }), PROCORE_LOGIN_URL: 'http://login.example' };
  const settings = readEnvironment(apiEnvironment, environment);
  const urls = { PROCORE_LOGIN_URL: settings.PROCORE_LOGIN_URL };
  expect(outfitFaults({ mode: 'production', urls, keys: {}, keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID } })).toHaveLength(2);
});
