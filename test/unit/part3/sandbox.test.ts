import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import type { Part3Client } from '../../../shared/partners/part3/client.ts';
import { rangeBytes } from '../../../shared/partners/part3/files.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { openPart3, type Part3Alone, sha256, submittal } from '../../sandbox/part3-alone.ts';
import { faultOf } from '../procore/fixture.ts';
import { allOf, always, clientAt, rfiFields } from './fixture.ts';

let ground: Part3Alone;
let client: Part3Client;
beforeEach(async () => {
  ground = await openPart3();
  client = clientAt(ground.origin, {
    token: async () => secretOf(part3Tokens['north-studio']),
    // pauses between tries pass at once
    clock: { nowMs: Date.now, wait: async () => undefined },
  });
});
afterEach(() => ground.close());

const place = () => ({ projectId: ground.projectId, externalKey: 'procore:rfi:77' });
const strike = (operation: string, fault: object) =>
  ground.control.done('/faults', { match: { operationId: `part3.${operation}` }, ...fault });
const callsOf = (operation: string) => ground.world.ledger.after(0, { operation: `part3.${operation}` }).length;

async function readyAnswer(): Promise<string> {
  const { id: rfiId } = await client.upsertRfi(place(), rfiFields(), always);
  const body = { act: 'draft', rfiId, author: 'ria', bodyHtml: '<p>At grid 4</p>', finished: true };
  return (await ground.act('answers', body)).id;
}

describe('against the sandbox', () => {
  test('projects, companies and members are read as the design side has them', async () => {
    const [tower] = (await allOf(client.projects())).filter(({ number }) => number === 'AC-101');
    const companies = await allOf(client.companies(tower?.id ?? ''));
    const prime = companies.find(({ role }) => role === 'prime-consultant');
    const members = await allOf(client.members(prime?.id ?? ''));
    expect(members.map(({ email, returns }) => [email, returns]).sort()).toEqual([
      ['pia@north-studio.example', false],
      ['ria@north-studio.example', true],
      ['sam@north-studio.example', true],
    ]);
  });

  test('an upsert whose answer is lost is one item, made again or not', async () => {
    await strike('Rfis.upsert', { kind: 'reset-after-commit' });
    expect((await faultOf(client.upsertRfi(place(), rfiFields(), always))).detail.effect).toBe('unknown');
    const item = await client.upsertRfi(place(), rfiFields(), always);
    expect(await allOf(client.rfis({ projectId: ground.projectId }))).toEqual([item]);
    expect(ground.world.ledger.records('part3-rfis')).toMatchObject([{ history: [{ action: 'create' }] }]);
  });

  test('an answer that is ready is returned once, whatever answer is lost', async () => {
    const id = await readyAnswer();
    const [answer] = await allOf(client.rfiAnswers({ projectId: ground.projectId }));
    expect(answer).toMatchObject({ id, state: 'ready', version: 1, bodyHtml: '<p>At grid 4</p>', receipt: null });
    const outcome = { state: 'returned', version: 1, externalId: 'reply:31', at: '2026-03-02T09:00:00Z', link: null } as const;
    await strike('RfiAnswers.settle', { kind: 'garbage-after-commit' });
    await faultOf(client.settleAnswer(id, { ...outcome, ballInCourt: [], official: null }, always));
    const settled = await client.settleAnswer(id, { ...outcome, ballInCourt: [], official: null }, always);
    expect(settled).toMatchObject({ state: 'returned', receipt: { externalId: 'reply:31' } });
    const kept = ground.world.ledger.records('part3-answers')[0]?.history ?? [];
    expect(kept.map(({ seq }) => seq !== null)).toEqual([false, true]);
  });

  test.each(['edit', 'recall'])('an answer that meets an %s on its way is a conflict, and surely not settled', async (act) => {
    const id = await readyAnswer();
    await ground.act('answers', { act, id });
    const outcome = { state: 'blocked', version: 1, code: 'grant-missing', text: 'Not authorized yet.' } as const;
    expect(await faultOf(client.settleAnswer(id, outcome, always))).toMatchObject({
      kind: 'conflict',
      detail: { effect: 'surely-not-done', needed: 'The newest version, finished.' },
    });
  });

  test('a return shows its review steps, so that nothing is sent over an open one', async () => {
    const submittalPlace = { projectId: ground.projectId, externalKey: 'procore:submittal:5' };
    const path = `/Projects/${ground.projectId}/Submittals/${submittalPlace.externalKey}`;
    const { id: submittalId } = await ground.record('PUT', path, submittal(ground.member('Ria')));
    const steps = [{ kind: 'reviewer', member: 'sam' }];
    const drafted = { act: 'draft', submittalId, slot: '901', author: 'ria', responseName: 'Approved', steps };
    const { id } = await ground.act('returns', drafted);
    await ground.act('returns', { act: 'finish', id, despiteOpenSteps: true });
    expect(await client.submittalReturn(id)).toMatchObject({
      state: 'ready',
      steps: [{ required: true, memberId: ground.member('Sam'), doneAt: null }],
    });
  });
});

const bytes = Buffer.from(Array.from({ length: rangeBytes * 2 + 12_345 }, (_, index) => (index * 7) % 253));
const announced = (fields: object = {}) => ({
  projectId: ground.projectId,
  externalKey: 'procore:file:1',
  name: 'shop drawing.pdf',
  contentType: 'application/pdf',
  size: bytes.length,
  sha256: sha256(bytes),
  ...fields,
});

