import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createWorld } from '../../sandbox/kernel/world.ts';
import { createPart3 } from '../../sandbox/part3/state.ts';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { openPart3, type Part3Alone, rfi, sha256 } from './part3-alone.ts';

let ground: Part3Alone;
beforeEach(async () => {
  ground = await openPart3();
});
afterEach(() => ground.close());

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const bearer = { authorization: `Bearer ${part3Tokens['north-studio']}` };

const announced = (fields: object = {}) => ({
  projectId: ground.projectId,
  externalKey: 'upload:1',
  name: 'reply.pdf',
  contentType: 'application/pdf',
  size: bytes.length,
  sha256: sha256(bytes),
  ...fields,
});
const create = (fields: object = {}) => ground.record('POST', '/Files', announced(fields));
const content = (id: string): string => `${ground.origin}/api/v1/Files/${id}/content`;

function write(id: string, from: number, part: Buffer, total = bytes.length): Promise<Response> {
  const headers = {
    ...bearer,
    'content-type': 'application/octet-stream',
    'content-range': `bytes ${from}-${from + part.length - 1}/${total}`,
  };
  return fetch(content(id), { method: 'PUT', headers, body: new Uint8Array(part) });
}

const read = (id: string, range?: string) =>
  fetch(content(id), { headers: { ...bearer, ...(range !== undefined && { range }) } });
const bodyOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const received = async (id: string) => (await ground.record('GET', `/Files/${id}`))['received'];

async function completed(): Promise<string> {
  const { id } = await create();
  await write(id, 0, bytes);
  await ground.record('POST', `/Files/${id}/complete`);
  return id;
}

describe('writing', () => {
  test('in ranges, one after another, then complete', async () => {
    const { id } = await create();
    for (const from of [0, 400, 800]) {
      const answer = await write(id, from, bytes.subarray(from, from + 400));
      expect(await answer.json()).toMatchObject({ state: 'open', received: Math.min(1000, from + 400) });
    }
    expect(await ground.record('POST', `/Files/${id}/complete`)).toMatchObject({ state: 'complete' });
    expect(await bodyOf(await read(id))).toEqual(bytes);
    expect(ground.world.ledger.records('part3-files')).toMatchObject([{ history: [{ action: 'create' }, { action: 'update' }] }]);
  });

  test('what came before a cut stays, and the record tells how far it came', async () => {
    const { id } = await create();
    await ground.control.done('/faults', { match: { operationId: 'part3.Files.write' }, kind: 'cut', afterBytes: 300 });
    await expect(write(id, 0, bytes)).rejects.toThrow('fetch failed');
    expect(await received(id)).toBe(300);
    expect((await write(id, 300, bytes.subarray(300))).status).toBe(200);
    expect((await ground.call('POST', `/Files/${id}/complete`)).status).toBe(200);
  });

  test('a range that leaves a gap or repeats is refused and tells where to go on', async () => {
    const { id } = await create();
    await write(id, 0, bytes.subarray(0, 100));
    for (const from of [0, 50, 200]) {
      const answer = await write(id, from, bytes.subarray(from, from + 100));
      expect([answer.status, answer.headers.get('x-received')]).toEqual([416, '100']);
    }
    expect(await received(id)).toBe(100);
  });

  test('other bytes than announced are thrown away, and the file can be sent again', async () => {
    const { id } = await create();
    await write(id, 0, Buffer.alloc(bytes.length));
    expect((await ground.call('POST', `/Files/${id}/complete`)).body).toMatchObject({ code: 'hash-differs' });
    expect(await received(id)).toBe(0);
    await write(id, 0, bytes);
    expect((await ground.call('POST', `/Files/${id}/complete`)).status).toBe(200);
  });

  test.each([
    ['another total', 0, 100, 999, 400],
    ['more than there are', 900, 200, 1000, 400],
  ])('a range of %s is refused', async (_what, from, length, total, status) => {
    const { id } = await create();
    expect((await write(id, from, Buffer.alloc(length), total)).status).toBe(status);
  });

  test('the same key is the same file, however often; with other bytes it is taken', async () => {
    const { id } = await create();
    const again = await ground.call('POST', '/Files', announced());
    expect(again).toMatchObject({ status: 200, body: { id } });
    expect((await ground.call('POST', '/Files', announced({ size: 5 }))).body).toMatchObject({ code: 'key-taken' });
    expect(ground.state.files.size).toBe(1);
  });

  test('a complete file takes no more, and an RFI may only name complete ones', async () => {
    const { id: open } = await create({ externalKey: 'upload:2' });
    const path = `/Projects/${ground.projectId}/Rfis/rfi:1`;
    expect((await ground.call('PUT', path, rfi({ files: [open] }))).status).toBe(422);
    const id = await completed();
    expect((await write(id, 0, bytes)).status).toBe(409);
    expect((await ground.call('PUT', path, rfi({ files: [id] }))).status).toBe(201);
  });

  test('a file beyond 250 MiB is refused', async () => {
    expect((await ground.call('POST', '/Files', announced({ size: 250 * 1024 * 1024 + 1 }))).status).toBe(400);
  });
});

