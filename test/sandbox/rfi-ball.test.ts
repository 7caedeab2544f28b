import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRfis, type RfiGround } from './rfi-ground.ts';

let on: RfiGround;
beforeEach(async () => {
  on = await openRfis();
});
afterEach(() => on.ground.close());

const both = () => ({ assignee_ids: [on.ids.ria, on.ids.sam], required_assignee_ids: [on.ids.ria, on.ids.sam] });
const advance = (id: string, who: 'gus' | 'ria' | 'sam' | 'mona' = 'gus') => on.act(id, 'advance_ball_in_court', who);
const forward = (id: string, who: 'ria' | 'sam' | 'mona', ...to: string[]) =>
  on.act(id, 'forward_for_review', who, { rfi: { forwardee_ids: to } });

test('a draft is with its creator, an opened RFI with all assignees', async () => {
  const draft = await on.create({ assignee_ids: undefined }, 'ria');
  expect(draft.json).toMatchObject({ ball_in_court_role: 'Creator', ball_in_courts: [{ id: on.ids.ria }] });
  const open = await on.create({ assignee_ids: [on.ids.ria, on.ids.sam] });
  expect(open.json).toMatchObject({ ball_in_court_role: 'Assignees', ball_in_court: { id: on.ids.ria, name: 'Ria Ó Nolan' } });
  expect(await on.ball(open.word('id'))).toEqual([on.ids.ria, on.ids.sam]);
});

test('the ball waits for every required assignee and then goes to the manager', async () => {
  const id = await on.open({ ...both(), distribution_ids: [on.ids.mona] });
  await on.reply(id, 'ria');
  await on.reply(id, 'mona');
  expect(await on.ball(id)).toEqual([on.ids.ria, on.ids.sam]);
  await on.reply(id, 'sam');
  expect((await on.get(`/${id}`)).json).toMatchObject({ ball_in_court_role: 'RFI Manager', ball_in_court: { id: on.ids.gus } });
});

test.each([
  ['required-replied', 'ria'],
  ['any-assignee', 'gus'],
  ['never', 'ria'],
] as const)('where no answer is required and the switch is %s, after a reply the ball is with %s', async (rule, holder) => {
  on.small.world.switches.set('ballMovesOnReply', rule);
  const id = await on.open();
  await on.reply(id, 'ria');
  expect(await on.ball(id)).toEqual([on.ids[holder]]);
});

test('by switch no reply moves the ball, required or not', async () => {
  on.small.world.switches.set('ballMovesOnReply', 'never');
  const id = await on.open({ required_assignee_ids: [on.ids.ria] });
  await on.reply(id, 'ria');
  expect(await on.ball(id)).toEqual([on.ids.ria]);
});

test.each(['1.0', '1.1'])('an assignee who has the ball advances it once they replied (v%s)', async (version) => {
  const id = await on.open();
  const call = async (who: 'ria' | 'sam') => {
    const token = await on.ground.personToken(on.ids[who]);
    const path = `${on.base.replace('v1.0', `v${version}`)}/${id}/advance_ball_in_court`;
    return on.ground.call('PATCH', path, { token });
  };
  expect([(await call('sam')).status, (await call('ria')).status]).toEqual([403, 400]);
  await on.reply(id, 'ria');
  const advanced = await call('ria');
  expect([advanced.status, advanced.at('ball_in_court_role')]).toEqual([200, 'RFI Manager']);
  expect((await call('ria')).status).toBe(403);
});

test.each([
  [true, 200],
  [false, 400],
])('past a required answer that is missing, an assignee may advance: %s', async (allowed, status) => {
  on.small.world.switches.set('advancePastRequired', allowed);
  const id = await on.open(both());
  await on.reply(id, 'ria');
  expect((await advance(id, 'ria')).status).toBe(status);
});

test('the manager gives the ball back and takes it, and the assignees reply anew', async () => {
  const id = await on.open({ rfi_manager_id: on.ids.mona, required_assignee_ids: [on.ids.ria] });
  await on.reply(id, 'ria');
  expect(await on.ball(id)).toEqual([on.ids.mona]);
  await advance(id, 'mona');
  expect(await on.ball(id)).toEqual([on.ids.ria]);
  expect((await advance(id, 'ria')).status).toBe(400);
  await advance(id, 'mona');
  expect(await on.ball(id)).toEqual([on.ids.mona]);
});

test('the ball of a closed RFI and of a draft does not move', async () => {
  const id = await on.open();
  await on.edit(id, { accepted: true });
  const draft = (await on.create({ draft: true })).word('id');
  expect([(await advance(id)).status, (await advance(draft)).status]).toEqual([400, 400]);
});

test('a review takes the ball to the reviewer until they reply, then it is where it was', async () => {
  const id = await on.open(both());
  const forwarded = await forward(id, 'ria', on.ids.mona);
  expect(forwarded.json).toMatchObject({ ball_in_court_role: 'Assignees', ball_in_courts: [{ id: on.ids.mona }] });
  await on.reply(id, 'sam');
  expect(await on.ball(id)).toEqual([on.ids.mona]);
  await on.reply(id, 'mona');
  expect(await on.ball(id)).toEqual([on.ids.ria, on.ids.sam]);
  await on.reply(id, 'ria');
  expect(await on.ball(id)).toEqual([on.ids.gus]);
});

test('only an assignee who has the ball forwards, to one other person who may write', async () => {
  const id = await on.open({ distribution_ids: [on.ids.sam] });
  expect((await forward(id, 'sam', on.ids.mona)).status).toBe(403);
  expect((await forward(id, 'ria')).status).toBe(400);
  expect((await forward(id, 'ria', on.ids.mona, on.ids.sam)).status).toBe(400);
  expect((await forward(id, 'ria', on.ids.tess)).status).toBe(400);
  expect(await on.ball(id)).toEqual([on.ids.ria]);
});

test('other assignees get the ball where assignees have it, another manager where the manager has it', async () => {
  const id = await on.open();
  await on.edit(id, { assignee_ids: [on.ids.sam] });
  expect(await on.ball(id)).toEqual([on.ids.sam]);
  await advance(id);
  await on.edit(id, { assignee_ids: [on.ids.ria], rfi_manager_id: on.ids.mona });
  expect(await on.ball(id)).toEqual([on.ids.mona]);
});

test('a reviewer taken off the assignees loses the ball, and who is required no longer is not waited for', async () => {
  const id = await on.open(both());
  await forward(id, 'ria', on.ids.mona);
  await on.edit(id, { assignee_ids: [on.ids.ria] });
  expect(await on.ball(id)).toEqual([on.ids.ria]);
  await on.reply(id, 'ria');
  expect(await on.ball(id)).toEqual([on.ids.gus]);
});
