import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { moves } from '../../sandbox/part3/people/moves.ts';
import { answerStates } from '../../sandbox/part3/records.ts';
import { openPart3, type Part3Alone, type Row, rfi, submittal } from './part3-alone.ts';

let ground: Part3Alone;
beforeEach(async () => {
  ground = await openPart3();
});
afterEach(() => ground.close());

const organisation = 'north-studio';

async function draft(fields: object = {}): Promise<Row> {
  const { id: rfiId } = await ground.record('PUT', `/Projects/${ground.projectId}/Rfis/rfi:77`, rfi());
  return ground.act('answers', { act: 'draft', rfiId, author: 'ria', bodyHtml: '<p>At grid 4</p>', ...fields });
}

async function draftReturn(fields: object = {}): Promise<Row> {
  const body = submittal(ground.member('Ria'));
  const { id: submittalId } = await ground.record('PUT', `/Projects/${ground.projectId}/Submittals/submittal:5`, body);
  const drafted = { act: 'draft', submittalId, slot: '901', author: 'ria', responseName: 'Approved' };
  return ground.act('returns', { ...drafted, ...fields });
}

const move = (act: string, id: string, fields: object = {}) => ground.act('answers', { act, id, ...fields });
const refusedMove = (act: string, id: string, list = 'answers') =>
  ground.control.call('POST', `/part3/${list}`, { act, organisation, id });
const settle = (id: string, outcome: object, list = 'RfiAnswers') => ground.call('PUT', `/${list}/${id}/outcome`, outcome);
const returned = (version = 1, externalId = 'reply:31') => ({
  state: 'returned',
  version,
  externalId,
  at: '2026-03-02T09:00:00Z',
  link: null,
  ballInCourt: ['Gus Romero'],
});
const blocked = (version = 1) => ({ state: 'blocked', version, code: 'grant-missing', text: 'Ria has not authorized yet.' });
const historyOf = (id: string, resource = 'part3-answers') =>
  ground.world.ledger.records(resource).find((record) => record.id === id)?.history ?? [];

describe('an answer', () => {
  test('goes from draft over review to ready, and each step is seen in the list', async () => {
    const { id } = await draft();
    await move('review', id);
    await move('finish', id);
    const { items } = await ground.page(`/Projects/${ground.projectId}/RfiAnswers`);
    expect(items).toMatchObject([
      {
        id,
        authorMemberId: ground.member('Ria'),
        bodyHtml: '<p>At grid 4</p>',
        official: false,
        fileIds: [],
        state: 'ready',
        version: 1,
        receipt: null,
        block: null,
      },
    ]);
    const states = historyOf(id).map(({ row }) => (row as { state: string }).state);
    expect(states).toEqual(['draft', 'in-review', 'ready']);
  });

  test('an edit begins a new version as a draft, whatever it was', async () => {
    const { id } = await draft({ finished: true });
    expect(await move('edit', id, { bodyHtml: '<p>At grid 5</p>', official: true })).toMatchObject({
      state: 'draft',
      version: 2,
      bodyHtml: '<p>At grid 5</p>',
      official: true,
    });
  });

  test('a correction after the return is a new version that still shows what was returned', async () => {
    const { id } = await draft({ finished: true });
    await settle(id, returned());
    await move('edit', id, { bodyHtml: '<p>Correction</p>' });
    expect(await move('finish', id)).toMatchObject({
      state: 'ready',
      version: 2,
      receipt: { version: 1, externalId: 'reply:31' },
    });
    expect((await settle(id, returned(2, 'reply:32'))).body).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  });

  test('every move is possible from its own states alone', async () => {
    const { id } = await draft();
    const stored = ground.state.answers.get(id);
    if (stored === undefined) throw new Error('no answer');
    for (const state of answerStates)
      for (const [name, { from, to }] of Object.entries(moves)) {
        ground.state.answers.put({ ...stored, record: { ...stored.record, state } });
        const answer = await refusedMove(name, id);
        const allowed = from.some((one) => one === state);
        expect([state, name, answer.status]).toEqual([state, name, allowed ? 200 : 409]);
        expect(answer.body).toMatchObject(allowed ? { state: to } : { code: 'refused-by-part3' });
      }
  });

  test('of somebody who has left cannot be begun or edited, what is ready stays', async () => {
    const { id } = await draft({ finished: true });
    const member = await ground.act('members', { act: 'leave', id: ground.member('Ria') });
    expect(member['leftAt']).toBe('2026-03-02T09:00:00Z');
    expect((await refusedMove('edit', id)).status).toBe(409);
    expect(await ground.record('GET', `/RfiAnswers/${id}`)).toMatchObject({ state: 'ready' });
  });
});

