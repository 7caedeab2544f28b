import { isIP } from 'node:net';
import { z } from 'zod';
import { mailAddress } from '../domain/mail.ts';
import { noteSetting } from '../security/known-secrets.ts';
import { fileSettings } from './files.ts';
import { modes } from './pace.ts';
import { fillFromFiles } from './secret-files.ts';

/**
 * Every environment variable the product reads; no other code reads them (architecture test). A process takes the part it needs
 * through its own `…Environment` schema, so that the API never holds a key it must not have. Each may come from a file instead:
 * `NAME_FILE` names it (`secret-files.ts`).
 */
const port = z.coerce.number().int().min(0).max(65_535);
export const origin = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
/** An IP address of this machine to listen on. */
const listenHost = z.string().refine((text) => isIP(text) !== 0, 'send an IP address, such as 127.0.0.1 or 0.0.0.0');
/** 32 bytes in base64. */
const isKey = (text: string): boolean => Buffer.from(text, 'base64').length === 32;
const key = z.string().refine(isKey, 'send 32 bytes in base64');
const keyId = z.string().min(1).max(40);
/** Whether a connection string requires that the server's certificate proves its identity. */
const verifiesServer = (url: string): boolean => URL.canParse(url) && new URL(url).searchParams.get('sslmode') === 'verify-full';

/**
 * Keys that only open what was sealed under them before a rotation: `id:key`, one per line or separated by commas; `#` starts a
 * comment.
 */
const formerKeys = z
  .string()
  .default('')
  .transform((text) => text.split('\n').filter((line) => !line.trim().startsWith('#')))
  .transform((lines) => lines.flatMap((line) => line.split(',').map((each) => each.trim())).filter((each) => each !== ''))
  .transform((pairs) => pairs.map((pair) => ({ id: pair.slice(0, pair.indexOf(':')), key: pair.slice(pair.indexOf(':') + 1) })))
  .refine(
    (keys) => keys.every(({ id, key }) => id.length > 0 && id.length <= 40 && isKey(key)),
    'send id:key pairs, each key 32 bytes in base64',
  );

/** `smtps://` (TLS at once) or `smtp://` (STARTTLS, required in production), with the login in it if there is one. */
const smtpUrl = z.url({ protocol: /^smtps?$/, error: 'send smtps://user:password@host or smtp://user:password@host' });

/** `Name <address>`: the sender of all mails. */
const sender = z
  .string()
  .transform((text) => /^([^<>]{1,100})<([^<>]+)>$/.exec(text.trim()))
  .refine((parts) => parts !== null, 'send a name and an address, such as Groundwork <groundwork@builder.example>')
  .transform((parts) => ({ name: parts?.[1]?.trim() ?? '', address: parts?.[2] ?? '' }))
  .pipe(z.object({ name: z.string().min(1), address: mailAddress }));

const mode = z.enum(modes);

/** Seals what passes through Temporal. */
const codecKeys = { CODEC_KEY: key, CODEC_KEY_ID: keyId.default('1'), CODEC_FORMER_KEYS: formerKeys };
const rootKeys = { ROOT_KEY: key, ROOT_KEY_ID: keyId.default('1'), ROOT_FORMER_KEYS: formerKeys };

const common = z.object({
  GROUNDWORK_MODE: mode,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  ...codecKeys,
});

const farSides = z.object({
  PROCORE_LOGIN_URL: origin,
  PROCORE_API_URL: origin,
  PROCORE_CLIENT_ID: z.string().min(1),
});

export const apiEnvironment = common.extend({
  PROCORE_LOGIN_URL: origin,
  PROCORE_CLIENT_ID: z.string().min(1),
  API_HOST: listenHost.default('127.0.0.1'),
  API_PORT: port.default(3000),
  PAGES_URL: origin.default('http://localhost:3000'),
  /** The reverse proxy's own address: only that proxy is trusted to name the client. */
  TRUSTED_PROXY: z
    .string()
    .refine((text) => isIP(text) !== 0, 'send the IP address of the proxy')
    .optional(),
  /** X25519 public key, base64: the API can seal, never open. */
  SEALING_PUBLIC_KEY: key,
  /** Whether the API's document is readable by anybody who finds this origin. */
  API_DOCS: z.enum(['shown', 'hidden']).default('shown'),
  TEMPORAL_UI_URL: origin.optional(),
  /** Kept outside the database; if the two differ, links and stored answers are void. */
  RESTORE_EPOCH: z.string().min(1).max(100),
  /** Allows reading `/metrics` from another machine. */
  METRICS_TOKEN: z.string().min(20).optional(),
});

export const workerEnvironment = common
  .extend({
    ...farSides.shape,
    ...rootKeys,
    ...fileSettings,
    PROCORE_CLIENT_SECRET: z.string().min(1),
    OAUTH_REDIRECT_URL: origin,
    /** Public origin of the pages: links in mails begin with it. */
    PAGES_URL: origin,
    SMTP_URL: smtpUrl,
    MAIL_FROM: sender,
    SEALING_PRIVATE_KEY: key,
    RESTORE_EPOCH: z.string().min(1).max(100),
    /** Database login of the upkeep role, which may only call the cross-tenant functions. */
    UPKEEP_DATABASE_URL: z.string().min(1),
    WORKFLOW_BUNDLE: z.string().optional(),
    /** Outlives the process: holds new token pairs, sealed, until they are stored. Workers of one machine may share it. */
    GRANT_SPILL_DIRECTORY: z.string().min(1),
    METRICS_HOST: listenHost.default('127.0.0.1'),
    METRICS_PORT: port.default(9464),
    TASK_QUEUES: z.string().default('workflows,checks,sync'),
  })
  .refine((given) => given.GROUNDWORK_MODE === 'demo' || verifiesServer(given.UPKEEP_DATABASE_URL), {
    path: ['UPKEEP_DATABASE_URL'],
    message: 'needs sslmode=verify-full',
  })
  .refine((given) => given.GROUNDWORK_MODE === 'demo' || given.FILE_ORIGINS.length === 0, {
    path: ['FILE_ORIGINS'],
    message: 'is of a demo alone',
  });

