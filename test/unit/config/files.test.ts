import { expect, test } from '@jest/globals';
import { readEnvironment, workerEnvironment } from '../../../shared/config/environment.ts';
import { procoreFiles } from '../../../shared/config/files.ts';
import { timingsOf } from '../../../shared/config/pace.ts';
import { generateKey } from '../../../shared/security/keys.ts';

const worker = {
  DATABASE_URL: 'postgres://db/groundwork',
  UPKEEP_DATABASE_URL: 'postgres://db/groundwork?sslmode=verify-full',
  CODEC_KEY: generateKey(),
  ROOT_KEY: generateKey(),
  SEALING_PRIVATE_KEY: generateKey(),
  RESTORE_EPOCH: '1',
  PAGES_URL: 'http://localhost:3000',
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM: 'Groundwork <groundwork@groundwork.example>',
  GRANT_SPILL_DIRECTORY: '/nowhere/grants',
  PROCORE_LOGIN_URL: 'http://localhost:4010',
  PROCORE_API_URL: 'http://localhost:4011',
  PROCORE_CLIENT_ID: 'client',
  PROCORE_CLIENT_SECRET: 'secret',
  OAUTH_REDIRECT_URL: 'http://localhost:3000/oauth/procore/callback',
};
const storage = 'http://localhost:4012';
const filesOf = (given: Record<string, string>) => {
  const settings = readEnvironment(workerEnvironment, { ...worker, ...given });
  return procoreFiles(settings.GROUNDWORK_MODE, settings, timingsOf(settings.GROUNDWORK_MODE));
};

test('a demo fetches files from its own far sides, and its bearer goes to the API alone', async () => {
  const { guard } = filesOf({ GROUNDWORK_MODE: 'demo', FILE_ORIGINS: `${storage}, http://localhost:4031` });
  expect((await guard.admit(`${storage}/file`)).url.port).toBe('4012');
  await expect(guard.admit('http://localhost:4013/file')).rejects.toThrow('not https');
  const takes = [worker.PROCORE_API_URL, storage, 'https://storage.procore.com'].map((origin) =>
    guard.takesBearer(new URL(`${origin}/file`)),
  );
  expect(takes).toEqual([true, false, false]);
});

test('production opens no origin of its own accord, and takes none from a setting of the demo', async () => {
  const production = { GROUNDWORK_MODE: 'production', PROCORE_API_URL: 'https://api.procore.com' };
  const { guard } = filesOf(production);
  await expect(guard.admit('https://127.0.0.1/file')).rejects.toThrow('no public host');
  expect(guard.takesBearer(new URL('https://storage.procore.com/file'))).toBe(true);
  expect(() => filesOf({ ...production, FILE_ORIGINS: storage })).toThrow('FILE_ORIGINS: is of a demo alone');
});

test('hosts that get the bearer are names, and may be fewer', () => {
  const production = { GROUNDWORK_MODE: 'production', PROCORE_API_URL: 'https://api.procore.com' };
  const { guard } = filesOf({ ...production, PROCORE_FILE_HOSTS: 'files.procore.com' });
  const takes = ['files', 'storage'].map((name) => guard.takesBearer(new URL(`https://${name}.procore.com/`)));
  expect(takes).toEqual([true, false]);
  expect(() => filesOf({ ...production, PROCORE_FILE_HOSTS: '*' })).toThrow('PROCORE_FILE_HOSTS');
});