describe('an outcome', () => {
  test('returned keeps the receipt; the same again changes nothing, another receipt of the same version is refused', async () => {
    const { id } = await draft({ finished: true });
    const first = await settle(id, returned());
    ground.later(5);
    const again = await settle(id, returned());
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({
      state: 'returned',
      receipt: { version: 1, externalId: 'reply:31', ballInCourt: ['Gus Romero'] },
    });
    expect(historyOf(id)).toHaveLength(2);
    expect(await settle(id, returned(1, 'reply:99'))).toMatchObject({ status: 409, body: { code: 'already-returned' } });
    expect(await settle(id, blocked())).toMatchObject({ status: 409 });
  });

  test('blocked waits with its reason, can be said again, and ends with the return', async () => {
    const { id } = await draft({ finished: true });
    expect((await settle(id, blocked())).body).toMatchObject({ state: 'blocked', block: { code: 'grant-missing', version: 1 } });
    expect((await settle(id, blocked())).status).toBe(200);
    expect(historyOf(id)).toHaveLength(2);
    expect((await settle(id, returned())).body).toMatchObject({ state: 'returned', block: null });
  });

  test('of an older version is refused with 412, of one that is not ready with 409', async () => {
    const { id } = await draft({ finished: true });
    await move('recall', id);
    expect(await settle(id, returned())).toMatchObject({ status: 409, body: { code: 'not-ready' } });
    await move('edit', id);
    expect(await settle(id, returned())).toMatchObject({ status: 412, body: { code: 'stale-version' } });
    expect(await settle(id, returned(2))).toMatchObject({ status: 409, body: { code: 'not-ready' } });
  });

  test('that says too little is refused', async () => {
    const { id } = await draft({ finished: true });
    expect((await settle(id, { state: 'returned', version: 1 })).status).toBe(400);
  });
});

describe('the return of a submittal', () => {
  const steps = [
    { kind: 'reviewer', member: 'sam' },
    { kind: 'reviewer', member: 'noor', required: false },
    { kind: 'submitter', member: 'ria' },
  ];
  const act = (name: string, id: string, fields: object = {}) => ground.act('returns', { act: name, id, ...fields });

  test('is ready once every required review step is done, the optional ones or not', async () => {
    const { id } = await draftReturn({ steps });
    await act('review', id);
    await act('do-step', id, { index: 0 });
    expect(await refusedMove('finish', id, 'returns')).toMatchObject({ status: 409, body: { code: 'refused-by-part3' } });
    await act('do-step', id, { index: 2 });
    const done = await act('finish', id);
    expect(done).toMatchObject({ state: 'ready', slot: '901', responseName: 'Approved' });
    expect((done['steps'] as { doneAt: string | null }[]).map(({ doneAt }) => doneAt !== null)).toEqual([true, false, true]);
  });

  test('can be made ready too early, to see who notices', async () => {
    const { id } = await draftReturn({ steps });
    expect(await act('finish', id, { despiteOpenSteps: true })).toMatchObject({
      state: 'ready',
      steps: [{ doneAt: null }, {}, {}],
    });
  });

  test('that is edited asks for its reviews again', async () => {
    const { id } = await draftReturn({ steps });
    await act('review', id);
    for (const index of [0, 2]) await act('do-step', id, { index });
    await act('edit', id, { responseName: 'Revise and Resubmit' });
    expect((await refusedMove('finish', id, 'returns')).status).toBe(409);
  });

  test('is settled like an answer', async () => {
    const { id } = await draftReturn({ finished: true });
    await settle(id, returned(1, 'approver:901'), 'SubmittalReturns');
    expect(await ground.record('GET', `/SubmittalReturns/${id}`)).toMatchObject({ state: 'returned', version: 1 });
    expect(historyOf(id, 'part3-returns')).toHaveLength(2);
  });
});

describe('an event', () => {
  async function events(): Promise<{ id: string; type: string; timestamp: number; payload: string; signature: string }[]> {
    const { body } = await ground.control.call('GET', `/part3/events?organisation=${organisation}`);
    return body as Awaited<ReturnType<typeof events>>; // as the sandbox keeps them
  }

  test('is recorded when an answer or a return is ready, a member leaves, a project is archived', async () => {
    const { id } = await draft({ finished: true });
    await draftReturn({ finished: true });
    await ground.act('members', { act: 'leave', id: ground.member('Sam') });
    await ground.act('projects', { act: 'archive', id: ground.projectId });
    const kept = await events();
    expect(kept.map(({ type }) => type)).toEqual([
      'rfi-answer.ready',
      'submittal-return.ready',
      'member.left',
      'project.archived',
    ]);
    expect(JSON.parse(kept[0]?.payload ?? '')).toMatchObject({ data: { id, version: 1 } });
  });

  test('is signed as Standard Webhooks have it, under the organisation’s own secret', async () => {
    await draft({ finished: true });
    const [event] = await events();
    const secret = ground.state.organisations.get(organisation)?.signingSecret ?? '';
    expect(secret).toMatch(/^whsec_/);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(key).toHaveLength(24);
    const signed = createHmac('sha256', key).update(`${event?.id}.${event?.timestamp}.${event?.payload}`).digest('base64');
    expect(event?.signature).toBe(`v1,${signed}`);
    const { body } = await ground.control.call('GET', '/tokens');
    expect(body).toContainEqual({ value: secret, kind: 'part3-signing-secret' });
  });
});
