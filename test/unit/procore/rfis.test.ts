import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEgressGuard } from '../../../shared/http/egress-guard.ts';
import { downloadFile, uploadFile } from '../../../shared/procore/files.ts';
import { createReply, listReplies, setOfficial } from '../../../shared/procore/operations/rfi-replies.ts';
import {
  advanceBallInCourt,
  listRfis,
  recycleBin,
  rfisById,
  setAccepted,
  showRfi,
} from '../../../shared/procore/operations/rfis.ts';
import { collect } from '../../../shared/procore/requests.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { bytesOf, mebibyte } from '../../sandbox/file-ground.ts';
import { openRfis, type RfiGround } from '../../sandbox/rfi-ground.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { collected, inPieces } from '../files/ground.ts';
import { clientOf, faultOf } from './fixture.ts';

describe('against the sandbox', () => {
  let on: RfiGround;
  beforeEach(async () => {
    on = await openRfis();
  });
  afterEach(() => on.ground.close());

  /** Our client with a person's own token. */
  function as(who: keyof RfiGround['ids']) {
    return clientOf(on.ground.api, { token: personToken(secretOf(on.token(who)), Date.now() + 3_600_000) });
  }
  const project = () => on.small.project.id;

  test('an RFI is read with its people, questions and answers, every digit of every id', async () => {
    const { ids } = on;
    const people = { assignee_ids: [ids.ria, ids.sam], required_assignee_ids: [ids.sam], distribution_ids: [ids.tess] };
    const id = await on.open({
      ...people,
      due_date: '2026-04-01',
      private: true,
      question: { body: '<p>What <b>spacing</b>?</p>' },
    });
    await on.reply(id, 'ria', { body: '<p>Use 12&nbsp;mm.</p>' });
    const shown = await showRfi(as('gus'), project(), id);
    expect(shown).toEqual({
      id,
      number: '1',
      subject: 'Anchor spacing',
      status: 'open',
      private: true,
      draft: false,
      dueDate: '2026-04-01',
      assigneeIds: [ids.ria, ids.sam],
      ballInCourtIds: [ids.ria, ids.sam],
      ballRole: 'Assignees',
      managerId: ids.gus,
      distributionIds: [ids.tess],
      names: {
        [ids.gus]: 'Gus Ó Nolan',
        [ids.ria]: 'Ria Ó Nolan',
        [ids.sam]: 'Sam Ó Nolan',
        [ids.tess]: 'Tess Ó Nolan',
      },
      questions: [
        {
          id: expect.any(String),
          askedAt: '2026-03-09T23:30:00Z',
          askedByName: 'Gus Ó Nolan',
          bodyText: 'What spacing?',
          bodyHtml: '<p>What <b>spacing</b>?</p>',
          attachments: [],
        },
      ],
      answers: [
        {
          id: expect.any(String),
          authorId: ids.ria,
          authorName: 'Ria Ó Nolan',
          official: false,
          bodyText: 'Use 12 mm.',
          bodyHtml: '<p>Use 12&nbsp;mm.</p>',
          date: '2026-03-09T23:30:00Z',
          attachments: [],
        },
      ],
      createdAt: '2026-03-09T23:30:00Z',
      updatedAt: '2026-03-09T23:30:00Z',
      resolvedAt: null,
      recycled: false,
    });
    expect(String(Number(id))).not.toBe(id);
    const [listed] = await collect(listRfis(as('ria'), project()));
    expect(listed).toMatchObject({ id, assigneeIds: [ids.ria, ids.sam], requiredAssigneeIds: [ids.sam], draft: false });
  });

  test('changes are listed by a range that holds the instants at its ends', async () => {
    const first = await on.open();
    on.state.nowMs += 5_000;
    const second = await on.open();
    const at = (text: string) => new Date(`2026-03-09T23:30:${text}Z`);
    const changed = async (from: Date, until: Date) =>
      (await collect(listRfis(as('gus'), project(), { from, until }))).map(({ id }) => id);
    expect(await changed(at('00.900'), at('04.100'))).toEqual([first, second]);
    expect(await changed(at('01'), at('05'))).toEqual([second]);
    expect(await changed(at('06'), at('09'))).toEqual([]);
  });

  test('named RFIs are probed, and what is hidden or in the bin is missing alike', async () => {
    const [shown, hidden, recycled] = [
      await on.open(),
      await on.open({ private: true, assignee_ids: [on.ids.sam] }),
      await on.open(),
    ];
    await on.act(recycled, 'recycle');
    const client = as('ria');
    expect((await rfisById(client, project(), [shown, hidden, recycled, shown])).map(({ id }) => id)).toEqual([shown]);
    expect([await showRfi(client, project(), hidden), await showRfi(client, project(), recycled)]).toEqual([
      undefined,
      undefined,
    ]);
    const bin = await collect(recycleBin(as('gus'), project()));
    expect(bin).toMatchObject([{ id: recycled, status: 'recycled', recycled: true }]);
    expect((await faultOf(collect(recycleBin(client, project())))).kind).toBe('person-lacks-access');
  });

  test('an answer goes out under the person’s own name, advances, is marked official and the RFI closed by who may', async () => {
    const id = await on.open();
    const [ria, gus] = [as('ria'), as('gus')];
    const made = await createReply(ria, project(), id, { body: 'Use 12 mm.' });
    expect(on.trueReplies()).toMatchObject([
      { id: made.id, authorId: on.ids.ria, official: false, clientId: on.small.ours.clientId },
    ]);
    expect(await listReplies(gus, project(), id)).toEqual([made]);
    expect(await advanceBallInCourt(ria, project(), id)).toMatchObject({ ballRole: 'RFI Manager', ballInCourtIds: [on.ids.gus] });
    expect((await setOfficial(gus, project(), id, made.id, true)).official).toBe(true);
    expect(await setAccepted(gus, project(), id, true)).toMatchObject({ status: 'closed', ballInCourtIds: [], ballRole: null });
    expect((await setAccepted(gus, project(), id, false)).status).toBe('open');
  });

  test('a file goes up under the person’s own name, hangs on the answer, and is the same when it comes down', async () => {
    const id = await on.open();
    const spoolFolder = await mkdtemp(join(tmpdir(), 'spool-'));
    const origins = { bearerOrigins: [on.ground.api], bearerHosts: [], openOrigins: [on.ground.api, on.ground.storage] };
    const files = { guard: createEgressGuard(origins), idleMs: 5000, maxBytes: mebibyte, spoolFolder };
    const bytes = bytesOf(100_000);
    const source = {
      fileName: 'détail "A".pdf',
      contentType: 'application/pdf',
      size: bytes.length,
      chunks: inPieces(bytes, 9999),
    };
    const ria = as('ria');
    const { uploadId } = await uploadFile(ria, files, project(), source);
    await createReply(ria, project(), id, { body: 'See the detail.', uploadIds: [uploadId] });
    const gus = as('gus');
    const [file] = (await showRfi(gus, project(), id))?.answers[0]?.attachments ?? [];
    expect(file).toEqual({ id: expect.any(String), filename: 'détail "A".pdf', url: expect.any(String) });
    const down = await downloadFile(gus, files, file?.url ?? '');
    expect((await collected(down.stream)).equals(bytes)).toBe(true);
    await rm(spoolFolder, { recursive: true });
  });

  test('what a person may not do is a fault that was surely not done', async () => {
    const id = await on.open();
    const sam = as('sam');
    const refused = { kind: 'person-lacks-access', detail: { effect: 'surely-not-done' } };
    expect(await faultOf(createReply(sam, project(), id, { body: 'x' }))).toMatchObject(refused);
    expect(await faultOf(setAccepted(sam, project(), id, true))).toMatchObject(refused);
    expect(await faultOf(createReply(as('ria'), project(), id, { body: 'x', official: true }))).toMatchObject(refused);
    expect(on.trueReplies()).toEqual([]);
  });

  test('an answer that was lost after it was written is an unknown outcome, and it is there', async () => {
    const id = await on.open();
    const operationId = 'RestV10ProjectsProjectIdRfisRfiIdRepliesPost';
    on.small.world.faults.add({ match: { operationId }, effect: { kind: 'reset-after-commit' } });
    const lost = await faultOf(createReply(as('ria'), project(), id, { body: 'Use 12 mm.' }));
    expect(lost.detail.effect).toBe('unknown');
    expect(await listReplies(as('ria'), project(), id)).toMatchObject([{ authorId: on.ids.ria, bodyText: 'Use 12 mm.' }]);
  });
});

