import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addTemplate } from '../../sandbox/kernel/directory.ts';
import type { Submittal } from '../../sandbox/kernel/model-submittals.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { answerByHand, replaceApprover, setSubmittalState, withdrawResponse } from '../../sandbox/procore/admin/submittals.ts';
import { putOnProject } from '../../sandbox/procore/admin/users.ts';
import { offeredResponses } from '../../sandbox/procore/submittals/responses.ts';
import type { Reply } from './procore-ground.ts';
import { nowMs, openSubmittals, type SubmittalGround, today } from './submittal-ground.ts';

let on: SubmittalGround;
beforeEach(async () => {
  on = await openSubmittals();
});
afterEach(() => on.close());

const ball = async ({ id }: Submittal): Promise<string[]> => {
  const { json, at } = await on.shown('gus', id);
  return json === undefined ? [] : (at('ball_in_court') as { id: unknown }[]).map((one) => String(one.id));
};
const answers = () => on.world.ledger.records('submittal-responses');
const mails = () => on.world.ledger.records('submittal-mails').map(({ current }) => current);
const message = ({ text }: Reply): string => text;

describe('the steps', () => {
  test('the ball is with those of the first step, and with the next only when all its required ones have answered', async () => {
    const submittal = on.written([['ria', { who: 'sam' }], ['gus']]);
    expect(await ball(submittal)).toEqual([on.ids.ria, on.ids.sam]);
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect(await ball(submittal)).toEqual([on.ids.sam]);
    await on.respond('sam', submittal, 'sam', 'Approved as Noted');
    expect(await ball(submittal)).toEqual([on.ids.gus]);
  });

  test('one that need not answer has the ball with the rest and holds up nobody', async () => {
    const submittal = on.written([['ria', { who: 'sam', required: false }], ['gus']]);
    expect(await ball(submittal)).toEqual([on.ids.ria, on.ids.sam]);
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect(await ball(submittal)).toEqual([on.ids.gus]);
    expect((await on.respond('sam', submittal, 'sam', 'Approved')).status).toBe(422);
  });

  test('a step is dated when it begins, by the day of the project, and due so many days later', async () => {
    const submittal = on.written([[{ who: 'ria', daysToRespond: 20 }], [{ who: 'sam', daysToRespond: 0 }]]);
    const dates = async (index: number) => {
      const shown = await on.shown('gus', submittal.id);
      return ['sent_date', 'due_date', 'returned_date'].map((name) => shown.at(`approvers.${index}.${name}`));
    };
    expect([await dates(0), await dates(1)]).toEqual([
      [today, '2026-03-30', null],
      [null, null, null],
    ]);
    on.world.clock.advance(86_400_000);
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect([await dates(0), await dates(1)]).toEqual([
      [today, '2026-03-30', '2026-03-11'],
      ['2026-03-11', '2026-03-11', null],
    ]);
  });

  test.each([
    [false, 'sam'],
    [true, undefined],
  ] as const)('rejectionStopsSteps %s: after a rejection the ball is with %s', async (stops, next) => {
    on.world.switches.set('rejectionStopsSteps', stops);
    for (const rejection of ['Rejected', 'Revise and Resubmit']) {
      const submittal = on.written([['ria'], ['sam']]);
      await on.respond('ria', submittal, 'ria', rejection);
      expect(await ball(submittal)).toEqual(next === undefined ? [] : [on.ids[next]]);
    }
    const approved = on.written([['ria'], ['sam']]);
    await on.respond('ria', approved, 'ria', 'Approved');
    expect(await ball(approved)).toEqual([on.ids.sam]);
  });

  test.each([
    ['nobody', []],
    ['manager', ['gus']],
  ] as const)('ballAfterLastStep %s: nobody is awaited, so it is with %j', async (holder, names) => {
    on.world.switches.set('ballAfterLastStep', holder);
    const submittal = on.written([['ria']]);
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect(await ball(submittal)).toEqual(names.map((name) => on.ids[name]));
    setSubmittalState(on.world, { id: submittal.id, by: on.ids.gus, state: 'Closed' });
    expect(await ball(submittal)).toEqual([]);
  });

  test('one person in two slots of a step has the ball once and answers twice', async () => {
    const submittal = on.written([['ria', 'ria'], ['sam']]);
    const [first, second] = submittal.approvers;
    expect(await ball(submittal)).toEqual([on.ids.ria]);
    await on.respond('ria', submittal, first?.id ?? '', 'Approved');
    expect(await ball(submittal)).toEqual([on.ids.ria]);
    await on.respond('ria', submittal, second?.id ?? '', 'Approved');
    expect(await ball(submittal)).toEqual([on.ids.sam]);
  });
});

