import path from 'node:path';
import { distDir, stateDir } from '../provision/paths.mjs';

/** Marks keys of the demo; production refuses them. */
const demoKeyId = 'demo-1';

/** All origins, from the chosen ports and the given settings. */
export function originsOf(ports, given = process.env) {
  const local = (port) => `http://localhost:${port}`;
  return {
    pages: local(ports.api),
    codec: local(ports.codec),
    metrics: local(ports.metrics),
    temporalAddress: given['TEMPORAL_ADDRESS'] ?? `127.0.0.1:${ports.temporal}`,
    temporalNamespace: given['TEMPORAL_NAMESPACE'] ?? 'default',
    temporalUi: local(ports.temporalUi),
    procoreLogin: given['PROCORE_LOGIN_URL'] ?? local(ports.procoreLogin),
    procoreApi: given['PROCORE_API_URL'] ?? local(ports.procoreApi),
    procoreStorage: local(ports.procoreStorage),
    hammertechApi: given['HAMMERTECH_API_URL'] ?? `${local(ports.hammertech)}/{region}`,
    hammertechAuth: given['HAMMERTECH_AUTH_URL'] ?? `${local(ports.hammertechAuth)}/{region}`,
    smtp: given['SMTP_URL'] ?? `smtp://127.0.0.1:${ports.mail}`,
    inbox: local(ports.inbox),
    part3Api: given['PART3_API_URL'] ?? local(ports.part3),
    control: local(ports.control),
    oauthRedirect: `${local(ports.api)}/oauth/procore/callback`,
  };
}

/** Environment of each of our processes: only what it needs, and no key it must not hold. */
export function environments({ ports, origins, keys, databases }) {
  const { PATH, HOME, LANG, TZ } = process.env;
  const base = {
    PATH,
    HOME,
    LANG,
    TZ,
    NODE_OPTIONS: '--enable-source-maps',
    GROUNDWORK_MODE: 'demo',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  };
  const codec = { CODEC_KEY: keys.codecKey, CODEC_KEY_ID: demoKeyId };
  const engines = {
    DATABASE_URL: databases.serve,
    TEMPORAL_ADDRESS: origins.temporalAddress,
    TEMPORAL_NAMESPACE: origins.temporalNamespace,
    ...codec,
  };
  const farSides = {
    PROCORE_LOGIN_URL: origins.procoreLogin,
    PROCORE_API_URL: origins.procoreApi,
    HAMMERTECH_API_URL: origins.hammertechApi,
    HAMMERTECH_AUTH_URL: origins.hammertechAuth,
    PART3_API_URL: origins.part3Api,
    PROCORE_CLIENT_ID: keys.procore.clientId,
  };
  const ui = [origins.temporalUi, origins.temporalUi.replace('localhost', '127.0.0.1')].join(',');
  return {
    prepare: {
      ...base,
      ...engines,
      ADMIN_DATABASE_URL: databases.admin,
      SERVE_PASSWORD: keys.database.serve,
      UPKEEP_PASSWORD: keys.database.upkeep,
      MIGRATE_PASSWORD: keys.database.migrate,
      ROOT_KEY: keys.rootKey,
      ROOT_KEY_ID: demoKeyId,
      RESTORE_EPOCH: keys.restoreEpoch,
      DEMO_TENANTS: JSON.stringify(keys.tenants),
    },
    api: {
      ...base,
      ...engines,
      PROCORE_LOGIN_URL: origins.procoreLogin,
      PROCORE_CLIENT_ID: keys.procore.clientId,
      API_PORT: String(ports.api),
      PAGES_URL: origins.pages,
      SEALING_PUBLIC_KEY: keys.sealing.publicKey,
      TEMPORAL_UI_URL: origins.temporalUi,
      RESTORE_EPOCH: keys.restoreEpoch,
    },
    worker: {
      ...base,
      ...engines,
      ...farSides,
      FILE_ORIGINS: origins.procoreStorage,
      PROCORE_CLIENT_SECRET: keys.procore.clientSecret,
      OAUTH_REDIRECT_URL: origins.oauthRedirect,
      PAGES_URL: origins.pages,
      SMTP_URL: origins.smtp,
      MAIL_FROM: 'Groundwork <groundwork@groundwork.example>',
      SEALING_PUBLIC_KEY: keys.sealing.publicKey,
      SEALING_PRIVATE_KEY: keys.sealing.privateKey,
      ROOT_KEY: keys.rootKey,
      ROOT_KEY_ID: demoKeyId,
      RESTORE_EPOCH: keys.restoreEpoch,
      UPKEEP_DATABASE_URL: databases.upkeep,
      WORKFLOW_BUNDLE: path.join(distDir, 'workflows.bundle.js'),
      GRANT_SPILL_DIRECTORY: path.join(stateDir, 'grants'),
      METRICS_PORT: String(ports.metrics),
    },
    codec: { ...base, ...codec, CODEC_PORT: String(ports.codec), CODEC_ORIGINS: ui },
    sandbox: {
      ...base,
      SANDBOX_LOGIN_PORT: String(ports.procoreLogin),
      SANDBOX_API_PORT: String(ports.procoreApi),
      SANDBOX_STORAGE_PORT: String(ports.procoreStorage),
      SANDBOX_HAMMERTECH_PORT: String(ports.hammertech),
      SANDBOX_HAMMERTECH_AUTH_PORT: String(ports.hammertechAuth),
      SANDBOX_MAIL_PORT: String(ports.mail),
      SANDBOX_INBOX_PORT: String(ports.inbox),
      SANDBOX_PART3_PORT: String(ports.part3),
      SANDBOX_CONTROL_PORT: String(ports.control),
      SANDBOX_CONTROL_TOKEN: keys.controlToken,
      SANDBOX_STATE_FILE: path.join(stateDir, 'sandbox'),
      SANDBOX_OUR_CLIENT_ID: keys.procore.clientId,
      SANDBOX_OUR_CLIENT_SECRET: keys.procore.clientSecret,
      SANDBOX_REDIRECT_URI: origins.oauthRedirect,
      SANDBOX_PROFILE: process.env['SANDBOX_PROFILE'] ?? 'demo',
    },
  };
}
