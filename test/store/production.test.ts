import { expect, test } from '@jest/globals';
import type { Readiness } from '../../shared/config/production.ts';
import { assertProductionReady, demoFaults, productionFaults } from '../../shared/config/production.ts';
import { generateKey } from '../../shared/security/keys.ts';

const fit: Readiness = {
  mode: 'production',
  urls: { PROCORE_API_URL: 'https://api.procore.com', PAGES_URL: 'https://groundwork.example' },
  keys: { ROOT_KEY: generateKey() },
  keyIds: { ROOT_KEY_ID: '2026-1' },
  database: { role: 'gw_serve_login', superuser: false, bypassesRowSecurity: false, ownsTables: false },
  databaseUrl: 'postgres://gw_serve_login@db/groundwork?sslmode=verify-full',
  temporal: { persistence: 'postgres', tls: true },
};

test('what is fit for production passes', () => {
  expect(productionFaults(fit)).toEqual([]);
  expect(() => assertProductionReady(fit)).not.toThrow();
});

test.each<[string, Partial<Readiness>, string]>([
  ['plain http', { urls: { PAGES_URL: 'http://groundwork.example' } }, 'PAGES_URL: must be https'],
  ['a key that is not random', { keys: { ROOT_KEY: Buffer.alloc(32, 7).toString('base64') } }, 'ROOT_KEY: is not random'],
  ['a key of the demo', { keyIds: { CODEC_KEY_ID: 'demo-1' } }, 'CODEC_KEY_ID: is a key of the demo'],
  ['a superuser', { database: { ...fit.database, superuser: true } }, 'DATABASE_URL: gw_serve_login is a superuser'],
  ['BYPASSRLS', { database: { ...fit.database, bypassesRowSecurity: true } }, 'passes row-level security by'],
  ['an owner of tables', { database: { ...fit.database, ownsTables: true } }, 'owns tables'],
  ['a connection that trusts any server', { databaseUrl: 'postgres://db/groundwork' }, 'needs sslmode=verify-full'],
  ['the dev server of Temporal', { temporal: { persistence: 'sqlite', tls: true } }, 'is a dev server'],
  ['Temporal without TLS', { temporal: { persistence: 'postgres', tls: false } }, 'must be reached by TLS'],
])('%s is refused in production and allowed in a demo', (_what, change, says) => {
  expect(productionFaults({ ...fit, ...change })).toEqual([expect.stringContaining(says)]);
  expect(productionFaults({ ...fit, ...change, mode: 'demo' })).toEqual([]);
});

test('all faults are listed at once, and no key is told', () => {
  const weak = Buffer.alloc(32, 7).toString('base64');
  const given = { ...fit, keys: { ROOT_KEY: weak }, databaseUrl: 'nonsense', temporal: { persistence: 'sqlite', tls: false } };
  const refusal = () => assertProductionReady(given);
  expect(refusal).toThrow(/ROOT_KEY[\s\S]*DATABASE_URL[\s\S]*dev server[\s\S]*TLS/);
  expect(refusal).not.toThrow(weak);
});

test.each(['https://api.procore.com', 'http://192.0.2.7:4011', 'http://localhost.example'])(
  'a demo refuses to speak to %s',
  (url) => {
    expect(demoFaults({ mode: 'demo', urls: { PROCORE_API_URL: url } })).toEqual([
      'PROCORE_API_URL: a demo speaks to this machine only',
    ]);
    expect(() => assertProductionReady({ ...fit, mode: 'demo', urls: { PROCORE_API_URL: url } })).toThrow('not fit for demo');
  },
);

test('a demo speaks to this machine by any of its names', () => {
  const urls = { one: 'http://localhost:4011', other: 'http://127.0.0.1:4020/us', third: 'http://[::1]:4021' };
  expect(demoFaults({ mode: 'demo', urls })).toEqual([]);
});
