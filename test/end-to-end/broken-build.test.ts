import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { required } from '../support/database.ts';
import { filesBelow, searchSecrets } from '../support/secret-search.ts';
import { startStack, type TestStack, type TourRun } from '../support/stack.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
let stack: TestStack;
let toured: TourRun;

beforeAll(async () => {
  stack = await startStack({ profile: 'brief', env: { GROUNDWORK_DIST_DIR: brokenBuild() } });
  toured = await stack.tour('--patience', '30', '--modules', 'notes,observations');
}, 240_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

test('streams broken on purpose: the tour sees each in its own numbers, and ends with exit code 1', () => {
  const { code, report } = toured;
  expect([code, report.ok, report.partners['hammertech']?.connected]).toEqual([1, false, true]);
  const { streams = {} } = report.partners['hammertech'] ?? {};
  const broken = Object.entries(streams).filter(([, { missing, extra }]) => missing + extra > 0);
  expect(broken.map(([name]) => name).sort()).toEqual(['manpower', 'observations', 'vendors']);
  const { manpower, observations, vendors } = streams;
  // sent with other numbers than meant, but each of them once
  expect(manpower).toMatchObject({ lost: 0, doubled: 0 });
  expect(manpower?.missing).toBeGreaterThan(0);
  // what was done well is entered as if it were a violation
  expect(observations).toMatchObject({ missing: 0, lost: 0, doubled: 0 });
  expect(observations?.extra).toBeGreaterThan(0);
  // two vendors of one name have no employer
  expect(vendors).toMatchObject({ extra: 0, doubled: 0, missing: 2, lost: 2 });
  expect(report.lost).toBe(2);
});

test('an API that logs addresses and a worker that logs what it opened: the secret search sees both', async () => {
  const finds = searchSecrets(await stack.secrets(), filesBelow(path.join(stack.stateDir, 'logs')));
  expect(finds).toEqual(
    expect.arrayContaining([
      { where: 'api.log', what: 'authorization-code as plain' },
      { where: 'worker.log', what: 'client-secret as plain' },
    ]),
  );
});

/** A copy of the build with faults of one line each. */
function brokenBuild(): string {
  const scratch = mkdtempSync(path.join(required('GROUNDWORK_TEST_SCRATCH'), 'broken-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
  writeFileSync(path.join(scratch, 'package.json'), readFileSync(path.join(root, 'package.json')));
  const dist = path.join(scratch, 'dist');
  cpSync(path.join(root, 'dist'), dist, { recursive: true });
  // a crew's total hours are sent where hours per worker belong
  breakLine(dist, 'man-hours.js', '(2 * secondsPerHundredth * workers)', '(2 * secondsPerHundredth)');
  breakLine(dist, 'modules/observations.js', "row.kind === 'positive'", "row.kind === 'never'");
  breakLine(
    dist,
    'vendors-stream.js',
    '.filter((vendor) => vendor.active',
    ".filter((vendor) => vendor.name !== 'Apex Civil' && vendor.active",
  );
  breakLine(dist, 'request-id.js', '{ ...seen, ms }', '{ ...seen, ms, url: request.originalUrl }');
  const opened = "console.error((await import('../shared/security/secret.js')).revealSecret(clientSecret));";
  breakLine(dist, 'activities/clients.js', 'return { clientId, clientSecret };', `${opened} return { clientId, clientSecret };`);
  return dist;
}

function breakLine(dist: string, name: string, right: string, wrong: string): void {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(name));
  expect(files).toHaveLength(1);
  const file = path.join(dist, files[0] ?? '');
  const text = readFileSync(file, 'utf8');
  expect(text.split(right)).toHaveLength(2);
  writeFileSync(
    file,
    text.replace(right, () => wrong),
  );
}
