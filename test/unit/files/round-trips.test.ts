import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { downloadFile, isStillUsable, passThrough, uploadFile } from '../../../shared/procore/files.ts';
import { findUploadStatus } from '../../../shared/procore/operations/uploads.ts';
import { bytesOf, mebibyte, sha256Of } from '../../sandbox/file-ground.ts';
import { collected, inPieces, type ProductGround, productGround } from './ground.ts';

let ground: ProductGround;
beforeEach(async () => {
  ground = await productGround();
});
afterEach(() => ground.close());

const named = { fileName: 'Grundriß.pdf', contentType: 'application/pdf' };

test.each([
  [0, 1],
  [1, 1],
  [5 * mebibyte - 1, 1],
  [5 * mebibyte, 1],
  [5 * mebibyte + 1, 1],
  [8 * mebibyte, 1],
  [8 * mebibyte + 1, 2],
  [20 * mebibyte, 3],
])('%d bytes are sent in %d parts, and come back as they were', async (size, parts) => {
  const { client, files, projectId, world, small } = ground;
  const bytes = bytesOf(size);
  const source = { ...named, size, chunks: inPieces(bytes, 700_001) };
  const uploaded = await uploadFile(client, files, projectId, source);
  expect(uploaded).toMatchObject({ projectId, size, sha256: sha256Of(bytes) });
  expect(ground.requestsTo('storage').map(({ operationId, status }) => [operationId, status])).toEqual(
    Array.from({ length: parts }, () => ['storage.put', 200]),
  );
  const attachment = ground.take(uploaded.uploadId);
  expect(attachment).toMatchObject({ filename: named.fileName, contentType: named.contentType, size, sha256: sha256Of(bytes) });

  const url = `${ground.ground.api}/rest/v1.0/companies/${small.company.id}/files/${attachment?.id}`;
  const download = await downloadFile(client, files, url);
  expect([download.size, download.contentType, download.fileName]).toEqual([size, named.contentType, named.fileName]);
  expect(Buffer.compare(await collected(download.stream), bytes)).toBe(0);
  expect(download.measure()).toEqual({ size, sha256: sha256Of(bytes) });
  expect(await ground.spooledNow()).toEqual([]);
  expect(world.ledger.after(0, { side: 'storage' }).filter(({ authorized }) => authorized)).toEqual([]);
});

test('a file passes through with the same sum on both sides', async () => {
  const { client, files, projectId } = ground;
  const { url, attachment } = ground.urlOf({ ...named, filename: 'a.pdf', size: 12 * mebibyte });
  const progress: number[] = [];
  const options = { onProgress: (bytes: number) => void progress.push(bytes) };
  const uploaded = await passThrough(client, files, projectId, await downloadFile(client, files, url), named, options);
  expect(ground.take(uploaded.uploadId)).toMatchObject({ sha256: attachment.sha256, size: 12 * mebibyte });
  expect(progress).toEqual([8 * mebibyte, 12 * mebibyte]);
});

test('an upload can be used for six days by who made it, and says how it stands', async () => {
  const { client, clientAs, files, projectId, cleo } = ground;
  const uploaded = await uploadFile(client, files, projectId, { ...named, size: 1, chunks: inPieces(bytesOf(1), 1) });
  expect(await findUploadStatus(client, projectId, uploaded.uploadId)).toBe('complete');
  expect(await findUploadStatus(clientAs(cleo), projectId, uploaded.uploadId)).toBeUndefined();
  const day = 86_400_000;
  expect([6 * day - 1, 6 * day].map((later) => isStillUsable(uploaded, uploaded.askedAtMs + later))).toEqual([true, false]);
});
