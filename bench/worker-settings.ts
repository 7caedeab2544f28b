import os from 'node:os';
import path from 'node:path';
import type { SandboxUrls } from '../sandbox/start.ts';
import { generateBoxKeys, generateKey } from '../shared/security/keys.ts';
import type { DatabaseUrls } from './database.ts';

/** Groundwork's own app, as the sandbox is told of it. */
export const ours = {
  clientId: 'groundwork-bench',
  clientSecret: generateKey(),
  redirectUri: 'http://localhost:3000/oauth/procore/callback',
};

/** Made only where a pair of tokens is put aside. */
export const spillDirectory = path.join(os.tmpdir(), `groundwork-bench-grants-${process.pid}`);

export const boxKeys = generateBoxKeys();

/** The worker's environment between that database and that sandbox, with keys of this process. */
export const workerEnvironmentOn = (
  database: Pick<DatabaseUrls, 'serveUrl' | 'upkeepUrl'>,
  sandbox: SandboxUrls,
): Record<string, string> => ({
  GROUNDWORK_MODE: 'demo',
  LOG_LEVEL: 'error',
  DATABASE_URL: database.serveUrl,
  UPKEEP_DATABASE_URL: database.upkeepUrl,
  CODEC_KEY: generateKey(),
  ROOT_KEY: generateKey(),
  // beside a demo that runs, its ids of keys stand in the environment
  ROOT_KEY_ID: '1',
  SEALING_PRIVATE_KEY: boxKeys.privateKey,
  RESTORE_EPOCH: 'bench',
  PROCORE_LOGIN_URL: sandbox.login,
  PROCORE_API_URL: sandbox.api,
  FILE_ORIGINS: sandbox.storage,
  PROCORE_CLIENT_ID: ours.clientId,
  PROCORE_CLIENT_SECRET: ours.clientSecret,
  OAUTH_REDIRECT_URL: ours.redirectUri,
  GRANT_SPILL_DIRECTORY: spillDirectory,
  PAGES_URL: 'http://localhost:3000',
  SMTP_URL: sandbox.smtp,
  MAIL_FROM: 'Groundwork <groundwork@groundwork.example>',
  PART3_API_URL: sandbox.part3,
  HAMMERTECH_API_URL: `${sandbox.hammertech.api}/{region}`,
  HAMMERTECH_AUTH_URL: `${sandbox.hammertech.auth}/{region}`,
});
