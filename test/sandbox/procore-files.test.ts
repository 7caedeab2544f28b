import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setFileState } from '../../sandbox/procore/admin/files.ts';
import { attachmentView, seedAttachment, takeUploads } from '../../sandbox/procore/files/attachments.ts';
import { announce, bytesOf, callBy, fileGround, mebibyte, putPart, sha256Of, uploaded } from './file-ground.ts';

let nowMs: number;
let files: Awaited<ReturnType<typeof fileGround>>;

beforeEach(async () => {
  nowMs = Date.parse('2026-03-09T10:00:00Z');
  files = await fileGround(() => nowMs);
});
afterEach(() => files.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const benId = (): string => files.small.people.ben.id;
const take = (personId: string, uploadIds: readonly string[]) =>
  takeUploads(callBy(files.small, personId, files.ground.api), uploadIds);
const trueUpload = (uuid: string): unknown => files.world.ledger.records('uploads').find(({ id }) => id === uuid)?.current;

describe('an upload in segments', () => {
  test('is complete once every part has come, and its bytes are the file’s', async () => {
    const { ground, uploads, ben } = files;
    const parts = [bytesOf(5 * mebibyte), bytesOf(7)];
    const announced = await announce(ground, uploads, ben, parts);
    expect([announced.status, announced.at('status')]).toEqual([201, 'ready']);
    const tags = [await putPart(announced, 1, bytesOf(7)), await putPart(announced, 0, bytesOf(5 * mebibyte))].map(
      ({ status, headers }) => [status, headers.get('etag')],
    );
    const where = `${uploads}/${announced.word('uuid')}`;
    expect((await ground.call('GET', where, { token: ben })).at('status')).toBe('receiving');
    const segments = [{ etag: tags[1]?.[1] }, { etag: tags[0]?.[1] }];
    const done = await ground.call('PATCH', where, { token: ben, body: { segments } });
    expect([done.status, done.at('status')]).toEqual([200, 'complete']);
    const [attachment] = take(benId(), [announced.word('uuid')]);
    expect(attachment).toMatchObject({
      filename: 'plan.pdf',
      contentType: 'application/pdf',
      size: 5 * mebibyte + 7,
      sha256: sha256Of(Buffer.concat(parts)),
    });
    expect(trueUpload(announced.word('uuid'))).toMatchObject({ userId: benId(), attachmentId: attachment?.id });
  });

  test('takes no part whose bytes are others than announced, or whose headers are missing', async () => {
    const { ground, uploads, ben } = files;
    const announced = await announce(ground, uploads, ben, [bytesOf(9)]);
    const other = Buffer.from('123456789');
    const bare = await fetch(announced.word('segments.0.url'), { method: 'PUT', body: new Uint8Array(bytesOf(9)) });
    expect([(await putPart(announced, 0, other)).status, (await putPart(announced, 0, bytesOf(8))).status, bare.status]).toEqual([
      400, 400, 403,
    ]);
    const body = { segments: [{ etag: 'made-up' }] };
    expect((await ground.call('PATCH', `${uploads}/${announced.word('uuid')}`, { token: ben, body })).status).toBe(422);
    expect(() => take(benId(), [announced.word('uuid')])).toThrow('not complete');
  });

  test('must have parts of five mebibytes, the last one aside, that add up', async () => {
    const { ground, uploads, ben } = files;
    const segment = (size: number) => ({ size, sha256: sha256Of(bytesOf(1)) });
    const ask = (fields: object) =>
      ground.call('POST', uploads, { token: ben, body: { response_filename: 'a', ...fields } }).then(({ status }) => status);
    expect(await ask({ segments: [segment(5 * mebibyte), segment(0)] })).toBe(201);
    expect(await ask({ segments: [segment(5 * mebibyte - 1), segment(1)] })).toBe(422);
    expect(await ask({ size: 2, segments: [segment(1)] })).toBe(422);
    expect(await ask({ segments: [{ size: 1 }] })).toBe(400);
    expect(await ask({ response_filename: '' })).toBe(400);
  });

  test('may be sent for an hour, and is gone after a week', async () => {
    const { ground, uploads, ben } = files;
    const announced = await announce(ground, uploads, ben, [bytesOf(3)]);
    const where = `${uploads}/${announced.word('uuid')}`;
    const kept = await uploaded(ground, uploads, ben, [bytesOf(4)]);
    nowMs += hourMs + 1;
    expect((await putPart(announced, 0, bytesOf(3))).status).toBe(403);
    nowMs += 7 * dayMs;
    const later = await ground.personToken(benId());
    expect((await ground.call('GET', where, { token: later })).status).toBe(410);
    expect((await ground.call('PATCH', where, { token: later, body: { segments: [] } })).status).toBe(410);
    expect(() => take(benId(), [kept])).toThrow('expired');
  });
});

test('an upload without segments is sent as a form whose last part is the file', async () => {
  const { ground, uploads, ben, small } = files;
  const company = uploads.replace(/projects\/\d+/, `companies/${small.company.id}`);
  for (const where of [uploads, company]) {
    const bytes = bytesOf(300_000);
    const body = { response_filename: 'photo.jpg', response_content_type: 'image/jpeg', size: bytes.length };
    const given = await ground.call('POST', where, { token: ben, body });
    expect([given.status, given.at('status')]).toEqual([201, 'non_segmented']);
    const form = new FormData();
    for (const [name, value] of Object.entries(Object(given.at('fields')))) form.append(name, String(value));
    form.append('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
    const forged = new FormData();
    for (const [name, value] of form) forged.append(name, name === 'x-amz-signature' ? 'f'.repeat(64) : value);
    expect((await fetch(given.word('url'), { method: 'POST', body: forged })).status).toBe(403);
    expect((await fetch(given.word('url'), { method: 'POST', body: form })).status).toBe(204);
    expect(take(benId(), [given.word('uuid')])[0]).toMatchObject({ size: bytes.length, sha256: sha256Of(bytes) });
  }
});

test('only who made an upload may use it, once, and a refusal spends none', async () => {
  const { ground, uploads, ben, cleo, small } = files;
  const [first, second] = [
    await uploaded(ground, uploads, ben, [bytesOf(1)]),
    await uploaded(ground, uploads, ben, [bytesOf(2)]),
  ];
  expect((await ground.call('GET', `${uploads}/${first}`, { token: cleo })).status).toBe(404);
  expect(() => take(small.people.cleo.id, [first])).toThrow('no upload');
  expect(() => take(benId(), [first, 'unknown'])).toThrow('422');
  expect(() => take(benId(), [first, first])).toThrow('twice');
  expect(take(benId(), [first, second])).toHaveLength(2);
  expect(() => take(benId(), [first])).toThrow('used before');
});

test('the storage refuses whatever carries an Authorization, and the ledger tells', async () => {
  const { ground, uploads, ben, world } = files;
  const announced = await announce(ground, uploads, ben, [bytesOf(3)]);
  expect((await putPart(announced, 0, bytesOf(3), { authorization: `Bearer ${ben}` })).status).toBe(400);
  expect((await putPart(announced, 0, bytesOf(3))).status).toBe(200);
  const seen = world.ledger
    .after(0, { side: 'storage' })
    .map(({ operationId, status, authorized }) => [operationId, status, authorized]);
  expect(seen).toEqual([
    ['storage.put', 400, true],
    ['storage.put', 200, undefined],
  ]);
});

describe('a file that hangs on a record', () => {
  const seeded = (size = 20) =>
    seedAttachment(files.world, {
      projectId: files.small.project.id,
      filename: 'Grundriß.pdf',
      contentType: 'application/pdf',
      size,
    });
  const linkOf = (attachment: ReturnType<typeof seeded>): string =>
    attachmentView(callBy(files.small, benId(), files.ground.api), attachment).url;
  const follow = (url: string, token?: string) =>
    fetch(url, { redirect: 'manual', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  test('is shown with an exact id, and asks for the bearer on the first hop alone', async () => {
    const attachment = seeded(3 * mebibyte + 1);
    expect(BigInt(attachment.id) > 2n ** 53n).toBe(true);
    const url = linkOf(attachment);
    expect((await follow(url)).status).toBe(401);
    const first = await follow(url, files.ben);
    expect(first.status).toBe(302);
    const location = first.headers.get('location') ?? '';
    expect(location.startsWith(`${files.ground.storage}/`)).toBe(true);
    expect((await follow(location, files.ben)).status).toBe(400);
    const second = await follow(location);
    const bytes = new Uint8Array(await second.arrayBuffer());
    expect([second.headers.get('content-type'), bytes.length, sha256Of(bytes)]).toEqual([
      'application/pdf',
      3 * mebibyte + 1,
      attachment.sha256,
    ]);
  });

  test('is not there for who does not see the project', async () => {
    const { small, ground, world } = files;
    world.memberships.delete(`${small.project.id}:${benId()}`);
    expect((await follow(linkOf(seeded()), files.ben)).status).toBe(404);
    expect((await follow(linkOf(seeded()).replace(small.company.id, '77'), await ground.personToken(benId()))).status).toBe(404);
  });

  test('vanishes, is processed, and comes again as it is told', async () => {
    const attachment = seeded();
    const answers = [];
    for (const state of ['missing', 'gone', 'processing', 'available'] as const) {
      setFileState(files.world, { fileId: attachment.id, state });
      answers.push((await follow(linkOf(attachment), files.ben)).status);
    }
    expect(answers).toEqual([404, 410, 202, 302]);
    const location = (await follow(linkOf(attachment), files.ben)).headers.get('location') ?? '';
    setFileState(files.world, { fileId: attachment.id, state: 'gone' });
    expect((await follow(location)).status).toBe(404);
  });

  test('is behind an address that expires and that nobody can make', async () => {
    const location = (await follow(linkOf(seeded()), files.ben)).headers.get('location') ?? '';
    expect((await follow(location.replace(/signature=../, 'signature=zz'))).status).toBe(403);
    expect((await follow(location)).status).toBe(200);
    nowMs += 901_000;
    expect((await follow(location)).status).toBe(403);
  });
});