describe('who may answer', () => {
  test('the answer is a list of the one slot, and the truth knows whose it is and by which app', async () => {
    const submittal = on.written([['ria']]);
    const reply = await on.respond('ria', submittal, 'ria', 'Approved as Noted', { comment: 'See <b>A-301</b> 🏗' });
    expect(reply.status).toBe(200);
    expect(reply.each('id').map(String)).toEqual([on.slot(submittal, 'ria').id]);
    expect(reply.at('0')).toMatchObject({ comment: 'See <b>A-301</b> 🏗', returned_date: today, attachments: [] });
    expect(reply.word('0.submittal_response_id')).toBe(on.responseId('Approved as Noted'));
    const [record, ...more] = answers();
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      id: on.slot(submittal, 'ria').id,
      author: on.ids.ria,
      authorClientId: on.small.ours.clientId,
      current: { submittalId: submittal.id, considered: 'approved as noted', name: 'Approved as Noted', userId: on.ids.ria },
    });
    expect(record?.history.map(({ action }) => action)).toEqual(['create']);
  });

  test('another member of the workflow may not, nor somebody outside of it: 403, and nothing is written', async () => {
    const submittal = on.written([['ria', 'sam']]);
    expect((await on.respond('sam', submittal, 'ria', 'Approved')).status).toBe(403);
    expect((await on.respond('ivy', submittal, 'ria', 'Approved')).status).toBe(403);
    expect((await on.respond('tess', submittal, 'ria', 'Approved')).status).toBe(403);
    expect(answers()).toEqual([]);
  });

  test('an Admin may in the place of another, and the truth says who it was', async () => {
    const submittal = on.written([['ria'], ['sam']]);
    expect((await on.respond('gus', submittal, 'ria', 'Approved')).status).toBe(200);
    expect(answers()).toMatchObject([{ author: on.ids.gus, current: { userId: on.ids.ria } }]);
    expect(await ball(submittal)).toEqual([on.ids.sam]);
  });

  test('whose role was lowered to Read Only may not, though the slot is theirs', async () => {
    const submittal = on.written([['ria']]);
    const levels = { submittals: 'Read Only' } as const;
    const lower = addTemplate(on.world, { companyId: on.small.company.id, name: 'Lower', type: 'global', levels });
    putOnProject(on.world, { projectId: on.small.project.id, personId: on.ids.ria, templateId: lower.id });
    expect((await on.respond('ria', submittal, 'ria', 'Approved')).status).toBe(403);
  });

  test('nobody before their step has come, not even an Admin for them', async () => {
    const submittal = on.written([['ria'], ['sam']]);
    expect((await on.respond('sam', submittal, 'sam', 'Approved')).status).toBe(422);
    expect((await on.respond('gus', submittal, 'sam', 'Approved')).status).toBe(422);
    expect(answers()).toEqual([]);
  });

  test('nobody on one that is a draft or closed, until it is opened again', async () => {
    const statuses = await on.call('gus', 'GET', `/rest/v1.0/companies/${on.small.company.id}/submittal_statuses`);
    const draft = on.written([['ria']], { statusId: statuses.word('0.id') });
    expect((await on.respond('ria', draft, 'ria', 'Approved')).status).toBe(422);
    const submittal = on.written([['ria']]);
    const set = (state: 'Open' | 'Closed') => setSubmittalState(on.world, { id: submittal.id, by: on.ids.gus, state });
    set('Closed');
    expect(message(await on.respond('ria', submittal, 'ria', 'Approved'))).toContain('not open');
    set('Open');
    expect((await on.respond('ria', submittal, 'ria', 'Approved')).status).toBe(200);
  });

  test('whoever was replaced may not any more, and who took the place may', async () => {
    const submittal = on.written([['ria']]);
    const replaced = replaceApprover(on.world, {
      approverId: on.slot(submittal, 'ria').id,
      by: on.ids.gus,
      personId: on.ids.ivy,
    });
    expect(on.slot(replaced, 'ivy').id).toBe(on.slot(submittal, 'ria').id);
    expect((await on.respond('ria', submittal, 'ria', 'Approved')).status).toBe(403);
    expect((await on.respond('ivy', replaced, 'ivy', 'Approved')).status).toBe(200);
  });

  test('dates of sending and return are for Admins', async () => {
    const submittal = on.written([['ria'], ['sam']]);
    const dates = { sent_date: '2026-03-01', returned_date: '2026-03-02' };
    expect((await on.respond('ria', submittal, 'ria', 'Approved', dates)).status).toBe(403);
    const reply = await on.respond('gus', submittal, 'ria', 'Approved', dates);
    expect(reply.at('0')).toMatchObject(dates);
  });
});

