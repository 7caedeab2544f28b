import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mebibyte } from '../../sandbox/file-ground.ts';
import { type ProductGround, productGround } from './ground.ts';
import type { ChildReport, ChildTask } from './pass-through-child.ts';

const child = fileURLToPath(new URL('pass-through-child.ts', import.meta.url));

let ground: ProductGround;
beforeEach(async () => {
  ground = await productGround();
});
afterEach(() => ground.close());

/** Some pieces on their way, and never the file. How much the process takes from the machine is measured by the benchmark `file-memory`. */
const heldAtMostMiB = 50;

test('while 200 MiB pass through a process, it never holds more than a few pieces of them', async () => {
  const { url: smallUrl } = ground.urlOf({ filename: 'small.ifc', contentType: 'application/octet-stream', size: mebibyte });
  const large = ground.urlOf({ filename: 'model.ifc', contentType: 'application/octet-stream', size: 200 * mebibyte });
  const report = await inChild({
    api: ground.ground.api,
    storage: ground.ground.storage,
    companyId: ground.small.company.id,
    projectId: ground.projectId,
    token: ground.ben,
    folder: ground.files.spoolFolder,
    smallUrl,
    largeUrl: large.url,
  });
  expect(report.sha256).toBe(large.attachment.sha256);
  expect(ground.take(report.uploadId)).toMatchObject({ size: 200 * mebibyte, sha256: large.attachment.sha256 });
  const heldMiB = Math.ceil((report.peakHeldBytes - report.beforeHeldBytes) / mebibyte);
  console.log(`200 MiB passed through in ${Math.round(report.ms)} ms; ${heldMiB} MiB of them were held at most`);
  expect(heldMiB).toBeLessThan(heldAtMostMiB);
});

async function inChild(task: ChildTask): Promise<ChildReport> {
  const process_ = spawn(process.execPath, ['--no-warnings', '--expose-gc', '--import', 'tsx/esm', child, JSON.stringify(task)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  process_.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => process_.once('close', resolve));
  if (code !== 0) throw new Error(`the child ended with ${code}`);
  return JSON.parse(said) as ChildReport; // printed by the file beside this one
}
