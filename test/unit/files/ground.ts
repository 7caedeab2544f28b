import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachmentView, type NewFile, seedAttachment, takeUploads } from '../../../sandbox/procore/files/attachments.ts';
import type { BoundCompany } from '../../../shared/domain/company.ts';
import { createEgressGuard, type EgressRules } from '../../../shared/http/egress-guard.ts';
import type { ProcoreClient } from '../../../shared/procore/contract.ts';
import type { ProcoreFiles } from '../../../shared/procore/files.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { callBy, fileGround } from '../../sandbox/file-ground.ts';
import { clientOf } from '../procore/fixture.ts';

/** The sandbox's Procore with its storage, and what this installation has for files: Ben's client, a guard, a folder to spool in. */
export async function productGround(more: { rules?: Partial<EgressRules>; idleMs?: number; maxBytes?: number } = {}) {
  const far = await fileGround();
  const folder = await mkdtemp(join(tmpdir(), 'spool-'));
  const { api, storage } = far.ground;
  const rules = { bearerOrigins: [api], bearerHosts: [], openOrigins: [api, storage], ...more.rules };
  const { idleMs = 5000, maxBytes = 250 * 1024 * 1024 } = more;
  const files: ProcoreFiles = { guard: createEgressGuard(rules), idleMs, maxBytes, spoolFolder: folder };
  const clientAs = (token: string, signal?: AbortSignal): ProcoreClient<BoundCompany> =>
    clientOf(api, {
      company: { companyId: far.small.company.id } as BoundCompany, // bound by the ground, as only the store can say elsewhere
      token: personToken(secretOf(token), Date.now() + 3_600_000),
      ...(signal && { signal }),
    });
  const benId = far.small.people.ben.id;
  return {
    ...far,
    files,
    client: clientAs(far.ben),
    clientAs,
    projectId: far.small.project.id,
    /** The address of a file that hangs on some record. */
    urlOf: (file: Omit<NewFile, 'projectId'> & { size: number }) => {
      const attachment = seedAttachment(far.world, { ...file, projectId: far.small.project.id });
      return { attachment, url: attachmentView(callBy(far.small, benId, api), attachment).url };
    },
    /** Hangs an upload of Ben's on some record. */
    take: (uploadId: string) => takeUploads(callBy(far.small, benId, api), [uploadId])[0],
    spooledNow: () => readdir(folder),
    requestsTo: (side: string) => far.world.ledger.after(0, { side }),
    close: async () => {
      await far.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type ProductGround = Awaited<ReturnType<typeof productGround>>;

/** Bytes in pieces of that size. */
export async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

export async function collected(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