/** Gives the bytes from a place on in uneven pieces, and notes from where it was asked. */
function sourceOf(asked: number[] = []) {
  return async function* (fromByte: number) {
    asked.push(fromByte);
    for (let at = fromByte; at < bytes.length; at += 700_001) yield bytes.subarray(at, Math.min(bytes.length, at + 700_001));
  };
}

async function readWhole(fileId: string, fromByte = 0): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of client.readFile(await client.file(fileId), fromByte)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a file', () => {
  test('is written and read in ranges', async () => {
    const file = await client.writeFile(announced(), sourceOf(), always);
    expect(file).toMatchObject({ state: 'complete', size: bytes.length, sha256: sha256(bytes) });
    expect((await readWhole(file.id)).equals(bytes)).toBe(true);
    expect([callsOf('Files.write'), callsOf('Files.read')]).toEqual([3, 3]);
  });

  test.each([
    ['cut within a range', { kind: 'cut', afterBytes: 1_000_000, nth: 2 }],
    ['an answer lost after the range', { kind: 'reset-after-commit', nth: 2 }],
    ['three failures in a row', { kind: 'status-before', status: 502, nth: 2, times: 3 }],
  ])('goes on where it was after %s, and what came is not sent again', async (_what, fault) => {
    await strike('Files.write', fault);
    const asked: number[] = [];
    const file = await client.writeFile(announced(), sourceOf(asked), always);
    expect(file.state).toBe('complete');
    expect(asked).toEqual([0]);
    expect((await readWhole(file.id)).equals(bytes)).toBe(true);
  });

  test('that failed too often is taken up by the next try from the byte it had come to', async () => {
    await strike('Files.write', { kind: 'status-before', status: 502, nth: 2, times: 5 });
    const asked: number[] = [];
    expect((await faultOf(client.writeFile(announced(), sourceOf(asked), always))).kind).toBe('vendor-unavailable');
    const file = await client.writeFile(announced(), sourceOf(asked), always);
    expect([file.state, asked]).toEqual(['complete', [0, rangeBytes]]);
    await client.writeFile(announced(), sourceOf(asked), always);
    expect(asked).toEqual([0, rangeBytes]);
    expect(ground.world.ledger.records('part3-files')).toHaveLength(1);
  });

  test('with other bytes than announced is refused, and does not stand there', async () => {
    const other = announced({ sha256: sha256(Buffer.from('other')) });
    expect(await faultOf(client.writeFile(other, sourceOf(), always))).toMatchObject({ detail: { status: 422 } });
    expect(ground.world.ledger.records('part3-files')).toMatchObject([{ current: { state: 'open' } }]);
  });

  test.each([
    ['cut', { kind: 'cut', afterBytes: 1000, nth: 2 }],
    ['a failure', { kind: 'status-before', status: 500, nth: 3, times: 2 }],
  ])('is read on after %s without a byte lost or doubled', async (_what, fault) => {
    const { id } = await client.writeFile(announced(), sourceOf(), always);
    await strike('Files.read', fault);
    expect((await readWhole(id)).equals(bytes)).toBe(true);
  });

  test('can be read from any byte on', async () => {
    const { id } = await client.writeFile(announced(), sourceOf(), always);
    expect((await readWhole(id, rangeBytes + 5)).equals(bytes.subarray(rangeBytes + 5))).toBe(true);
  });

  test('that vanished before or while it is read is unavailable', async () => {
    const { id } = await client.writeFile(announced(), sourceOf(), always);
    const reading = client.readFile(await client.file(id))[Symbol.asyncIterator]();
    await reading.next();
    await ground.act('files', { act: 'vanish', id });
    expect((await faultOf(reading.next())).kind).toBe('file-unavailable');
    expect((await faultOf(readWhole(id))).kind).toBe('file-unavailable');
  });

  test('whose bytes are not those of its hash is not taken for good', async () => {
    const { id } = await client.writeFile(announced(), sourceOf(), always);
    const wrong = { ...(await client.file(id)), sha256: sha256(Buffer.from('other')) };
    const reading = (async () => {
      for await (const _ of client.readFile(wrong));
    })();
    expect((await faultOf(reading)).kind).toBe('file-unavailable');
  });

  test('of 200 MiB passes from Part3 and back without being held', async () => {
    const size = 200 * 1024 * 1024;
    const made = await ground.act('files', {
      act: 'add',
      projectId: ground.projectId,
      file: { name: 'model.ifc', sizeBytes: size },
    });
    const source = await client.file(made.id);
    const beforeBytes = process.memoryUsage().rss;
    let mostBytes = 0;
    async function* watched(fromByte: number) {
      for await (const part of client.readFile(source, fromByte)) {
        mostBytes = Math.max(mostBytes, process.memoryUsage().rss - beforeBytes);
        yield part;
      }
    }
    const copy = await client.writeFile(announced({ size, sha256: source.sha256 }), watched, always);
    expect(copy).toMatchObject({ state: 'complete', size, sha256: source.sha256 });
    expect(mostBytes).toBeLessThan(150 * 1024 * 1024);
  }, 120_000);
});
