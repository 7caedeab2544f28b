import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRfis, type RfiGround } from './rfi-ground.ts';

let on: RfiGround;
beforeEach(async () => {
  on = await openRfis();
});
afterEach(() => on.ground.close());

test('an admin opens an RFI, which is numbered; the same call twice makes two', async () => {
  const [first, second] = [await on.create(), await on.create()];
  expect([first.status, first.at('status'), first.at('number'), second.at('number')]).toEqual([201, 'open', '1', '2']);
  expect(first.json).toMatchObject({ draft: false, accepted: false, initiated_at: '2026-03-09T23:30:00Z', time_resolved: null });
  const records = on.small.world.ledger.records('rfis');
  expect(records.map(({ author, history }) => [author, history.length])).toEqual([
    [on.ids.gus, 1],
    [on.ids.gus, 1],
  ]);
});

test('Standard gets a draft whatever it asks for, without a number, until an admin opens it', async () => {
  const made = await on.create({ assignee_ids: undefined, draft: false }, 'ria');
  expect([made.status, made.at('status'), made.at('number')]).toEqual([201, 'draft', null]);
  const id = made.word('id');
  expect((await on.edit(id, { draft: false }, 'ria')).status).toBe(403);
  expect((await on.edit(id, { draft: false })).json).toEqual({ errors: { assignees: ['required'] } });
  const opened = await on.edit(id, { draft: false, assignee_ids: [on.ids.sam] });
  expect([opened.at('status'), opened.at('number')]).toEqual(['open', '1']);
  expect((await on.edit(id, { draft: true })).status).toBe(400);
});

test('Standard that may act as a manager opens RFIs', async () => {
  expect((await on.create({ rfi_manager_id: on.ids.mona }, 'mona')).at('status')).toBe('open');
});

test('Read Only creates nothing', async () => {
  expect((await on.create({ assignee_ids: undefined }, 'tess')).status).toBe(403);
  expect(on.small.world.ledger.records('rfis')).toEqual([]);
});

test('an open RFI needs assignees, a draft of an admin does not', async () => {
  const refused = await on.create({ assignee_ids: undefined });
  expect([refused.status, refused.json]).toEqual([400, { errors: { assignees: ['required'] } }]);
  expect((await on.create({ assignee_ids: undefined, draft: true })).at('status')).toBe('draft');
  const open = await on.open();
  expect((await on.edit(open, { assignee_ids: [] })).json).toEqual({ errors: { assignees: ['required'] } });
});

test.each(['subject', 'rfi_manager_id', 'question'])('a new RFI without %s is refused and named', async (field) => {
  const refused = await on.create({ [field]: undefined });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(field);
});

test('assignees are Standard at least, managers may be managers, the required are assignees', async () => {
  expect((await on.create({ assignee_ids: [on.ids.tess] })).json).toEqual({ errors: { assignees: ['invalid'] } });
  expect((await on.create({ rfi_manager_id: on.ids.ria })).json).toEqual({ errors: { rfi_manager: ['invalid'] } });
  expect((await on.create({ rfi_manager_id: on.ids.mona })).status).toBe(201);
  expect((await on.create({ distribution_ids: [on.small.people.ben.id] })).status).toBe(400);
  expect((await on.create({ required_assignee_ids: [on.ids.sam] })).json).toMatchObject({
    errors: { required_assignees: [expect.any(String)] },
  });
});

test('fields only an admin sets are refused for others, or dropped without a word by switch', async () => {
  const sent = { assignee_ids: [on.ids.sam], due_date: '2026-04-01' };
  expect((await on.create(sent, 'ria')).status).toBe(403);
  on.small.world.switches.set('rfiAdminFields', 'dropped');
  const made = await on.create(sent, 'ria');
  expect(made.json).toMatchObject({ status: 'draft', assignees: [], due_date: null });
  const changed = await on.edit(made.word('id'), { subject: 'Mine', accepted: true, draft: false, ...sent }, 'ria');
  expect(changed.json).toMatchObject({ subject: 'Mine', status: 'draft', assignees: [], due_date: null });
});

test('a malformed due date is stored as none without a word', async () => {
  const id = await on.open({ due_date: '2026-04-01' });
  expect((await on.edit(id, { due_date: '01/05/2026' })).json).toMatchObject({ due_date: null });
});