describe('reading', () => {
  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=990-', 990, 1000],
    ['bytes=990-5000', 990, 1000],
  ])('%s gives that part', async (range, from, to) => {
    const answer = await read(await completed(), range);
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/1000`]);
    expect(await bodyOf(answer)).toEqual(bytes.subarray(from, to));
  });

  test('a part that is not there is 416; a file that vanished is 410', async () => {
    const id = await completed();
    expect((await read(id, 'bytes=1000-')).status).toBe(416);
    await ground.act('files', { act: 'vanish', id });
    expect((await read(id)).status).toBe(410);
    expect(await ground.record('GET', `/Files/${id}`)).toMatchObject({ state: 'gone' });
  });

  test('a cut ends the body early', async () => {
    const id = await completed();
    await ground.control.done('/faults', { match: { operationId: 'part3.Files.read' }, kind: 'cut', afterBytes: 10 });
    await expect(read(id).then(bodyOf)).rejects.toThrow('terminated');
  });

  test('200 MiB that a person added cost no memory, and are the same bytes from any place on', async () => {
    const sizeBytes = 200 * 1024 * 1024;
    const file = { name: 'model.ifc', sizeBytes };
    const { id, ...record } = await ground.act('files', { act: 'add', projectId: ground.projectId, file });
    expect(record).toMatchObject({ size: sizeBytes, state: 'complete' });
    const before = process.memoryUsage().rss;
    let count = 0;
    let most = 0;
    for await (const chunk of (await read(id)).body ?? []) {
      count += chunk.length;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(count).toBe(sizeBytes);
    expect(most).toBeLessThan(150 * 1024 * 1024);
    const whole = await bodyOf(await read(id, 'bytes=1000000-1000099'));
    expect(await bodyOf(await read(id, 'bytes=1000007-1000020'))).toEqual(whole.subarray(7, 21));
  }, 60_000);
});

test('bytes in a state folder are there after a restart, and gone after a reset', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'part3-'));
  const files = join(directory, 'part3-files');
  const ask = (origin: string, method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${origin}/api/v1${path}`, { method, headers: { ...bearer, ...headers }, ...(body !== undefined && { body }) });
  let sandbox = await startSandbox({ stateDirectory: directory, profile: 'brief' });
  try {
    const projectId = sandbox.part3.projects.find(({ organisation }) => organisation === 'north-studio')?.record.id;
    const json = { 'content-type': 'application/json' };
    const made = await ask(sandbox.urls.part3, 'POST', '/Files', JSON.stringify({ ...announced(), projectId }), json);
    const { id } = (await made.json()) as { id: string };
    const range = { 'content-type': 'application/octet-stream', 'content-range': 'bytes 0-999/1000' };
    await ask(sandbox.urls.part3, 'PUT', `/Files/${id}/content`, new Uint8Array(bytes), range);
    await sandbox.close();
    sandbox = await startSandbox({ stateDirectory: directory });
    await ask(sandbox.urls.part3, 'POST', `/Files/${id}/complete`);
    expect(await bodyOf(await ask(sandbox.urls.part3, 'GET', `/Files/${id}/content`))).toEqual(bytes);
    const control = { authorization: `Bearer ${sandbox.control.token}`, ...json };
    await fetch(`${sandbox.control.url}/reset`, { method: 'POST', headers: control, body: '{}' });
    expect(await readdir(files).catch(() => [])).toEqual([]);
    expect((await ask(sandbox.urls.part3, 'GET', `/Files/${id}`)).status).toBe(404);
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true });
  }
});

test('a world of its own leaves no folder behind', async () => {
  const state = createPart3(createWorld().journal);
  const found = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('part3-files-')).length;
  const before = await found();
  state.bytes.received({ id: 'x', size: 1, seed: null });
  expect(await found()).toBe(before + 1);
  state.bytes.close();
  expect(await found()).toBe(before);
});