describe('what may be answered', () => {
  test('a response that is missing, of another project, or withdrawn is 400; what was answered with it keeps it', async () => {
    const [submittal, other] = [on.written([['ria']]), on.written([['ria']])];
    const odd = (id: unknown) => on.respond('ria', submittal, 'ria', 'Rejected', { submittal_response_id: id });
    const elsewhere = addProject(on.world, { companyId: on.small.company.id, name: 'Quay' });
    const foreign = offeredResponses(on.world, elsewhere)[0]?.id;
    expect([(await odd(undefined)).status, (await odd(12)).status, (await odd(foreign)).status]).toEqual([400, 400, 400]);
    await on.respond('ria', other, 'ria', 'Approved');
    const withdrawn = on.responseId('Approved');
    withdrawResponse(on.world, { projectId: on.small.project.id, by: on.ids.gus, name: 'Approved' });
    expect(message(await odd(withdrawn))).toContain('Invalid Submittal Response');
    expect((await on.shown('ria', other.id)).at('approvers.0.response.name')).toBe('Approved');
  });

  test('a slot, a submittal or a project that is not there or not seen is 404; one not named is 400', async () => {
    const submittal = on.written([['ria']]);
    const hidden = on.written([['sam']], { private: true });
    const body = { submittal_approver: { submittal_response_id: on.responseId('Approved') } };
    const patch = (query: string, id = on.slot(submittal, 'ria').id) =>
      on.call('ria', 'PATCH', `/rest/v1.0/submittal_approvers/${id}?${query}`, body);
    const project = `project_id=${on.small.project.id}`;
    const statuses = await Promise.all([
      patch(`${project}&submittal_id=${submittal.id}`, '12'),
      patch(`${project}&submittal_id=12`),
      patch(`${project}&submittal_id=${hidden.id}`, on.slot(hidden, 'sam').id),
      patch(`project_id=12&submittal_id=${submittal.id}`),
      patch(project),
      patch(`submittal_id=${submittal.id}`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 400, 400]);
  });

  test('a second answer is refused, unless the switch allows it; an Admin may always', async () => {
    const submittal = on.written([['ria', 'sam']]);
    await on.respond('ria', submittal, 'ria', 'Approved', { comment: 'First' });
    expect((await on.respond('ria', submittal, 'ria', 'Rejected')).status).toBe(422);
    expect((await on.respond('gus', submittal, 'ria', 'Approved as Noted')).status).toBe(200);
    on.world.switches.set('answerAgain', 'allowed');
    const again = await on.respond('ria', submittal, 'ria', 'Rejected');
    expect(again.at('0.comment')).toBe('First');
    expect(answers()[0]?.history.map(({ action, actor }) => [action, actor])).toEqual([
      ['create', on.ids.ria],
      ['update', on.ids.gus],
      ['update', on.ids.ria],
    ]);
  });

  test.each([
    ['pending', 'Pending'],
    ['null', undefined],
  ])('unansweredResponse %s: an approver who has said nothing shows %s', async (value, name) => {
    on.world.switches.set('unansweredResponse', value);
    const shown = await on.shown('ria', on.written([['ria']]).id);
    expect(name === undefined ? shown.at('approvers.0.response') : shown.at('approvers.0.response.name')).toBe(name ?? null);
  });
});

describe('a review that is asked for', () => {
  test('takes the ball to the reviewer and back to who asked, who then answers', async () => {
    const submittal = on.written([['ria'], ['gus']]);
    await on.respond('ria', submittal, 'ria', 'Forwarded for Review', { forward_to: { user_id: on.ids.ivy } });
    expect(await ball(submittal)).toEqual([on.ids.ivy]);
    expect((await on.respond('ria', submittal, 'ria', 'Approved')).status).toBe(422);
    const forwarded = on.world.submittals.get(submittal.id) ?? submittal;
    await on.respond('ivy', forwarded, 'ivy', 'Approved as Noted');
    expect(await ball(submittal)).toEqual([on.ids.ria]);
    await on.respond('ria', submittal, 'ria', 'Approved');
    expect(await ball(submittal)).toEqual([on.ids.gus]);
  });

  test('cannot be asked of who is in the workflow or may not respond, nor passed on, nor without a name', async () => {
    const submittal = on.written([['ria', 'sam']]);
    const forward = (to: string) => on.respond('ria', submittal, 'ria', 'Forwarded for Review', { forward_to: { user_id: to } });
    expect([(await forward(on.ids.sam)).status, (await forward(on.ids.tess)).status]).toEqual([422, 422]);
    expect((await on.respond('ria', submittal, 'ria', 'Forwarded for Review')).status).toBe(422);
    const stray = await on.respond('ria', submittal, 'ria', 'Approved', { forward_to: { user_id: on.ids.ivy } });
    expect(stray.status).toBe(422);
    await forward(on.ids.ivy);
    const forwarded = on.world.submittals.get(submittal.id) ?? submittal;
    const on2 = { forward_to: { user_id: on.ids.gus } };
    expect(message(await on.respond('ivy', forwarded, 'ivy', 'Forwarded for Review', on2))).toContain('cannot be forwarded on');
  });
});

describe('mail', () => {
  test('is noted only when send_emails is true, for who holds the ball, the manager and the distribution', async () => {
    const submittal = on.written([['ria'], ['sam']], { distributionIds: [on.ids.tess, on.ids.ria] });
    const silent = on.written([['ria'], ['sam']]);
    await on.respond('ria', silent, 'ria', 'Approved');
    await on.respond('ria', on.written([['ria']]), 'ria', 'Approved', {}, '&send_emails=false');
    expect(mails()).toEqual([]);
    await on.respond('ria', submittal, 'ria', 'Approved', {}, '&send_emails=true');
    expect(mails()).toMatchObject([
      {
        submittalId: submittal.id,
        reason: 'answered',
        to: ['sam', 'gus', 'tess'].map((name) => ({ email: `${name}@studio.example` })),
      },
    ]);
  });
});

test('every answer moves updated_at, in whole seconds', async () => {
  const submittal = on.written([['ria']]);
  on.world.clock.advance(90_500);
  await on.respond('ria', submittal, 'ria', 'Approved');
  expect((await on.shown('ria', submittal.id)).at('updated_at')).toBe('2026-03-09T23:31:30Z');
  expect(submittal.updatedAt).toBe(`${new Date(nowMs).toISOString().slice(0, 19)}Z`);
});

test('an answer by hand is held to the same rules', () => {
  const submittal = on.written([['ria'], ['sam']]);
  const answer = (who: 'ria' | 'sam', by?: string) =>
    answerByHand(on.world, { approverId: on.slot(submittal, who).id, response: 'Approved', ...(by === undefined ? {} : { by }) });
  expect(() => answer('sam')).toThrow('422');
  expect(() => answer('ria', on.ids.sam)).toThrow('403');
  expect(answer('ria').approvers[0]).toMatchObject({ returnedDate: today });
});
