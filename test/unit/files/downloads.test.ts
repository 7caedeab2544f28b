import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setFileState } from '../../../sandbox/procore/admin/files.ts';
import { fileNameOf } from '../../../shared/http/file-name.ts';
import { downloadFile } from '../../../shared/procore/files.ts';
import { eventually } from '../../support/eventually.ts';
import { answerJson, startFarSide } from '../../support/far-side.ts';
import { faultOf } from '../procore/fixture.ts';
import { collected, type ProductGround, productGround } from './ground.ts';

let ground: ProductGround;
beforeEach(async () => {
  ground = await productGround();
});
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of [ground, ...opened.splice(0)]) await each.close();
});

const file = (size: number) => ground.urlOf({ filename: 'a.bin', contentType: 'application/octet-stream', size });
const storageCalls = () => ground.requestsTo('storage').map(({ status, authorized }) => [status, authorized === true]);

test.each([
  ['missing', 404],
  ['gone', 410],
  ['processing', 202],
] as const)('a file that is %s is unavailable, and the storage is not asked', async (state, status) => {
  const { attachment, url } = file(10);
  setFileState(ground.world, { fileId: attachment.id, state });
  const fault = await faultOf(downloadFile(ground.client, ground.files, url));
  expect([fault.kind, fault.detail.status]).toEqual(['file-unavailable', status]);
  expect(storageCalls()).toEqual([]);
});

test('a file that vanishes between the redirect and the storage is unavailable', async () => {
  const { url } = file(10);
  ground.world.faults.add({ match: { operationId: 'storage.get' }, effect: { kind: 'status-before', status: 404 } });
  expect((await faultOf(downloadFile(ground.client, ground.files, url))).kind).toBe('file-unavailable');
});

test('an address on the storage that has expired on the way is asked for once more, and no oftener', async () => {
  const { url } = file(10);
  const expire = (times: number) =>
    ground.world.faults.add({ match: { operationId: 'storage.get' }, times, effect: { kind: 'status-before', status: 403 } });
  expire(1);
  const { stream } = await downloadFile(ground.client, ground.files, url);
  expect(await collected(stream)).toHaveLength(10);
  expire(9);
  expect((await faultOf(downloadFile(ground.client, ground.files, url))).kind).toBe('file-unavailable');
  expect(storageCalls().map(([status]) => status)).toEqual([403, 200, 403, 403]);
});

test('an address of the storage itself is asked without the bearer, and is no use once it has expired', async () => {
  const { url } = file(10);
  const first = await fetch(url, { redirect: 'manual', headers: { authorization: `Bearer ${ground.ben}` } });
  const location = first.headers.get('location') ?? '';
  expect(await collected((await downloadFile(ground.client, ground.files, location)).stream)).toHaveLength(10);
  ground.world.clock.advance(901_000);
  expect((await faultOf(downloadFile(ground.client, ground.files, location))).kind).toBe('file-unavailable');
  expect(storageCalls()).toEqual([
    [200, false],
    [403, false],
  ]);
});

test('a token that is refused lapses; the file is not blamed', async () => {
  ground.world.faults.add({ match: { path: '/rest/v1.0/companies/*' }, effect: { kind: 'revoke-token' } });
  expect((await faultOf(downloadFile(ground.client, ground.files, file(10).url))).kind).toBe('grant-lapsed');
});

test('a busy Procore is waited for as with any read', async () => {
  ground.world.faults.add({ match: { path: '/rest/v1.0/companies/*' }, effect: { kind: 'unavailable', retryAfter: 1 } });
  const { stream } = await downloadFile(ground.client, ground.files, file(10).url);
  expect(await collected(stream)).toHaveLength(10);
});

test('a storage that is unwell, or cuts off in the middle, is weather', async () => {
  const { url } = file(200_000);
  ground.world.faults.add({ match: { operationId: 'storage.get' }, effect: { kind: 'status-before', status: 503 } });
  expect((await faultOf(downloadFile(ground.client, ground.files, url))).kind).toBe('vendor-unavailable');
  ground.world.faults.add({ match: { operationId: 'storage.get' }, effect: { kind: 'reset-after-commit' } });
  const { stream, measure } = await downloadFile(ground.client, ground.files, url);
  expect((await faultOf(collected(stream))).kind).toBe('network');
  expect(measure).toThrow('not all passed');
});

