import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type ControlGround, openControl } from './control-ground.ts';
import { openRfis, type RfiGround } from './rfi-ground.ts';

let on: RfiGround;
let control: ControlGround;
beforeEach(async () => {
  on = await openRfis();
  control = await openControl(on.small.world);
});
afterEach(async () => {
  await control.close();
  await on.ground.close();
});

const idOf = (body: unknown): string => z.looseObject({ id: z.string() }).parse(body).id;
const act = (verb: string, body: object) => control.done(`/admin/rfis/${verb}`, body);
const question = (fields: object = {}) => ({
  projectId: on.small.project.id,
  by: 'gus',
  subject: 'Anchor spacing',
  body: 'What spacing?',
  assignees: ['ria'],
  ...fields,
});
const created = async (fields: object = {}) => idOf(await act('create', question(fields)));
const recordsOf = async (resource: string) => {
  const { body } = await control.call('GET', `/ledger/records?resource=${resource}`);
  const change = z.object({ action: z.string(), actor: z.string(), clientId: z.null() });
  return z
    .array(z.looseObject({ id: z.string(), author: z.string(), current: z.unknown(), history: z.array(change) }))
    .parse(body);
};

test('a person writes an RFI with people, answers and files, and the API shows it', async () => {
  const id = await created({
    assignees: ['ria', 'sam@borealis.example'],
    requiredAssignees: ['sam'],
    distribution: [on.ids.tess],
    private: true,
    dueDate: '2026-04-01',
    number: 'A-7',
    files: [{ filename: 'plan.pdf', contentType: 'application/pdf', size: 2048 }],
    answers: [
      { by: 'ria', body: 'Use 12 mm.', official: true },
      { by: 'sam', body: 'I agree.' },
    ],
  });
  expect((await on.get(`/${id}`)).json).toMatchObject({
    status: 'open',
    number: 'A-7',
    private: true,
    due_date: '2026-04-01',
    rfi_manager: { id: on.ids.gus },
    ball_in_court_role: 'RFI Manager',
    questions: [
      {
        created_by: 'Gus Ó Nolan',
        attachments: [{ name: 'plan.pdf' }],
        answers: [
          { created_by_id: on.ids.ria, official: true },
          { created_by_id: on.ids.sam, official: false },
        ],
      },
    ],
  });
});

test('the ledger tells the whole history with who did it', async () => {
  const id = await created();
  await act('edit', { id, by: 'gus', subject: 'Wider' });
  await act('answer', { id, by: 'ria', body: 'Use 12 mm.' });
  await act('close', { id, by: 'cleo' });
  const [rfi] = await recordsOf('rfis');
  expect(rfi).toMatchObject({ id, author: on.ids.gus, current: { subject: 'Wider', state: 'closed' } });
  expect(rfi?.history.map(({ action, actor }) => [action, actor])).toEqual([
    ['create', on.ids.gus],
    ['update', on.ids.gus],
    ['update', on.ids.ria],
    ['update', on.small.people.cleo.id],
  ]);
  expect(await recordsOf('rfi-replies')).toMatchObject([{ author: on.ids.ria, current: { rfiId: id, clientId: null } }]);
});

describe('somebody', () => {
  test('closes and reopens, recycles and retrieves', async () => {
    const id = await created();
    expect(await act('close', { id })).toMatchObject({ state: 'closed' });
    expect(await act('reopen', { id })).toMatchObject({ state: 'open' });
    expect(await act('recycle', { id })).toMatchObject({ recycledAt: '2026-03-09T23:30:00Z' });
    expect((await on.get(`/${id}`)).status).toBe(404);
    expect(await act('retrieve', { id })).toMatchObject({ recycledAt: null });
  });

  test('opens a draft and changes all its people', async () => {
    const id = await created({ draft: true, assignees: [] });
    const people = { assignees: ['sam'], requiredAssignees: ['sam'], distribution: ['tess'], manager: 'mona' };
    await act('edit', { id, draft: false, ...people });
    expect(on.trueRfi(id)).toMatchObject({
      state: 'open',
      number: '1',
      managerId: on.ids.mona,
      assigneeIds: [on.ids.sam],
      requiredAssigneeIds: [on.ids.sam],
      distributionIds: [on.ids.tess],
    });
  });

  test('moves the ball and forwards it', async () => {
    const id = await created();
    await act('forward', { id, by: 'ria', to: 'sam' });
    expect(await on.ball(id)).toEqual([on.ids.sam]);
    await act('move-ball', { id });
    expect(await on.ball(id)).toEqual([on.ids.gus]);
  });

  test('answers by mail: their own answer, in paragraphs, and the ball moves though the API would not move it', async () => {
    on.small.world.switches.set('ballMovesOnReply', 'never');
    const id = await created({ requiredAssignees: ['ria'] });
    await act('answer-by-email', { id, by: 'ria', body: 'Use <12 mm>.\n\nRia' });
    const [reply] = (await on.get(`/${id}/replies`)).each('rich_text_body');
    expect(reply).toBe('<p>Use &lt;12 mm&gt;.</p><p>Ria</p>');
    expect((await on.get(`/${id}/replies`)).each('created_by_id')).toEqual([on.ids.ria]);
    expect(await on.ball(id)).toEqual([on.ids.gus]);
  });

  test('who manages the RFI enters the answer of another, whose it then is', async () => {
    const id = await created();
    await act('answer-for', { id, by: 'gus', of: 'ria', body: 'Use 12 mm.', official: true });
    expect(await recordsOf('rfi-replies')).toMatchObject([
      { author: on.ids.gus, current: { authorId: on.ids.ria, official: true } },
    ]);
    const refused = await control.call('POST', '/admin/rfis/answer-for', { id, by: 'sam', of: 'ria', body: 'x' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'refused-by-procore' } });
  });

  test('marks an answer official and deletes it', async () => {
    const id = await created();
    const reply = idOf(await act('answer', { id, by: 'ria', body: 'Use 12 mm.' }));
    expect(await act('set-official', { id: reply, official: true })).toMatchObject({ official: true });
    await act('delete-answer', { id: reply });
    expect(on.trueReplies()).toEqual([]);
  });
});

test.each([
  ['create', { projectId: '1', by: 'gus', subject: 'x', body: 'y' }, 404],
  ['close', { id: '1' }, 404],
  ['answer', { id: '1', by: 'nobody at all', body: 'x' }, 404],
  ['close', { colour: 'red' }, 400],
])('%s of what is not there or not a field is refused', async (name, body, status) => {
  expect((await control.call('POST', `/admin/rfis/${name}`, body)).status).toBe(status);
});

test('a person is held to their own rights', async () => {
  const id = await created();
  expect((await control.call('POST', '/admin/rfis/close', { id, by: 'ria' })).status).toBe(403);
  expect((await control.call('POST', '/admin/rfis/answer', { id, by: 'tess', body: 'x' })).status).toBe(403);
});
