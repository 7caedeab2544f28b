import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FaultRequest } from '../../../sandbox/kernel/faults.ts';
import { seedAttachment } from '../../../sandbox/procore/files/attachments.ts';
import { createEgressGuard } from '../../../shared/http/egress-guard.ts';
import { downloadFile, passThrough, type SourceFile, uploadFile } from '../../../shared/procore/files.ts';
import { bytesOf, mebibyte } from '../../sandbox/file-ground.ts';
import { faultOf } from '../procore/fixture.ts';
import { inPieces, type ProductGround, productGround } from './ground.ts';

let ground: ProductGround;
beforeEach(async () => {
  ground = await productGround({ idleMs: 20_000, maxBytes: 30 * mebibyte });
});
afterEach(() => ground.close());

const size = 17 * mebibyte;
const named = { fileName: 'plan.pdf', contentType: 'application/pdf' };
const source = (fields: Partial<SourceFile> = {}): SourceFile => ({
  ...named,
  size,
  chunks: inPieces(bytesOf(size), 64 * 1024),
  ...fields,
});
const strike = (match: FaultRequest['match'], effect: FaultRequest['effect'], nth = 1, times = 1) =>
  ground.world.faults.add({ match, effect, nth, times });
const parts = () => ground.requestsTo('storage').map(({ status }) => status);
const upload = (fields?: Partial<SourceFile>) => uploadFile(ground.client, ground.files, ground.projectId, source(fields));
const uploads = () => ground.world.ledger.records('uploads').length;
const path = () => `/rest/v1.1/projects/${ground.projectId}/uploads*`;

test('a part that was cut off, before or after it came, is sent again, and the file is whole', async () => {
  strike({ operationId: 'storage.put' }, { kind: 'reset-before' }, 2);
  strike({ operationId: 'storage.put' }, { kind: 'reset-after-commit' }, 4);
  const uploaded = await upload();
  expect(ground.take(uploaded.uploadId)).toMatchObject({ size, sha256: uploaded.sha256 });
  expect(parts()).toEqual([200, null, 200, null, 200]);
});

test('a storage that stays unwell is given up after three attempts, and nothing is left on disk', async () => {
  strike({ operationId: 'storage.put' }, { kind: 'status-before', status: 503 }, 1, 9);
  const fault = await faultOf(upload());
  expect([fault.kind, fault.detail.effect, parts()]).toEqual(['vendor-unavailable', 'surely-not-done', [503, 503, 503]]);
  expect(await ground.spooledNow()).toEqual([]);
});

test('an address of the storage that is not accepted any more is not tried again', async () => {
  strike({ operationId: 'storage.put' }, { kind: 'status-before', status: 403 }, 1, 9);
  expect((await faultOf(upload())).kind).toBe('vendor-unavailable');
  expect(parts()).toEqual([403]);
});

test.each(['POST', 'PATCH'])('an answer to %s that was lost leaves an orphan and says that nothing was done', async (method) => {
  strike({ method, path: path() }, { kind: 'reset-after-commit' });
  const fault = await faultOf(upload());
  expect([fault.kind, fault.detail.effect]).toEqual(['network', 'surely-not-done']);
  const again = await upload();
  expect([ground.take(again.uploadId)?.size, uploads()]).toEqual([size, 2]);
});

test('a source that ends early, grows, or breaks off is not announced to Procore', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield bytesOf(10);
    throw new Error('the source broke off');
  }
  expect((await faultOf(upload({ size: size + 1 }))).kind).toBe('file-unavailable');
  expect((await faultOf(upload({ size: null, chunks: inPieces(bytesOf(31 * mebibyte), mebibyte) }))).kind).toBe(
    'file-unavailable',
  );
  await expect(upload({ chunks: broken() })).rejects.toThrow('the source broke off');
  expect([uploads(), await ground.spooledNow()]).toEqual([0, []]);
});

test('a storage that is not one of this installation’s is sent nothing', async () => {
  ground.world.storage.origin = 'http://169.254.169.254';
  const fault = await faultOf(upload());
  expect([fault.kind, fault.message.includes('It is not fetched')]).toEqual(['file-unavailable', true]);
  const files = { ...ground.files, guard: createEgressGuard({ bearerOrigins: [], bearerHosts: [], openOrigins: [] }) };
  ground.world.storage.origin = ground.ground.storage;
  expect((await faultOf(uploadFile(ground.client, files, ground.projectId, source()))).kind).toBe('file-unavailable');
  expect(parts()).toEqual([]);
});

test('bytes that are others than announced are refused by the storage, and nothing is completed', async () => {
  const { client, files, projectId } = ground;
  const call: typeof client.call = (request) => {
    const lie = JSON.stringify(request.body ?? null).replace(/"sha256":"./, '"sha256":"f');
    return client.call(request.operationId === 'createUpload' ? { ...request, body: JSON.parse(lie) } : request);
  };
  const lied = source({ chunks: inPieces(bytesOf(5), 5), size: 5 });
  const fault = await faultOf(uploadFile({ ...client, call }, files, projectId, lied));
  expect([fault.kind, parts()]).toEqual(['file-unavailable', [400]]);
  expect(ground.world.ledger.records('uploads')[0]?.history).toHaveLength(1);
});

test('a file that cannot even be spooled lets go of its source', async () => {
  const { client, files, projectId } = ground;
  const { url } = ground.urlOf({ filename: 'a', contentType: 'application/pdf', size });
  const download = await downloadFile(client, files, url);
  const passing = passThrough(client, { ...files, spoolFolder: '/not/there' }, projectId, download, named);
  await expect(passing).rejects.toThrow('ENOENT');
  expect(download.stream.destroyed).toBe(true);
});

test.each(['while it comes', 'while it goes'])(
  'one that is cancelled %s leaves no file, no connection and no upload',
  async (when) => {
    const { clientAs, ben, files, projectId, world, small } = ground;
    const cancel = new AbortController();
    const client = clientAs(ben, cancel.signal);
    const options = { signal: cancel.signal };
    const file = seedAttachment(world, { projectId, filename: 'a', contentType: 'application/pdf', size });
    const url = `${ground.ground.api}/rest/v1.0/companies/${small.company.id}/files/${file.id}`;
    const stop = (bytes: number): void => {
      if (bytes > 9 * mebibyte) cancel.abort(new Error('the activity was cancelled'));
    };
    const comes = when === 'while it comes' ? stop : () => {};
    const goes = when === 'while it goes' ? stop : () => {};
    const download = await downloadFile(client, files, url, { ...options, onProgress: comes });
    const passing = passThrough(client, files, projectId, download, named, { ...options, onProgress: goes });
    await expect(passing).rejects.toThrow('the activity was cancelled');
    expect([download.stream.destroyed, await ground.spooledNow()]).toEqual([true, []]);
    expect(world.storage.uploads.filter(({ status }) => status === 'complete')).toEqual([]);
    const sent = ground.requestsTo('storage').filter(({ operationId }) => operationId === 'storage.put');
    expect(sent).toHaveLength(when === 'while it goes' ? 2 : 0);
  },
);