test('a file larger than allowed is refused by what is announced', async () => {
  const { client, files } = ground;
  const small = { ...files, maxBytes: 1000 };
  expect((await faultOf(downloadFile(client, small, file(1001).url))).kind).toBe('file-unavailable');
  expect(await collected((await downloadFile(client, small, file(1000).url)).stream)).toHaveLength(1000);
});

test('a reader that stops for longer than the idle time goes on where it was', async () => {
  const { url, attachment } = file(8 * 1024 * 1024);
  const { stream, measure } = await downloadFile(ground.client, { ...ground.files, idleMs: 1000 }, url);
  let paused = false;
  for await (const _ of stream) {
    if (paused) continue;
    paused = true;
    await new Promise((resolve) => setTimeout(resolve, 1300));
  }
  expect(measure()).toEqual({ size: attachment.size, sha256: attachment.sha256 });
});

describe('from a far side of a few lines', () => {
  const opening = async (answering: Parameters<typeof startFarSide>[0]) => {
    const side = await startFarSide(answering);
    const own = await productGround({ idleMs: 1000, maxBytes: 1000, rules: { openOrigins: [side.origin] } });
    const open = (signal?: AbortSignal) =>
      downloadFile(own.client, own.files, `${side.origin}/file`, signal === undefined ? {} : { signal });
    opened.push(side, own);
    return { side, open };
  };

  test('a larger file is cut off where nothing was announced', async () => {
    const { open } = await opening((response) => {
      response.write('a'.repeat(900));
      response.end('a'.repeat(900));
    });
    const { stream, size } = await open();
    expect(size).toBeNull();
    expect((await faultOf(collected(stream))).message).toContain('larger than');
  });

  test('one that stands still before or within the bytes is given up after the idle time', async () => {
    const within = await opening((response) => void response.writeHead(200, { 'content-length': '20' }).write('a'));
    expect((await faultOf(collected((await within.open()).stream))).kind).toBe('time-out');
    const before = await opening(() => {});
    expect((await faultOf(before.open())).kind).toBe('time-out');
  });

  test('a reader that takes its time is not held against the far side', async () => {
    const { open } = await opening((response) => response.end('whole'));
    const { stream } = await open();
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect((await collected(stream)).toString()).toBe('whole');
  });

  test('a cancelled one ends with the reason, and its connection with it', async () => {
    let cut = false;
    const { open } = await opening((response) => {
      response.on('close', () => {
        cut = true;
      });
      response.writeHead(200, { 'content-length': '20' }).write('a');
    });
    const cancel = new AbortController();
    const { stream } = await open(cancel.signal);
    const reading = collected(stream);
    cancel.abort(new Error('the activity was cancelled'));
    await expect(reading).rejects.toThrow('the activity was cancelled');
    await eventually('the connection to be cut', () => cut);
  });

  test('nothing of what is packed is unpacked, and what it says of itself is not believed further than it must be', async () => {
    const { open } = await opening((response) => {
      response.writeHead(200, {
        'content-encoding': 'gzip',
        'content-type': 'text/html; charset=utf-8; name="<script>"',
        'content-disposition': 'attachment; filename="../../etc/passwd"',
      });
      response.end('not gzip at all');
    });
    const { stream, contentType, fileName } = await open();
    expect((await collected(stream)).toString()).toBe('not gzip at all');
    expect([contentType, fileName]).toEqual(['text/html', '....etcpasswd']);
  });

  test('a bearer is kept from an origin that takes none', async () => {
    const { side, open } = await opening((response) => answerJson(response, 200, '{}'));
    (await open()).stream.destroy();
    expect(side.received.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

test.each([
  [`attachment; filename="a.pdf"; filename*=UTF-8''Grundri%C3%9F%20%E2%80%AE.pdf`, 'Grundriß .pdf'],
  ['attachment; filename=plain.pdf', 'plain.pdf'],
  [`attachment; filename*=UTF-8''%E0%A4%A; filename="b.pdf"`, 'b.pdf'],
  ['inline', null],
  ['attachment; filename=".."', null],
  [undefined, null],
])('%s names %s', (header, name) => {
  expect(fileNameOf(header)).toBe(name);
});
