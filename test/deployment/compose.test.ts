import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { required } from '../support/database.ts';
import { composeOf, fileAt, readComposeText, type Service, variablesOf } from './compose.ts';
import { rulesFor } from './rules.ts';

const text = fileAt('docker-compose.yml');
const tree = readComposeText(text);
const file = composeOf(tree);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
const fitsSchema = ajv.compile(JSON.parse(readFileSync(required('GROUNDWORK_COMPOSE_SCHEMA'), 'utf8')));

/** Files that a service is given beside its environment. */
function scriptsOf({ configs, command = [] }: Service): string {
  const mounted = configs.map(({ source }) => fileAt(file.configs[source]?.file ?? source));
  const ofImage = command
    .filter((word) => word.startsWith('/etc/caddy/'))
    .map((word) => fileAt(`docker${word.slice('/etc'.length)}`));
  return [...mounted, ...ofImage].join('\n');
}
const rules = rulesFor(scriptsOf);

/** What Compose fills in: `${HOST}`. */
const variable = (inside: string): string => `\${${inside}}`;

/** The file with one change on purpose; keys of a path are separated by slashes. A function changes what stands there. */
function changed(changes: Readonly<Record<string, unknown>>): unknown {
  const copy: unknown = structuredClone(tree);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('/');
    const last = keys.pop() ?? '';
    const place = keys.reduce<Record<string, unknown>>(
      (at, key) => at[key] as Record<string, unknown>,
      copy as Record<string, unknown>,
    ); // a tree of YAML
    if (value === undefined) delete place[last];
    else place[last] = typeof value === 'function' ? value(place[last]) : value;
  }
  return copy;
}

test('the file is one by the Compose Specification', () => {
  expect([fitsSchema(tree), fitsSchema.errors]).toEqual([true, null]);
});

test('the specification refuses a key that does not exist and a value of the wrong kind', () => {
  for (const broken of [
    changed({ 'services/api/read_onyl': true }),
    changed({ 'services/api/read_only': [] }),
    changed({ serivces: {} }),
  ])
    expect(fitsSchema(broken)).toBe(false);
});

describe('the hardening rules', () => {
  test.each(rules.map((rule) => [rule.says, rule] as const))('%s', (_says, rule) => {
    expect(rule.broken(file)).toEqual([]);
  });

  const offences: readonly [string, Readonly<Record<string, unknown>>, string][] = [
    [
      'an image is ours and never fetched, or pinned by version and digest',
      { 'services/postgres/image': 'postgres:18.6-trixie' },
      'postgres',
    ],
    [
      'an image is ours and never fetched, or pinned by version and digest',
      { 'services/temporal/image': `temporalio/server:latest${variable('X_DIGEST:?x')}` },
      'temporal',
    ],
    [
      'an image is ours and never fetched, or pinned by version and digest',
      { 'services/worker/pull_policy': undefined },
      'worker',
    ],
    ['only the proxy has ports', { 'services/worker/ports': ['9464:9464'] }, 'worker'],
    ['nothing can be written to', { 'services/codec/read_only': false }, 'codec'],
    ['every capability is dropped and none added', { 'services/proxy/cap_add': ['NET_BIND_SERVICE'] }, 'proxy'],
    ['every capability is dropped and none added', { 'services/api/cap_drop': ['NET_RAW'] }, 'api'],
    ['no process gains privileges', { 'services/jwks/security_opt': [] }, 'jwks'],
    ['nothing of the host is shared', { 'services/worker/network_mode': 'host' }, 'worker'],
    ['nothing of the host is shared', { 'services/worker/privileged': true }, 'worker'],
    ['nobody is root', { 'services/api/user': '0:0' }, 'api'],
    ['nobody is root', { 'services/temporal/user': undefined }, 'temporal'],
    [
      'cpu, memory and processes are limited',
      { 'services/api/deploy': { resources: { limits: { cpus: '1', memory: '1G' } } } },
      'api',
    ],
    ['logs are rotated', { 'services/api/logging': { driver: 'json-file' } }, 'api'],
    ['services are started again and looked after, jobs end', { 'services/api/healthcheck': undefined }, 'api'],
    ['services are started again and looked after, jobs end', { 'services/worker/restart': undefined }, 'worker'],
    ['networks are internal but for the proxy’s door and the way out', { 'networks/data': {} }, 'data'],
    ['only who must is reached, or reaches out', { 'services/api/networks': ['front', 'data', 'egress'] }, 'api'],
    ['only who must is reached, or reaches out', { 'services/postgres/networks': ['data', 'edge'] }, 'postgres'],
    ['a secret comes by a file, never by a value', { 'services/api/environment/CODEC_KEY': 'AAAA' }, 'api'],
    [
      'a secret comes by a file, never by a value',
      { 'services/worker/environment/TEMPORAL_API_KEY': variable('TOKEN:?x') },
      'worker',
    ],
    [
      'a service is given the secrets it reads, and no others',
      { 'services/codec/secrets': ['codec_key', 'codec_former_keys', 'metrics_token'] },
      'codec',
    ],
    [
      'a service is given the secrets it reads, and no others',
      { 'services/jwks/secrets': ['jwks.json', 'jwks_cert.pem'] },
      'jwks',
    ],
    [
      'each secret is held by those who need it alone',
      { 'services/api/secrets': (all: string[]) => [...all, 'root_key'] },
      'api: root_key',
    ],
    ['every secret and file that is named is declared, and the other way round', { 'secrets/root_key': undefined }, 'root_key'],
    [
      'every secret and file that is named is declared, and the other way round',
      { 'secrets/spare': { file: './spare' } },
      'spare',
    ],
    [
      'of the host’s folders only the archive and the backups are mounted',
      { 'services/worker/volumes': ['/var/run/docker.sock:/var/run/docker.sock'] },
      'worker',
    ],
    [
      'every variable has a default, or the start is refused without it',
      { 'services/api/environment/PAGES_URL': `https://${variable('HOST')}` },
      'api',
    ],
    ['a worker has longer than its own 35 s to stop', { 'services/worker/stop_grace_period': '35s' }, 'worker'],
    ['a worker has longer than its own 35 s to stop', { 'services/worker/stop_grace_period': undefined }, 'worker'],
    [
      'whoever is waited for exists, and jobs are waited for until they are done',
      { 'services/api/depends_on/migrate': { condition: 'service_started' } },
      'api: migrate',
    ],
  ];

  test.each(offences)('broken on purpose, it is found: %s (%j)', (says, change, where) => {
    const rule = rules.find((each) => each.says === says);
    expect(rule?.broken(composeOf(changed(change)))).toContain(where);
  });

  test('every rule is broken on purpose once', () => {
    expect(rules.map(({ says }) => says).filter((says) => !offences.some(([of]) => of === says))).toEqual([]);
  });
});

test('every variable is told of in the example, and nothing else is', () => {
  const example = [...fileAt('docker/env.example').matchAll(/^#? ?([A-Z0-9_]+)=/gm)].map((match) => match[1] ?? '');
  const asked = new Set(variablesOf(text).map(({ name }) => name));
  expect([...new Set(example)].sort()).toEqual([...asked].sort());
});
