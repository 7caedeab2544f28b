import type { BoundCompany } from '../../../shared/domain/company.ts';
import { createEgressGuard } from '../../../shared/http/egress-guard.ts';
import { downloadFile, type ProcoreFiles, passThrough } from '../../../shared/procore/files.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { clientOf } from '../procore/fixture.ts';

/** What the child is told, as JSON in its first argument. */
export interface ChildTask {
  readonly api: string;
  readonly storage: string;
  readonly companyId: string;
  readonly projectId: string;
  readonly token: string;
  readonly folder: string;
  /** Handed on first, so that what is loaded once is loaded. */
  readonly smallUrl: string;
  readonly largeUrl: string;
}

/**
 * What it prints. `…HeldBytes`: memory that something still refers to, after a collection: what is only waiting for one, as it does on a busy
 * machine, does not count.
 */
export interface ChildReport {
  readonly uploadId: string;
  readonly sha256: string;
  readonly beforeHeldBytes: number;
  readonly peakHeldBytes: number;
  readonly ms: number;
}

const task = JSON.parse(process.argv[2] ?? '') as ChildTask; // written by the test beside this file
const { api, storage, projectId } = task;
const rules = { bearerOrigins: [api], bearerHosts: [], openOrigins: [api, storage] };
const files: ProcoreFiles = {
  guard: createEgressGuard(rules),
  idleMs: 20_000,
  maxBytes: 250 * 1024 * 1024,
  spoolFolder: task.folder,
};
const client = clientOf(api, {
  company: { companyId: task.companyId } as BoundCompany, // as in the ground of these tests
  token: personToken(secretOf(task.token), Date.now() + 3_600_000),
});
const named = { fileName: 'model.ifc', contentType: 'application/octet-stream' };
const handOn = async (url: string) => passThrough(client, files, projectId, await downloadFile(client, files, url), named);

await handOn(task.smallUrl);
const beforeHeldBytes = heldBytes();
let peakHeldBytes = beforeHeldBytes;
// the file takes seconds, so that whoever held it whole would be met
const looks = setInterval(() => {
  peakHeldBytes = Math.max(peakHeldBytes, heldBytes());
}, 250);
const startedMs = performance.now();
const { uploadId, sha256 } = await handOn(task.largeUrl);
clearInterval(looks);
const report: ChildReport = { uploadId, sha256, beforeHeldBytes, peakHeldBytes, ms: performance.now() - startedMs };
process.stdout.write(JSON.stringify(report));

function heldBytes(): number {
  if (!globalThis.gc) throw new Error('start it with --expose-gc');
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
