import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { uploaded } from './file-ground.ts';
import { openSubmittals, type SubmittalGround } from './submittal-ground.ts';

let on: SubmittalGround;
beforeEach(async () => {
  on = await openSubmittals();
});
afterEach(() => on.close());

const base = () => `/rest/v1.1/projects/${on.small.project.id}/submittals`;
const create = (who: Parameters<SubmittalGround['call']>[0], fields: object, query = '') =>
  on.call(who, 'POST', `${base()}${query}`, { submittal: fields });
const change = (who: Parameters<SubmittalGround['call']>[0], id: string, fields: object, query = '') =>
  on.call(who, 'PATCH', `${base()}/${id}${query}`, { submittal: fields });
const truth = (resource = 'submittals') => on.world.ledger.records(resource);

/** A multipart body, as published clients send it. */
async function sendForm(method: string, path: string, fields: readonly (readonly [string, string])[]) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  const authorization = `Bearer ${await on.ground.personToken(on.ids.gus)}`;
  const headers = { authorization, 'procore-company-id': on.small.company.id };
  return fetch(`${on.ground.api}${path}`, { method, headers, body: form });
}

describe('a new submittal', () => {
  test('is open, public by an Admin and private by others, and written twice where it is sent twice', async () => {
    const [first, second] = [await create('gus', { number: '9', title: 'Glass' }), await create('gus', { number: '9' })];
    expect([first.status, first.word('id') === second.word('id')]).toEqual([201, false]);
    expect(first.json).toMatchObject({ number: '9', revision: '0', private: false, status: { status: 'Open' } });
    expect((await create('ria', { number: '10' })).at('private')).toBe(true);
    expect((await create('ria', { number: '11', private: false })).at('private')).toBe(false);
    expect(truth()).toHaveLength(4);
    expect(truth()[0]).toMatchObject({ author: on.ids.gus, authorClientId: on.small.ours.clientId });
  });

  test('needs a number (400) and Standard (403); fields for Admins are refused to others (403)', async () => {
    expect((await create('gus', { title: 'Glass' })).status).toBe(400);
    expect((await create('tess', { number: '9' })).status).toBe(403);
    expect((await create('ria', { number: '9', submittal_manager_id: on.ids.ria })).status).toBe(403);
    expect((await create('ria', { number: '9', issue_date: '2026-03-01' })).status).toBe(403);
    expect(truth()).toEqual([]);
  });

  test('keeps a malformed date as null without complaint, and refuses people who cannot see it', async () => {
    const made = await create('gus', { number: '9', due_date: '09/03/2026', issue_date: '2026-03-01' });
    expect([made.status, made.at('due_date'), made.at('issue_date')]).toEqual([201, null, '2026-03-01']);
    expect((await create('gus', { number: '9', distribution_member_ids: [on.ids.otto] })).status).toBe(422);
    expect((await create('gus', { number: '9', submittal_manager_id: 12 })).status).toBe(422);
    expect((await create('gus', { number: '9', status_id: 12 })).status).toBe(422);
  });

  test('takes its workflow from a multipart body only; JSON is 400 by Procore’s own sentence', async () => {
    const steps = [[{ login_information_id: on.ids.ria, approver_type: 'Approver' }]];
    const refused = await create('gus', { number: '9', workflow_data: steps });
    expect([refused.status, refused.at('errors.0')]).toEqual([400, 'Error Updating Approvers.']);
    expect(truth()).toEqual([]);
    const made = await sendForm('POST', base(), [
      ['submittal[number]', '9'],
      ['submittal[distribution_member_ids][]', on.ids.tess],
      ['submittal[distribution_member_ids][]', on.ids.ivy],
      ['submittal[workflow_data][0][0][login_information_id]', on.ids.ria],
      ['submittal[workflow_data][0][0][days_to_respond]', '5'],
      ['submittal[workflow_data][0][1][login_information_id]', on.ids.sam],
      ['submittal[workflow_data][0][1][response_required]', 'false'],
      ['submittal[workflow_data][1][0][login_information_id]', on.ids.gus],
      ['submittal[workflow_data][1][0][approver_type]', 'Submitter'],
    ]);
    expect(made.status).toBe(201);
    expect(truth()[0]?.current).toMatchObject({
      distributionIds: [on.ids.tess, on.ids.ivy],
      approvers: [
        { userId: on.ids.ria, step: 1, required: true, daysToRespond: 5 },
        { userId: on.ids.sam, step: 1, required: false },
        { userId: on.ids.gus, step: 2, type: 'Submitter' },
      ],
    });
  });

  test('mails only when asked to', async () => {
    await create('gus', { number: '9', distribution_member_ids: [on.ids.tess] });
    expect(truth('submittal-mails')).toEqual([]);
    const made = await create('gus', { number: '9', distribution_member_ids: [on.ids.tess] }, '?send_emails=true');
    await change('gus', made.word('id'), { title: 'Glas' }, '?send_emails=true');
    const to = [{ email: 'tess@studio.example' }];
    expect(truth('submittal-mails').map(({ current }) => current)).toMatchObject([
      { reason: 'created', to },
      { reason: 'updated', to },
    ]);
  });
});

