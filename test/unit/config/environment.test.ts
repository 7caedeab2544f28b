import { expect, test } from '@jest/globals';
import { apiEnvironment, codecEnvironment, readEnvironment, workerEnvironment } from '../../../shared/config/environment.ts';
import { assertOutfitReady, demoFaults, outfitFaults } from '../../../shared/config/production.ts';
import { generateKey } from '../../../shared/security/keys.ts';

const [current, former, older] = [generateKey(), generateKey(), generateKey()];
const api = {
  GROUNDWORK_MODE: 'production',
  DATABASE_URL: 'postgres://db/groundwork',
  CODEC_KEY: current,
  CODEC_KEY_ID: '2027',
  PROCORE_LOGIN_URL: 'https://login.procore.com',
  PROCORE_CLIENT_ID: 'client',
  SEALING_PUBLIC_KEY: generateKey(),
  RESTORE_EPOCH: '1',
};
const codec = { GROUNDWORK_MODE: 'demo', CODEC_KEY: current, CODEC_ORIGINS: 'https://temporal.example' };
const staff = {
  CODEC_OIDC_ISSUER: 'https://id.example/',
  CODEC_OIDC_JWKS_URL: 'https://id.example/keys',
  CODEC_OIDC_AUDIENCE: 'temporal',
  CODEC_OIDC_GROUP: 'support',
};

test('keys of before a rotation are listed with their ids', () => {
  const pairs = ` 2026:${former} ,2025:${older},`;
  expect(readEnvironment(apiEnvironment, { ...api, CODEC_FORMER_KEYS: pairs }).CODEC_FORMER_KEYS).toEqual([
    { id: '2026', key: former },
    { id: '2025', key: older },
  ]);
  const lines = `# of before, one a line\n2026:${former}\n\n2025:${older}\n`;
  expect(readEnvironment(apiEnvironment, { ...api, CODEC_FORMER_KEYS: lines }).CODEC_FORMER_KEYS).toHaveLength(2);
  for (const none of [{}, { CODEC_FORMER_KEYS: '' }, { CODEC_FORMER_KEYS: '# none yet, really\n' }])
    expect(readEnvironment(apiEnvironment, { ...api, ...none }).CODEC_FORMER_KEYS).toEqual([]);
});

test.each([former, `:${former}`, '2026:short', `2026${former}`])(
  'a former key that is no pair is refused without being told',
  (text) => {
    const read = () => readEnvironment(apiEnvironment, { ...api, CODEC_FORMER_KEYS: text });
    expect(read).toThrow('CODEC_FORMER_KEYS: send id:key pairs');
    expect(read).not.toThrow(former);
  },
);

test('the endpoint that decodes has no production without people who sign in', () => {
  expect(() => readEnvironment(codecEnvironment, codec)).not.toThrow();
  expect(() => readEnvironment(codecEnvironment, { ...codec, GROUNDWORK_MODE: 'production' })).toThrow(
    /CODEC_OIDC_ISSUER[\s\S]*CODEC_OIDC_JWKS_URL[\s\S]*CODEC_OIDC_AUDIENCE[\s\S]*CODEC_OIDC_GROUP/,
  );
  const read = readEnvironment(codecEnvironment, { ...codec, ...staff, GROUNDWORK_MODE: 'production' });
  expect(read).toMatchObject({ CODEC_OIDC_ISSUER: 'https://id.example/', CODEC_OIDC_GROUPS_CLAIM: 'groups' });
});

test.each(['localhost', 'proxy', '10.0.0.0/8', ''])('%p is no address to listen on and no proxy to trust', (text) => {
  expect(() => readEnvironment(apiEnvironment, { ...api, API_HOST: text })).toThrow('API_HOST: send an IP address');
  expect(() => readEnvironment(apiEnvironment, { ...api, TRUSTED_PROXY: text })).toThrow('TRUSTED_PROXY: send the IP address');
});

test('every process listens to its own machine only where nothing else is said', () => {
  expect(readEnvironment(apiEnvironment, api).API_HOST).toBe('127.0.0.1');
  expect(readEnvironment(codecEnvironment, codec).CODEC_HOST).toBe('127.0.0.1');
  expect(workerEnvironment.shape.METRICS_HOST.parse(undefined)).toBe('127.0.0.1');
});

test('a demo that would listen to the network is refused; production may', () => {
  const listens = { API_HOST: '0.0.0.0', METRICS_HOST: '127.0.0.1' };
  expect(demoFaults({ mode: 'demo', urls: {}, listens })).toEqual(['API_HOST: a demo listens to this machine only']);
  expect(demoFaults({ mode: 'production', urls: {}, listens })).toEqual([]);
});

test('a process without a database is looked over too', () => {
  const outfit = {
    mode: 'production',
    urls: { CODEC_OIDC_ISSUER: 'http://id.example' },
    keys: { CODEC_KEY: Buffer.alloc(32).toString('base64') },
    keyIds: { CODEC_KEY_ID: 'demo-1' },
  } as const;
  expect(outfitFaults(outfit)).toEqual([
    'CODEC_OIDC_ISSUER: must be https',
    'CODEC_KEY: is not random',
    'CODEC_KEY_ID: is a key of the demo',
  ]);
  expect(() => assertOutfitReady(outfit)).toThrow('not fit for production');
  expect(outfitFaults({ ...outfit, mode: 'demo' })).toEqual([]);
});
