import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { createGrantSpill } from '../../../worker/grant-spill.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const newFolder = (): string => {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'spill-')), 'grants');
  folders.push(path.dirname(folder));
  return folder;
};
const noted: string[] = [];
const log = { info: () => undefined, warn: (_fields: object, message: string) => void noted.push(message) };
const newPair = () => ({
  tenantId: randomUUID(),
  grantId: randomUUID(),
  version: 3,
  attemptId: randomUUID(),
  sealedPair: Buffer.from([0, 255, 7]),
  issuedAt: new Date('2026-03-02T10:00:00.123Z'),
  expiresAt: new Date('2026-03-02T11:30:00.123Z'),
});

test('what one worker put aside another finds, byte for byte, until it is stored', async () => {
  const folder = newFolder();
  const [one, other] = [newPair(), newPair()];
  const writer = createGrantSpill(folder, log);
  await writer.keep(one);
  await writer.keep(other);
  const reader = createGrantSpill(folder, log);
  const byId = (a: { attemptId: string }, b: { attemptId: string }): number => (a.attemptId < b.attemptId ? -1 : 1);
  expect([...(await reader.left())].sort(byId)).toEqual([one, other].sort(byId));
  await reader.forget(one);
  await writer.forget(one);
  expect(await writer.left()).toEqual([other]);
});

test('it is for this user alone', async () => {
  const folder = newFolder();
  await createGrantSpill(folder, log).keep(newPair());
  const modes = [folder, ...readdirSync(folder).map((name) => path.join(folder, name))].map(
    (name) => statSync(name).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600]);
});

test('nothing is there at a first boot; a torn file, or another’s, stops nobody and is left where it lies', async () => {
  const folder = newFolder();
  const spill = createGrantSpill(folder, log);
  expect(await spill.left()).toEqual([]);
  const whole = newPair();
  await spill.keep(whole);
  writeFileSync(path.join(folder, `${randomUUID()}.pair.part`), '{"tenantId":');
  writeFileSync(path.join(folder, 'other.pair'), '{"tenantId":');
  expect(await spill.left()).toEqual([whole]);
  expect(noted).toEqual(['a file among the pairs of tokens is none; it is left where it lies']);
  expect(readdirSync(folder)).toHaveLength(3);
});
