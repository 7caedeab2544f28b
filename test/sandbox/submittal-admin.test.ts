import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type ControlGround, openControl } from './control-ground.ts';
import { openSubmittals, type SubmittalGround } from './submittal-ground.ts';

let on: SubmittalGround;
let control: ControlGround;
beforeEach(async () => {
  on = await openSubmittals();
  control = await openControl(on.world);
});
afterEach(async () => {
  await control.close();
  await on.close();
});

const approver = z.looseObject({ id: z.string(), userId: z.string(), responseId: z.string().nullable() });
const row = z.looseObject({ id: z.string(), revision: z.string(), statusId: z.string(), approvers: z.array(approver) });
const act = async (verb: string, body: object) => row.parse(await control.done(`/admin/submittals/${verb}`, body));
const refused = async (verb: string, body: object) => (await control.call('POST', `/admin/submittals/${verb}`, body)).status;
const person = (name: string) => `${name}@studio.example`;
const write = (more: object = {}) =>
  act('create', {
    projectId: on.small.project.id,
    by: person('gus'),
    number: '12',
    title: 'Glass',
    manager: person('gus'),
    distribution: [person('tess')],
    steps: [[{ person: person('ria') }], [{ person: person('sam'), required: false, daysToRespond: 5 }]],
    ...more,
  });
const ball = async (id: string) => on.listed('gus', `filters[id]=${id}&filters[ball_in_court_id]=${on.ids.ria}`);

test('a person writes one with its workflow and files, changes it, and all of it is in the truth under their name', async () => {
  const made = await write({ files: [{ filename: 'Glass.pdf', contentType: 'application/pdf', size: 10 }] });
  await act('edit', { id: made.id, by: person('gus'), title: 'Glas', private: true });
  const { body } = await control.call('GET', '/ledger/records?resource=submittals');
  expect(body).toMatchObject([
    {
      id: made.id,
      author: on.ids.gus,
      authorClientId: null,
      current: {
        title: 'Glas',
        private: true,
        distributionIds: [on.ids.tess],
        attachments: [{ filename: 'Glass.pdf', size: 10 }],
        approvers: [
          { userId: on.ids.ria, step: 1 },
          { userId: on.ids.sam, step: 2, required: false, daysToRespond: 5 },
        ],
      },
      history: [{ action: 'create' }, { action: 'update' }],
    },
  ]);
});

test('a slot is answered by its person, or by an Admin in their place, and by nobody else', async () => {
  const [first, second] = [await write(), await write()];
  const answer = (slots: typeof first, by?: string) => ({
    approverId: slots.approvers[0]?.id,
    response: 'Approved as Noted',
    comment: 'By hand',
    ...(by === undefined ? {} : { by: person(by) }),
  });
  await act('respond', answer(first));
  await act('respond', { ...answer(second, 'gus'), sendEmails: true });
  expect(await refused('respond', answer(await write(), 'sam'))).toBe(403);
  expect(await refused('respond', { ...answer(await write()), response: 'Never heard of' })).toBe(404);
  expect(on.world.ledger.records('submittal-responses')).toMatchObject([
    { author: on.ids.ria, authorClientId: null, current: { userId: on.ids.ria, comment: 'By hand' } },
    { author: on.ids.gus, current: { userId: on.ids.ria } },
  ]);
  expect(on.world.ledger.records('submittal-mails')).toMatchObject([{ current: { submittalId: second.id } }]);
});

test('somebody takes a place in the workflow, and one person gets a second slot', async () => {
  const made = await write();
  const replaced = await act('replace-approver', {
    approverId: made.approvers[0]?.id,
    by: person('gus'),
    personId: person('ivy'),
  });
  expect(replaced.approvers.map(({ id, userId }) => [id, userId])).toEqual([
    [made.approvers[0]?.id, on.ids.ivy],
    [made.approvers[1]?.id, on.ids.sam],
  ]);
  const twice = await act('add-approver', { id: made.id, by: person('gus'), personId: person('sam'), step: 1 });
  expect(twice.approvers.filter(({ userId }) => userId === on.ids.sam)).toMatchObject([{ step: 2 }, { step: 1 }]);
  expect(await refused('add-approver', { id: made.id, by: person('ria'), personId: person('sam'), step: 1 })).toBe(403);
});

test('it is closed, opened, distributed, deleted, restored and revised', async () => {
  const { id } = await write();
  const by = person('gus');
  await act('close', { id, by });
  expect(await ball(id)).toEqual([]);
  await act('reopen', { id, by });
  expect(await ball(id)).toEqual([id]);
  const sent = await act('distribute', { id, by, message: 'Done', recipients: [person('ivy')] });
  expect(sent['distributions']).toMatchObject([{ message: 'Done', to: [on.ids.ivy] }]);
  await act('delete', { id, by });
  expect(await on.listed('gus')).toEqual([]);
  await act('restore', { id, by });
  const next = await act('revise', { id, by, steps: [[{ person: person('ivy') }]] });
  expect(next).toMatchObject({ revision: '1', currentRevision: true, approvers: [{ userId: on.ids.ivy }] });
  expect(await on.listed('gus')).toEqual([id, next.id]);
  expect(await refused('delete', { id, by: person('ria') })).toBe(403);
  expect(await refused('close', { id: '12', by })).toBe(404);
});

test('a project offers one more response and withdraws another, and a company names a status its own way', async () => {
  const project = { projectId: on.small.project.id, by: person('gus') };
  await control.done('/admin/submittals/add-response', { ...project, name: 'Geprüft', considered: 'approved' });
  await control.done('/admin/submittals/remove-response', { ...project, name: 'Void' });
  const path = `/rest/v1.0/projects/${on.small.project.id}/submittal_responses`;
  const names = (await on.call('tess', 'GET', path)).each('name');
  expect([names.includes('Geprüft'), names.includes('Void'), names.length]).toEqual([true, false, 9]);
  const status = { companyId: on.small.company.id, name: 'With the Architect', status: 'Open' };
  const { id: statusId } = z.looseObject({ id: z.string() }).parse(await control.done('/admin/submittals/add-status', status));
  const made = await write({ statusId });
  expect((await on.shown('ria', made.id)).at('status')).toMatchObject({ name: 'With the Architect', status: 'Open' });
  expect(await ball(made.id)).toEqual([made.id]);
});