describe('a change', () => {
  test('is for Admins, and for who wrote it while it is a draft', async () => {
    const statuses = await on.call('ria', 'GET', `/rest/v1.0/companies/${on.small.company.id}/submittal_statuses`);
    expect(statuses.each('status')).toEqual(['Draft', 'Open', 'Closed']);
    const made = await create('ria', { number: '9', private: false });
    const id = made.word('id');
    expect((await change('ria', id, { title: 'Mine' })).status).toBe(403);
    await change('gus', id, { status_id: statuses.word('0.id') });
    expect((await change('ria', id, { title: 'Mine' })).at('title')).toBe('Mine');
    expect((await change('sam', id, { title: 'Not mine' })).status).toBe(403);
    expect(truth()[0]?.history.map(({ action, actor }) => [action, actor])).toEqual([
      ['create', on.ids.ria],
      ['update', on.ids.gus],
      ['update', on.ids.ria],
    ]);
  });

  test('of the status closes and opens it: the ball leaves, closed_at comes and goes', async () => {
    const submittal = on.written([['ria']]);
    const statuses = await on.call('gus', 'GET', `/rest/v1.0/companies/${on.small.company.id}/submittal_statuses`);
    const closed = await change('gus', submittal.id, { status_id: statuses.word('2.id') });
    expect(closed.json).toMatchObject({ status: { status: 'Closed' }, ball_in_court: [], closed_at: '2026-03-09T23:30:00Z' });
    const open = await change('gus', submittal.id, { status_id: statuses.word('1.id') });
    expect([open.at('closed_at'), open.word('ball_in_court.0.id')]).toEqual([null, on.ids.ria]);
  });

  test('of the workflow keeps the slots it names, with their answers, and drops the rest', async () => {
    const submittal = on.written([['ria'], ['sam']]);
    await on.respond('ria', submittal, 'ria', 'Approved');
    const steps = [
      [{ login_information_id: on.ids.ria, submittal_log_approver_id: on.slot(submittal, 'ria').id }],
      [{ login_information_id: on.ids.ivy }],
    ];
    const path = `${base()}/${submittal.id}`;
    expect((await change('gus', submittal.id, { workflow_data: steps })).status).toBe(400);
    const form = await sendForm('PATCH', path, [['submittal[workflow_data]', JSON.stringify(steps)]]);
    expect(form.status).toBe(200);
    const row = on.world.submittals.get(submittal.id) ?? submittal;
    expect(row.approvers.map(({ userId }) => userId)).toEqual([on.ids.ria, on.ids.ivy]);
    expect(row.approvers[0]).toMatchObject({ id: on.slot(submittal, 'ria').id, returnedDate: '2026-03-10' });
    const workflow = await on.call('tess', 'GET', `${path}/workflow_data`);
    expect(workflow.json).toMatchObject({ steps: [{ number: 1 }, { number: 2 }], approvers: [{ name: 'ria Test' }, {}] });
  });
});

describe('what a project answers with', () => {
  test('nine responses at first, each with what it counts as, and its own, which others do not have', async () => {
    const path = `/rest/v1.0/projects/${on.small.project.id}/submittal_responses`;
    const first = await on.call('tess', 'GET', path);
    expect(first.each('name')).toHaveLength(9);
    expect(first.json).toContainEqual(expect.objectContaining({ name: 'Approved as Noted', considered: 'approved as noted' }));
    const body = { submittal_response: { name: 'Geprüft', considered: 'approved' } };
    expect((await on.call('ria', 'POST', path, body)).status).toBe(403);
    expect((await on.call('gus', 'POST', path, body)).status).toBe(201);
    expect((await on.call('gus', 'POST', path, body)).status).toBe(422);
    const odd = { submittal_response: { name: 'Odd', considered: 'maybe' } };
    expect((await on.call('gus', 'POST', path, odd)).status).toBe(422);
    const older = await on.call('tess', 'GET', `/rest/v1.0/submittal_responses?project_id=${on.small.project.id}`);
    expect(older.each('name')).toEqual([...first.each('name'), 'Geprüft']);
    const submittal = on.written([['ria']]);
    await on.respond('ria', submittal, 'ria', 'Geprüft');
    expect((await on.shown('ria', submittal.id)).at('ball_in_court')).toEqual([]);
  });
});