/** Who may decode in the Temporal UI: members of one group, by the access token that the UI forwards. */
const staffSignIn = z.object({
  /** Exactly as in the tokens. */
  CODEC_OIDC_ISSUER: z.url({ protocol: /^https?$/ }),
  CODEC_OIDC_JWKS_URL: origin,
  CODEC_OIDC_AUDIENCE: z.string().min(1),
  CODEC_OIDC_GROUP: z.string().min(1),
  CODEC_OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
});

const codecCommon = z.object({
  LOG_LEVEL: common.shape.LOG_LEVEL,
  ...codecKeys,
  CODEC_HOST: listenHost.default('127.0.0.1'),
  CODEC_PORT: port.default(3001),
  /** Exact origins of the Temporal UI, separated by commas. */
  CODEC_ORIGINS: z.string().min(1),
});

/** In production nobody decodes without signing in; a demo serves its own UI on this machine. */
export const codecEnvironment = z.discriminatedUnion('GROUNDWORK_MODE', [
  codecCommon.extend({ GROUNDWORK_MODE: z.literal('demo') }),
  codecCommon.extend({ GROUNDWORK_MODE: z.literal('production'), ...staffSignIn.shape }),
]);

/** For the command that creates API keys of tenants: needs only the database. */
export const keyEnvironment = z.object({ GROUNDWORK_MODE: mode, DATABASE_URL: z.string().min(1) });

/** For the command that creates tenants: creating a tenant's key requires the root key. */
export const operatorEnvironment = keyEnvironment.extend(rootKeys);

/** For the job that migrates a database to this version. */
export const migrateEnvironment = z.object({
  GROUNDWORK_MODE: z.literal('production'),
  /** An administrator of the database server: creates roles and logins; not used for serving. */
  ADMIN_DATABASE_URL: z.string().refine(verifiesServer, 'needs sslmode=verify-full'),
  SERVE_PASSWORD: z.string().min(20),
  UPKEEP_PASSWORD: z.string().min(20),
  MIGRATE_PASSWORD: z.string().min(20),
  ...rootKeys,
  RESTORE_EPOCH: z.string().min(1).max(100),
});

/** For the job that makes a worker version the current one. */
export const releaseEnvironment = z.object({
  WORKFLOW_BUNDLE: z.string().min(1),
  RELEASE_PATIENCE_SECONDS: z.coerce.number().int().min(0).max(3600).default(120),
});

/** For occasional operator tasks on the installation itself. */
export const installationEnvironment = z.object({
  DATABASE_URL: z.string().min(1),
  UPKEEP_DATABASE_URL: z.string().min(1),
  /** The login that may become the owner of the tables. */
  MIGRATE_DATABASE_URL: z.string().min(1),
  ...rootKeys,
  RESTORE_EPOCH: z.string().min(1).max(100),
});

/** Parses an environment; throws one error that lists all faults of all variables, never their values. */
export function readEnvironment<Shape extends z.ZodType>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<Shape> {
  return readEnvironments(shape, z.object({}), environment)[0];
}

/** The same for a process with both the product's settings and those that its partners declare. */
export function readEnvironments<Own extends z.ZodType, Partners extends z.ZodType>(
  own: Own,
  partners: Partners,
  environment: NodeJS.ProcessEnv = process.env,
): readonly [z.output<Own>, z.output<Partners>] {
  const { environment: filled, faults } = fillFromFiles([...namesOf(own), ...namesOf(partners)], environment);
  const [ours, theirs] = [own.safeParse(filled), partners.safeParse(filled)];
  if (ours.success && theirs.success && faults.length === 0) {
    for (const name of [...namesOf(own), ...namesOf(partners)]) noteSecrets(name, filled[name]);
    return [ours.data, theirs.data];
  }
  // a setting whose file could not be read is not reported as missing too
  const unread = new Set(faults.map((fault) => fault.slice(0, fault.indexOf('_FILE:'))));
  const found = [...(ours.error?.issues ?? []), ...(theirs.error?.issues ?? [])];
  const issues = found.filter((issue) => !unread.has(String(issue.path[0])));
  const lines = [...faults, ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)];
  throw new Error(`configuration is not usable:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

const secretSetting = /(?<!PUBLIC)_(?:KEY|SECRET|PASSWORD)$/;

/** Notes secrets for as long as the process lives, so that they are found where they must not be. */
function noteSecrets(name: string, text: string | undefined): void {
  if (text === undefined) return;
  if (secretSetting.test(name)) noteSetting(text);
  if (name.endsWith('_KEYS')) for (const [each] of text.matchAll(/[A-Za-z0-9+/]{43}=/g)) noteSetting(each);
  if (name.endsWith('_URL') && URL.canParse(text)) noteSetting(decodeURIComponent(new URL(text).password));
}

function namesOf(shape: z.ZodType): readonly string[] {
  if (shape instanceof z.ZodObject) return Object.keys(shape.shape);
  if (!(shape instanceof z.ZodDiscriminatedUnion)) return [];
  return shape.options.flatMap((option) => (option instanceof z.ZodObject ? Object.keys(option.shape) : []));
}
