import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { codecEnvironment, keyEnvironment, readEnvironment } from '../../../shared/config/environment.ts';
import { readTemporalSettings } from '../../../shared/config/temporal.ts';
import { generateKey } from '../../../shared/security/keys.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'groundwork-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
const url = 'postgres://gw_serve_login:a-password@db/groundwork';
const refusalOf = (environment: Readonly<Record<string, string>>): string => {
  try {
    readEnvironment(keyEnvironment, { GROUNDWORK_MODE: 'production', ...environment });
  } catch (error) {
    return String(error);
  }
  return 'none';
};

test('a setting is read from the file that its name with _FILE gives, without the line break at its end', () => {
  for (const text of [url, `${url}\n`, `${url}\r\n`]) {
    const environment = { GROUNDWORK_MODE: 'production', DATABASE_URL_FILE: fileOf('url', text) };
    expect(readEnvironment(keyEnvironment, environment).DATABASE_URL).toBe(url);
  }
});

test('only one line break goes: spaces and further lines belong to the value', () => {
  const environment = { GROUNDWORK_MODE: 'production', DATABASE_URL_FILE: fileOf('odd', ' two\nlines \n\n') };
  expect(readEnvironment(keyEnvironment, environment).DATABASE_URL).toBe(' two\nlines \n');
});

test.each<[string, Record<string, string>, string]>([
  ['both given', { DATABASE_URL: url, DATABASE_URL_FILE: fileOf('both', url) }, 'DATABASE_URL is given too'],
  ['a missing file', { DATABASE_URL_FILE: path.join(folder, 'nowhere') }, 'cannot be read (ENOENT)'],
  ['a folder', { DATABASE_URL_FILE: folder }, 'cannot be read (EISDIR)'],
  ['an empty file', { DATABASE_URL_FILE: fileOf('empty', '\n') }, 'is empty'],
  ['a file too large to be a secret', { DATABASE_URL_FILE: fileOf('large', 'x'.repeat(70_000)) }, 'is larger than a secret is'],
])('%s is one fault, told by the name of the setting', (_what, environment, says) => {
  expect(refusalOf(environment)).toContain(`  DATABASE_URL_FILE: ${says}`);
  expect(refusalOf(environment).split('\n')).toHaveLength(2);
});

test('the faults of files and of settings are told together, and no content is', () => {
  const environment = { GROUNDWORK_MODE: 'staging', DATABASE_URL: url, DATABASE_URL_FILE: fileOf('secret', 'a-secret-text') };
  expect(refusalOf(environment)).toMatch(/DATABASE_URL_FILE: [\s\S]*GROUNDWORK_MODE: /);
  expect(refusalOf(environment)).not.toMatch(/a-secret-text|a-password/);
});

test('a process that is of one of two kinds takes files too', () => {
  const key = generateKey();
  const environment = { GROUNDWORK_MODE: 'demo', CODEC_KEY_FILE: fileOf('codec', key), CODEC_ORIGINS: 'http://localhost:8233' };
  expect(readEnvironment(codecEnvironment, environment).CODEC_KEY).toBe(key);
});

test('the token for Temporal comes from its file', () => {
  const given = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_API_KEY_FILE: fileOf('token', 'a.b.c\n') };
  expect(readTemporalSettings(given).connectionOptions.apiKey).toBe('a.b.c');
  expect(() => readTemporalSettings({ ...given, TEMPORAL_API_KEY: 'x' })).toThrow('TEMPORAL_API_KEY_FILE');
});
