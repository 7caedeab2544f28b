import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RfiMail } from '../../sandbox/procore/rfis/mails.ts';
import { sha256Of, uploaded } from './file-ground.ts';
import { openRfis, type RfiGround } from './rfi-ground.ts';

let on: RfiGround;
beforeEach(async () => {
  on = await openRfis();
});
afterEach(() => on.ground.close());

const patch = (rfi: string, reply: string, who: 'gus' | 'ria' | 'mona', fields: Record<string, unknown>) =>
  on.send('PATCH', `/${rfi}/replies/${reply}`, who, { reply: fields });

test('the author is the user of the token, and the same call twice leaves two', async () => {
  const id = await on.open();
  const [first, second] = [await on.reply(id, 'ria', { created_by_id: on.ids.gus }), await on.reply(id, 'ria')];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.json).toMatchObject({ created_by: 'Ria Ó Nolan', created_by_id: on.ids.ria, answer_date: '2026-03-09T23:30:00Z' });
  const records = on.small.world.ledger.records('rfi-replies');
  expect(records.map(({ author, authorClientId }) => [author, authorClientId])).toEqual([
    [on.ids.ria, on.small.ours.clientId],
    [on.ids.ria, on.small.ours.clientId],
  ]);
  const writes = on.small.world.ledger.after(0, { operation: 'RestV10ProjectsProjectIdRfisRfiIdRepliesPost' });
  expect(writes.map(({ committed }) => committed?.resource)).toEqual(['rfi-replies', 'rfi-replies']);
});

test('assignees and the distribution list reply, with Standard; so do the manager and admins', async () => {
  const id = await on.open({ distribution_ids: [on.ids.sam, on.ids.tess], rfi_manager_id: on.ids.mona });
  const statuses = [];
  for (const who of ['ria', 'sam', 'mona', 'gus', 'tess'] as const) statuses.push((await on.reply(id, who)).status);
  expect(statuses).toEqual([201, 201, 201, 201, 403]);
  const other = await on.open({ assignee_ids: [on.ids.sam] });
  expect([(await on.reply(other, 'ria')).status, (await on.reply(other, 'mona')).status]).toEqual([403, 403]);
});

test('a role lowered meanwhile replies no more', async () => {
  const id = await on.open();
  const { world, project } = on.small;
  const template = world.templates.get(world.memberships.get(`${project.id}:${on.ids.ria}`)?.templateId ?? '');
  if (template) world.templates.put({ ...template, levels: { rfis: 'Read Only' } });
  expect((await on.reply(id, 'ria')).status).toBe(403);
  expect(on.trueReplies()).toEqual([]);
});

test('an official answer leaves the RFI open', async () => {
  const id = await on.open();
  const { world } = on.small;
  const reply = await on.reply(id, 'gus', { official: true });
  expect(reply.at('official')).toBe(true);
  expect((await on.get(`/${id}`)).json).toMatchObject({ status: 'open', time_resolved: null });
  expect(world.rfis.get(id)?.state).toBe('open');
});

test.each([
  ['refuse-403', 403, null],
  ['dropped', 201, false],
  ['allow', 201, true],
] as const)('official by Standard under %s answers %d', async (rule, status, official) => {
  on.small.world.switches.set('officialByStandard', rule);
  const id = await on.open();
  expect((await on.reply(id, 'ria', { official: true })).status).toBe(status);
  expect(on.trueReplies().map((reply) => reply.official)).toEqual(official === null ? [] : [official]);
});

test.each([
  ['asked', '?send_emails=true', true],
  ['asked', '?send_emails=false', false],
  ['asked', '', false],
  ['always', '?send_emails=false', true],
  ['never', '?send_emails=true', false],
] as const)('mail about a reply under %s and “%s”: %s', async (rule, query, isMailed) => {
  const { world } = on.small;
  world.switches.set('replyMails', rule);
  const id = await on.open({ distribution_ids: [on.ids.sam] });
  await on.send('POST', `/${id}/replies${query}`, 'ria', { reply: { body: 'At grid 4.' } });
  const mails = world.ledger.records('rfi-mails').map(({ current }) => current as RfiMail);
  const [reply] = on.trueReplies();
  const to = [on.ids.gus, on.ids.sam].map((personId) => ({ personId, email: world.people.get(personId)?.email }));
  expect(mails).toEqual(isMailed ? [{ id: expect.any(String), rfiId: id, replyId: reply?.id, to }] : []);
});

test('an admin, the manager by granular permission, and nobody else choose the official answer afterwards', async () => {
  const id = await on.open({ rfi_manager_id: on.ids.mona });
  const reply = (await on.reply(id, 'ria')).word('id');
  expect((await patch(id, reply, 'ria', { official: true })).status).toBe(403);
  expect((await patch(id, reply, 'mona', { official: true })).at('official')).toBe(true);
  expect((await patch(id, reply, 'gus', { official: false })).at('official')).toBe(false);
  const other = await on.open();
  const another = (await on.reply(other, 'ria')).word('id');
  expect((await patch(other, another, 'mona', { official: true })).status).toBe(403);
});

test('nothing of a reply but official changes', async () => {
  const id = await on.open();
  const reply = (await on.reply(id, 'ria')).word('id');
  expect((await patch(id, reply, 'gus', { body: 'Other', official: true })).json).toMatchObject({
    official: true,
    plain_text_body: 'Use 12 mm.',
  });
  expect((await patch(id, reply, 'gus', { body: 'Other' })).at('plain_text_body')).toBe('Use 12 mm.');
});

