import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { required } from '../support/database.ts';
import { startStack, type TestStack } from '../support/stack.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
let stack: TestStack | undefined;

afterAll(async () => {
  await stack?.stop();
}, 60_000);

test('hours per worker broken on purpose: the tour sees it and ends with exit code 1', async () => {
  stack = await startStack({ env: { GROUNDWORK_DIST_DIR: brokenBuild() } });
  const { code, report } = await stack.tour('--patience', '30');
  expect(code).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.partners['hammertech']?.connected).toBe(true);
  expect(report.partners['hammertech']?.streams['manpower']?.missing).toBeGreaterThan(0);
}, 240_000);

/** A copy of the build in which a crew's total hours are sent where hours per worker belong. */
function brokenBuild(): string {
  const scratch = mkdtempSync(path.join(required('GROUNDWORK_TEST_SCRATCH'), 'broken-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
  writeFileSync(path.join(scratch, 'package.json'), readFileSync(path.join(root, 'package.json')));
  const dist = path.join(scratch, 'dist');
  cpSync(path.join(root, 'dist'), dist, { recursive: true });
  breakHours(dist);
  return dist;
}

function breakHours(dist: string): void {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('man-hours.js'));
  expect(files).toHaveLength(1);
  const file = path.join(dist, files[0] ?? '');
  const text = readFileSync(file, 'utf8');
  const broken = text.replace('(2 * secondsPerHundredth * workers)', '(2 * secondsPerHundredth)');
  expect(broken).not.toBe(text);
  writeFileSync(file, broken);
}