test('a change is partial, and Standard changes its own draft only', async () => {
  const id = await on.open({ due_date: '2026-04-01', reference: 'A-1' });
  on.state.nowMs += 60_000;
  const changed = await on.edit(id, { subject: 'Wider' });
  expect(changed.json).toMatchObject({
    subject: 'Wider',
    reference: 'A-1',
    due_date: '2026-04-01',
    created_at: '2026-03-09T23:30:00Z',
    updated_at: '2026-03-09T23:31:00Z',
  });
  for (const who of ['ria', 'sam', 'tess', 'mona'] as const) expect((await on.edit(id, { subject: 'x' }, who)).status).toBe(403);
  const own = (await on.create({ assignee_ids: undefined }, 'ria')).word('id');
  expect((await on.edit(own, { subject: 'Mine' }, 'ria')).at('subject')).toBe('Mine');
});

test('accepted closes an RFI: resolved, nobody has the ball; and opens it again', async () => {
  const id = await on.open();
  on.state.nowMs += 60_000;
  const closed = await on.edit(id, { accepted: true });
  expect(closed.json).toMatchObject({
    status: 'closed',
    accepted: true,
    time_resolved: '2026-03-09T23:31:00Z',
    ball_in_court: null,
    ball_in_courts: [],
    ball_in_court_role: null,
  });
  const again = await on.edit(id, { accepted: false });
  expect(again.json).toMatchObject({ status: 'open', accepted: false, time_resolved: null, ball_in_court: { id: on.ids.ria } });
});

test('by switch the manager has the ball of an RFI that is opened again', async () => {
  on.small.world.switches.set('ballOnReopen', 'manager');
  const id = await on.open();
  await on.edit(id, { accepted: true });
  expect((await on.edit(id, { accepted: false })).json).toMatchObject({ ball_in_court_role: 'RFI Manager' });
});

test('a draft is not closed, and a manager by granular permission closes only what is theirs', async () => {
  const draft = (await on.create({ draft: true })).word('id');
  expect((await on.edit(draft, { accepted: true })).status).toBe(400);
  const [own, other] = [await on.open({ rfi_manager_id: on.ids.mona }), await on.open()];
  expect((await on.edit(own, { accepted: true }, 'mona')).at('status')).toBe('closed');
  expect((await on.edit(other, { accepted: true }, 'mona')).status).toBe(403);
});

test('recycling hides an open RFI from lists and from single reads, and retrieving brings it back as it was', async () => {
  const id = await on.open();
  expect((await on.act(id, 'recycle', 'ria')).status).toBe(403);
  expect((await on.act(id, 'recycle')).status).toBe(200);
  const ways = [
    await on.get(`/${id}`),
    await on.get(`/${id}/replies`),
    await on.edit(id, { subject: 'x' }),
    await on.reply(id, 'ria'),
  ];
  expect(ways.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect((await on.get()).json).toEqual([]);
  const bin = await on.get('/recycle_bin');
  expect(bin.json).toMatchObject([{ id, status: 'recycled', deleted: true, deleted_at: '2026-03-09T23:30:00Z' }]);
  expect((await on.get('/recycle_bin', 'ria')).status).toBe(403);
  expect((await on.act(id, 'retrieve')).status).toBe(200);
  const back = await on.get(`/${id}`);
  expect(back.json).toMatchObject({ status: 'open', ball_in_court: { id: on.ids.ria } });
  expect(back.text).not.toContain('deleted');
  expect((await on.act(id, 'retrieve')).status).toBe(404);
});

test('closed RFIs and drafts keep their status in the bin', async () => {
  const closed = await on.open();
  await on.edit(closed, { accepted: true });
  const draft = (await on.create({ draft: true })).word('id');
  for (const id of [closed, draft]) await on.act(id, 'recycle');
  expect((await on.get('/recycle_bin')).each('status')).toEqual(['closed', 'draft']);
});

test('by switch a recycled RFI is still shown, marked as deleted, to whoever could see it', async () => {
  on.small.world.switches.set('recycledRfiShown', true);
  const id = await on.open({ private: true });
  await on.act(id, 'recycle');
  expect((await on.get(`/${id}`, 'ria')).json).toMatchObject({ status: 'recycled', deleted: true });
  expect((await on.get(`/${id}`, 'sam')).status).toBe(404);
});

test('there is no way to delete an RFI', async () => {
  const id = await on.open();
  expect((await on.send('DELETE', `/${id}`, 'gus')).status).toBe(404);
  expect(on.trueRfi(id)).toBeDefined();
});