describe('on the wire', () => {
  let farSide: FarSide;
  afterEach(() => farSide?.close());

  test('a reply sends what was said and no more, and files by their upload', async () => {
    farSide = await startFarSide((response) => answerJson(response, 201, '{"id":9007199254740995}'));
    const client = clientOf(farSide.origin);
    const bare = await createReply(client, '5', '9007199254740997', { body: 'ä "q" <b>12</b>' });
    await createReply(client, '5', '7', { body: 'x', official: false, uploadIds: ['u-1', 'u-2'] });
    expect(farSide.received.map(({ text }) => JSON.parse(text))).toEqual([
      { reply: { body: 'ä "q" <b>12</b>' } },
      { reply: { body: 'x', official: false, upload_ids: ['u-1', 'u-2'] } },
    ]);
    expect(farSide.received[0]?.path).toBe('/rest/v1.0/projects/5/rfis/9007199254740997/replies');
    expect(bare).toMatchObject({ id: '9007199254740995', authorId: null, official: false, bodyText: '' });
  });

  test('the ball is advanced without a body', async () => {
    farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
    await advanceBallInCourt(clientOf(farSide.origin), '5', '7');
    const [request] = farSide.received;
    expect([request?.method, request?.path, request?.text]).toEqual([
      'PATCH',
      '/rest/v1.1/projects/5/rfis/7/advance_ball_in_court',
      '',
    ]);
  });

  test('what Procore does not say is taken for the careful side: private, no official answer, an unknown status', async () => {
    const text = '{"id":1,"status":"parked","questions":[{"id":2,"answers":[{"id":3,"new":1}]}],"rfi_manager":null}';
    farSide = await startFarSide((response) => answerJson(response, 200, text));
    expect(await showRfi(clientOf(farSide.origin), '5', '1')).toMatchObject({
      status: 'unknown',
      private: true,
      draft: false,
      recycled: false,
      managerId: null,
      assigneeIds: [],
      answers: [{ id: '3', official: false, authorId: null }],
    });
  });

  test.each(['{"id":1,"status":"recycled"}', '{"id":1,"status":"closed","deleted":true}'])('%s is in the bin', async (text) => {
    farSide = await startFarSide((response) => answerJson(response, 200, text));
    expect((await showRfi(clientOf(farSide.origin), '5', '1'))?.recycled).toBe(true);
  });

  test('many ids are asked for in several calls, and a filter that Procore ignored is applied', async () => {
    farSide = await startFarSide((response) => answerJson(response, 200, '[{"id":3},{"id":999999}]'));
    const ids = Array.from({ length: 150 }, (_, index) => String(index + 1));
    const found = await rfisById(clientOf(farSide.origin), '5', ids);
    expect(found.map(({ id }) => id)).toEqual(['3']);
    expect(farSide.received.map(({ query }) => query.getAll('filters[id][]').length)).toEqual([100, 50]);
    expect(await rfisById(clientOf(farSide.origin), '5', [])).toEqual([]);
  });

  test.each(['7/replies', '..', ''])('an id like %j is refused before anything is sent', async (id) => {
    farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
    const client = clientOf(farSide.origin);
    expect((await faultOf(createReply(client, '5', id, { body: 'x' }))).kind).toBe('validation-rejected');
    expect((await faultOf(showRfi(client, '5', id))).kind).toBe('validation-rejected');
    expect(farSide.received).toEqual([]);
  });
});
