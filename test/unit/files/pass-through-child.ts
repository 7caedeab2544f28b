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

/** What it prints. `peakBytes` is the kernel's own high-water mark, so that nothing falls between two looks. */
export interface ChildReport {
  readonly uploadId: string;
  readonly sha256: string;
  readonly beforeBytes: number;
  readonly peakBytes: number;
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
const beforeBytes = process.memoryUsage.rss();
const startedMs = performance.now();
const { uploadId, sha256 } = await handOn(task.largeUrl);
const report: ChildReport = {
  uploadId,
  sha256,
  beforeBytes,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  ms: performance.now() - startedMs,
};
process.stdout.write(JSON.stringify(report));
