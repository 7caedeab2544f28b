import { z } from 'zod';
import { modes } from './pace.ts';

/**
 * Every environment variable the product reads; the only place that does (architecture test). A process takes the part it needs
 * through its own `…Settings` function, so that the API never holds a key it must not have.
 */
const port = z.coerce.number().int().min(0).max(65_535);
const origin = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
/** 32 bytes in base64. */
const key = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'send 32 bytes in base64');

export const common = z.object({
  GROUNDWORK_MODE: z.enum(modes),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: z.string().min(1),
  /** Seals what passes through Temporal. */
  CODEC_KEY: key,
  CODEC_KEY_ID: z.string().min(1).max(40).default('1'),
});

export const farSides = z.object({
  PROCORE_LOGIN_URL: origin,
  PROCORE_API_URL: origin,
  HAMMERTECH_API_URL: origin,
  HAMMERTECH_AUTH_URL: origin,
  PROCORE_CLIENT_ID: z.string().min(1),
});

export const apiEnvironment = common.extend({
  PROCORE_LOGIN_URL: origin,
  PROCORE_CLIENT_ID: z.string().min(1),
  API_PORT: port.default(3000),
  PAGES_URL: origin.default('http://localhost:3000'),
  /** X25519 public key, base64: the API can seal, never open. */
  SEALING_PUBLIC_KEY: key,
  TEMPORAL_UI_URL: origin.optional(),
  /** Stands outside the database; where the two differ, links and kept answers are void. */
  RESTORE_EPOCH: z.string().min(1).max(100),
  /** Lets `/metrics` be read from another machine. */
  METRICS_TOKEN: z.string().min(20).optional(),
  /** Whom people on the pages ask, in the place of what HammerTech publishes: a web page or an e-mail address, and when it answers. */
  HAMMERTECH_SUPPORT_CONTACT: z.union([z.url({ protocol: /^https$/ }), z.email()]).optional(),
  HAMMERTECH_SUPPORT_HOURS: z.string().trim().min(1).max(200).optional(),
});

export const workerEnvironment = common.extend({
  ...farSides.shape,
  PROCORE_CLIENT_SECRET: z.string().min(1),
  OAUTH_REDIRECT_URL: origin,
  SEALING_PRIVATE_KEY: key,
  ROOT_KEY: key,
  ROOT_KEY_ID: z.string().min(1).max(40).default('1'),
  RESTORE_EPOCH: z.string().min(1).max(100),
  /** Database login of the upkeep role, which may only call the functions across tenants. */
  UPKEEP_DATABASE_URL: z.string().min(1),
  WORKFLOW_BUNDLE: z.string().optional(),
  METRICS_PORT: port.default(9464),
  TASK_QUEUES: z.string().default('workflows,checks,sync'),
});

export const codecEnvironment = z.object({
  GROUNDWORK_MODE: z.enum(modes),
  LOG_LEVEL: common.shape.LOG_LEVEL,
  CODEC_KEY: key,
  CODEC_KEY_ID: z.string().min(1).max(40).default('1'),
  CODEC_PORT: port.default(3001),
  /** Exact origins of the Temporal UI, separated by commas. */
  CODEC_ORIGINS: z.string().min(1),
});

/** For the command that makes keys of tenants: needs the database only. */
export const keyEnvironment = z.object({ GROUNDWORK_MODE: z.enum(modes), DATABASE_URL: z.string().min(1) });

/** For the command that makes tenants: whoever makes a tenant's key holds the root key. */
export const operatorEnvironment = keyEnvironment.extend({ ROOT_KEY: key, ROOT_KEY_ID: workerEnvironment.shape.ROOT_KEY_ID });

/** Parses an environment; throws one error that lists all faults of all variables, values never included. */
export function readEnvironment<Shape extends z.ZodType>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Shape> {
  const parsed = shape.safeParse(environment);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`configuration is not usable:\n${lines.join('\n')}`);
}
