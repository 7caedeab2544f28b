import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const fileAt = (name: string): string => readFileSync(path.join(root, name), 'utf8');

const words = z.union([z.string(), z.array(z.string())]).transform((given) => (typeof given === 'string' ? [given] : given));
const mount = z.union([z.string(), z.looseObject({ type: z.string(), source: z.string().optional(), target: z.string() })]);

/** A service as far as our rules look at it; the Compose schema looks at the rest. */
const service = z.looseObject({
  image: z.string(),
  pull_policy: z.string().optional(),
  user: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  devices: z.unknown().optional(),
  network_mode: z.string().optional(),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  ports: z.array(z.unknown()).optional(),
  expose: z.array(z.unknown()).optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  volumes: z.array(mount).default([]),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform((given) => Object.keys(given))]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  logging: z.looseObject({ options: z.record(z.string(), z.string()).optional() }).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  deploy: z
    .looseObject({
      resources: z.looseObject({
        limits: z.looseObject({ cpus: z.string().optional(), memory: z.string().optional(), pids: z.number().optional() }),
      }),
    })
    .optional(),
});
export type Service = z.infer<typeof service>;

const named = z.record(z.string(), z.strictObject({ file: z.string() }));
const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
  secrets: named,
  configs: named,
});
export type ComposeFile = z.infer<typeof composeFile>;

/** The file as Compose reads it, anchors merged, variables left as they stand. */
export const readComposeText = (text: string): unknown => parse(text, { merge: true });
export const composeOf = (tree: unknown): ComposeFile => composeFile.parse(tree);

const variable = /\$\$|\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g;

/** Every variable that a text asks for, and what happens where it is not set. */
export const variablesOf = (text: string): { readonly name: string; readonly otherwise: string | undefined }[] =>
  [...text.matchAll(variable)].flatMap(([, name, otherwise]) => (name === undefined ? [] : [{ name, otherwise }]));

/** Fills in variables as Compose does (`:-` takes the default, `:?` refuses, `$$` is a dollar). */
export function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(variable, (whole: string, name?: string, otherwise?: string, word?: string) => {
    if (name === undefined) return '$';
    const value = given[name] ?? '';
    if (value !== '') return value;
    if (otherwise === '-') return word ?? '';
    throw new Error(`${whole}: not set`);
  });
}