test('an admin deletes a reply for good', async () => {
  const id = await on.open();
  const reply = (await on.reply(id, 'ria')).word('id');
  expect((await on.send('DELETE', `/${id}/replies/${reply}`, 'ria')).status).toBe(403);
  expect((await on.send('DELETE', `/${id}/replies/${reply}`, 'gus')).status).toBe(200);
  expect((await on.get(`/${id}/replies`)).json).toEqual([]);
  const [record] = on.small.world.ledger.records('rfi-replies');
  expect([record?.current, record?.author, record?.history.map(({ action, actor }) => [action, actor])]).toEqual([
    null,
    on.ids.ria,
    [
      ['create', on.ids.ria],
      ['delete', on.ids.gus],
    ],
  ]);
});

test('a reply belongs to its RFI', async () => {
  const [id, other] = [await on.open(), await on.open()];
  const reply = (await on.reply(id, 'ria')).word('id');
  expect((await on.get(`/${id}/replies/${reply}`)).word('id')).toBe(reply);
  expect((await on.get(`/${other}/replies/${reply}`)).status).toBe(404);
});

test.each([
  ['refuse-422', 422, 0],
  ['refuse-403', 403, 0],
  ['allow', 201, 1],
] as const)('a reply to a closed RFI under %s answers %d', async (rule, status, count) => {
  on.small.world.switches.set('replyWhenClosed', rule);
  const id = await on.open();
  await on.edit(id, { accepted: true });
  expect((await on.reply(id, 'ria')).status).toBe(status);
  expect(on.trueReplies()).toHaveLength(count);
  expect(on.trueRfi(id)).toMatchObject({ state: 'closed', ball: { holderIds: [] } });
});

test('a draft has no replies, and a reply has a text', async () => {
  const draft = (await on.create({ draft: true })).word('id');
  expect((await on.reply(draft, 'gus')).status).toBe(400);
  expect((await on.reply(await on.open(), 'ria', { body: ' ' })).status).toBe(400);
  expect(on.trueReplies()).toEqual([]);
});

test.each([
  [true, '2026-03-09T23:31:00Z'],
  [false, '2026-03-09T23:30:00Z'],
])('a reply moves updated_at of its RFI: %s', async (moves, updatedAt) => {
  on.small.world.switches.set('rfiUpdatedOnReply', moves);
  const id = await on.open();
  on.state.nowMs += 60_000;
  await on.reply(id, 'ria');
  expect((await on.get(`/${id}`)).at('updated_at')).toBe(updatedAt);
});

test.each([
  [
    'as-sent',
    '<div class="x">Use <b>12&nbsp;mm</b></div><script>x()</script>',
    '<div class="x">Use <b>12&nbsp;mm</b></div><script>x()</script>',
  ],
  ['sanitised', '<div class="x">Use <b>12&nbsp;mm</b></div><script>x()</script>', '<p>Use <strong>12&nbsp;mm</strong></p>'],
  ['sanitised', 'Use\n12 mm', '<p>Use<br>12 mm</p>'],
])('under %s the text %j is kept as %j', async (rule, sent, kept) => {
  on.small.world.switches.set('rfiBodies', rule);
  const reply = await on.reply(await on.open(), 'ria', { body: sent });
  expect(reply.at('rich_text_body')).toBe(kept);
  if (rule === 'sanitised') expect(String(reply.at('plain_text_body')).replace('\n', ' ')).toBe('Use 12 mm');
});

/** A file of that person's own that has come, through the upload routes. */
function uploadOf(who: 'gus' | 'ria' | 'sam', text = 'a plan'): Promise<string> {
  const uploads = `/rest/v1.1/projects/${on.small.project.id}/uploads`;
  return uploaded(on.ground, uploads, on.token(who), [Buffer.from(text)]);
}

test('uploads of their own hang on a question and on a reply, and are listed with their address', async () => {
  const id = await on.open({ question: { body: 'See', upload_ids: [await uploadOf('gus')] } });
  const mine = await uploadOf('ria', 'détail');
  await on.reply(id, 'ria', { upload_ids: [mine] });
  const shown = await on.get(`/${id}`);
  expect(shown.json).toMatchObject({
    questions: [
      {
        attachments: [{ name: 'plan.pdf', filename: 'plan.pdf', url: expect.stringContaining(on.ground.api) }],
        answers: [{ attachments: [{ name: 'plan.pdf' }] }],
      },
    ],
  });
  const [reply] = on.trueReplies();
  expect(reply?.attachments[0]?.sha256).toBe(sha256Of(Buffer.from('détail')));
  expect((await on.reply(id, 'ria', { upload_ids: [mine] })).status).toBe(422);
});

test("a reply with somebody else's upload is refused as a whole, and a refused reply spends no upload", async () => {
  const id = await on.open();
  expect((await on.reply(id, 'ria', { upload_ids: [await uploadOf('sam')] })).status).toBe(422);
  expect(on.trueReplies()).toEqual([]);
  const own = await uploadOf('sam');
  expect((await on.reply(id, 'sam', { upload_ids: [own] })).status).toBe(403);
  expect(on.small.world.storage.uploads.get(own)?.attachmentId).toBeNull();
});