describe('closing and distributing', () => {
  const send = (who: Parameters<SubmittalGround['call']>[0], id: string, body: object) =>
    on.call(who, 'PATCH', `/rest/v1.0/projects/${on.small.project.id}/submittal_logs/${id}/close_and_distribute`, body);

  test('is for Admins; it closes, is kept, and mails the recipients by itself', async () => {
    const submittal = on.written([['ria']], { distributionIds: [on.ids.tess] });
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect((await send('ria', submittal.id, {})).status).toBe(403);
    const selected_approvers = [{ id: on.slot(submittal, 'ria').id }];
    const sent = await send('gus', submittal.id, { message: 'Done', recipient_ids: [on.ids.ivy], selected_approvers });
    expect([sent.status, sent.at('message')]).toEqual([200, 'Done']);
    const shown = await on.shown('tess', submittal.id);
    expect(shown.json).toMatchObject({
      status: { status: 'Closed' },
      distributed_at: '2026-03-09T23:30:00Z',
      approvers: [{ distributed: true }],
      distributed_submittals: [{ message: 'Done', distributed_to: [{ login: 'ivy@studio.example' }] }],
    });
    expect(truth('submittal-mails').map(({ current }) => current)).toMatchObject([
      { reason: 'distributed', to: [{ email: 'ivy@studio.example' }] },
    ]);
  });
});

describe('files of a response', () => {
  const bytes = Buffer.from('a marked-up drawing');
  const upload = async (who: 'ria' | 'gus' | 'sam' = 'ria') =>
    uploaded(on.ground, `/rest/v1.1/projects/${on.small.project.id}/uploads`, await on.ground.personToken(on.ids[who]), [bytes]);
  const files = () => truth('submittal-responses').map(({ current }) => Object(current).attachments.length);

  test('come from the uploads of who answers, and hang there with their bytes', async () => {
    const submittal = on.written([['ria']]);
    const upload_ids = [await upload(), await upload()];
    const reply = await on.respond('ria', submittal, 'ria', 'Approved', { upload_ids });
    expect(reply.at('0.attachments')).toMatchObject([{ name: 'plan.pdf' }, { name: 'plan.pdf' }]);
    const shown = await on.shown('tess', submittal.id);
    expect(shown.word('approvers.0.attachments.0.id')).toBe(reply.word('0.attachments.0.id'));
    const list = await on.call('tess', 'GET', base());
    expect(list.at('0.approvers.0.associated_attachments.1')).toMatchObject({ filename: 'plan.pdf', state: 'available' });
    expect(list.word('0.approvers.0.associated_attachments.1.attachment_id')).toBe(reply.word('0.attachments.1.id'));
    expect(files()).toEqual([2]);
  });

  test('of an answer that is refused are not spent, and another person’s are refused', async () => {
    const [submittal, next] = [on.written([['sam'], ['ria']]), on.written([['ria']])];
    const uuid = await upload();
    expect((await on.respond('ria', submittal, 'ria', 'Approved', { upload_ids: [uuid] })).status).toBe(422);
    expect((await on.respond('sam', submittal, 'sam', 'Approved', { upload_ids: [uuid] })).status).toBe(422);
    expect((await on.respond('ria', next, 'ria', 'Approved', { upload_ids: [uuid] })).status).toBe(200);
    expect(files()).toEqual([1]);
  });

  test.each([
    ['doubled', 2],
    ['once', 1],
  ])('repeatedUploads %s: the same request sent again leaves %d files', async (value, count) => {
    on.world.switches.set('answerAgain', 'allowed');
    on.world.switches.set('repeatedUploads', value);
    const submittal = on.written([['ria'], ['sam']]);
    const upload_ids = [await upload()];
    const send = () => on.respond('ria', submittal, 'ria', 'Approved', { upload_ids });
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    expect(files()).toEqual([count]);
    expect(on.world.storage.files.size).toBe(count);
  });
});
