import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fileAt, root, variablesOf } from './compose.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'groundwork-digests-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script with a registry that answers as the shell text says; `$6` there is the image that is asked for. */
function pin(registry: string, ...options: readonly string[]) {
  const docker = path.join(folder, 'docker');
  writeFileSync(docker, `#!/bin/sh\n${registry}\n`);
  chmodSync(docker, 0o755);
  const settings = path.join(folder, 'env');
  const ran = spawnSync('sh', [path.join(root, 'docker', 'pin-digests.sh'), ...options], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env['PATH']}`, SETTINGS: settings },
  });
  return { ...ran, settings: () => readFileSync(settings, 'utf8') };
}
const hashOfName = `printf 'sha256:%s' "$(printf '%s' "$6" | sha256sum | cut -d' ' -f1)"`;
const wanted = [...new Set(variablesOf(fileAt('docker-compose.yml')).map(({ name }) => name))].filter((name) =>
  name.endsWith('_DIGEST'),
);

test('every digest that the deployment asks for is written, each of the exact tag that is used', () => {
  const { status, settings, stdout } = pin(hashOfName);
  expect(status).toBe(0);
  const lines = settings().trim().split('\n');
  expect(lines.map((line) => line.split('=')[0]).sort()).toEqual([...wanted].sort());
  expect(lines.every((line) => /=@sha256:[0-9a-f]{64}$/.test(line))).toBe(true);
  for (const image of ['node:24.21.0-bookworm-slim@', 'postgres:18.6-trixie@', 'temporalio/server:1.32.0@'])
    expect(stdout).toContain(image);
});

test('what else stands among the settings stays, and a digest is written once', () => {
  writeFileSync(path.join(folder, 'env'), 'PAGES_HOST=a.example\nNODE_DIGEST=@sha256:old\nRESTORE_EPOCH=1\n');
  pin(hashOfName);
  const text = pin(hashOfName).settings();
  expect(text).toContain('PAGES_HOST=a.example\n');
  expect(text).toContain('RESTORE_EPOCH=1\n');
  expect(text.match(/^NODE_DIGEST=/gm)).toHaveLength(1);
  expect(text).not.toContain('old');
});

test('a check passes where nothing moved, names what did, and changes nothing', () => {
  const { settings } = pin(hashOfName);
  const before = settings();
  expect(pin(hashOfName, '--check').status).toBe(0);
  const moved = pin(`case "$6" in postgres*) printf 'sha256:%064d' 7 ;; *) ${hashOfName} ;; esac`, '--check');
  expect(moved.status).toBe(1);
  expect(moved.stderr).toMatch(/^postgres:18\.6-trixie is @sha256:0+7; /);
  expect(settings()).toBe(before);
});

test('a registry that does not answer stops it, and writes nothing for that image', () => {
  const { status, stderr } = pin('echo no route >&2; exit 1');
  expect(status).not.toBe(0);
  expect(stderr).toContain('no route');
});
