import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRfis, type RfiGround } from './rfi-ground.ts';

let on: RfiGround;
beforeEach(async () => {
  on = await openRfis();
});
afterEach(() => on.ground.close());

test('the list tells the question and no answer; the single RFI tells both', async () => {
  const id = await on.open({ distribution_ids: [on.ids.sam] });
  await on.reply(id, 'ria');
  const listed = await on.get();
  expect(listed.json).toMatchObject([{ id, questions: [{ body: 'What spacing?' }] }]);
  expect(listed.text).not.toMatch(/answers|Use 12 mm|distribution_list/);
  expect((await on.get(`/${id}`)).json).toMatchObject({
    distribution_list: [{ id: on.ids.sam }],
    questions: [{ answers: [{ plain_text_body: 'Use 12 mm.', created_by: 'Ria Ó Nolan', created_by_id: on.ids.ria }] }],
  });
});

test('ids are printed bare with every digit', async () => {
  const id = await on.open();
  expect(BigInt(id) > 2n ** 53n && String(Number(id)) !== id).toBe(true);
  expect((await on.get()).text).toContain(`{"id":${id},`);
});

test('a private RFI is listed and shown to admins, its people, and nobody else; the total counts what is seen', async () => {
  await on.open();
  const id = await on.open({ private: true, assignee_ids: [on.ids.ria], rfi_manager_id: on.ids.mona });
  const sees = async (who: 'gus' | 'ria' | 'sam' | 'tess' | 'mona') => {
    const list = await on.get('', who);
    const answers = await on.get(`/${id}/replies`, who);
    return [list.headers.get('total'), (await on.get(`/${id}`, who)).status, answers.status];
  };
  for (const who of ['gus', 'ria', 'mona'] as const) expect([who, await sees(who)]).toEqual([who, ['2', 200, 200]]);
  for (const who of ['sam', 'tess'] as const) expect([who, await sees(who)]).toEqual([who, ['1', 404, 404]]);
  await on.edit(id, { distribution_ids: [on.ids.tess] });
  expect(await sees('tess')).toEqual(['2', 200, 200]);
});

test('by a granular permission a private RFI of a colleague is seen', async () => {
  const id = await on.open({ private: true });
  const { world, project } = on.small;
  const template = world.templates.get(world.memberships.get(`${project.id}:${on.ids.sam}`)?.templateId ?? '');
  if (template) world.templates.put({ ...template, granular: { rfis: ['view_private_rfis_of_own_company'] } });
  expect((await on.get(`/${id}`, 'sam')).status).toBe(200);
  const others = await on.open({ private: true, assignee_ids: [on.ids.mona] });
  expect((await on.get(`/${others}`, 'sam')).status).toBe(404);
});

test('a draft is seen by its creator, its manager and admins', async () => {
  const id = (await on.create({ assignee_ids: undefined, rfi_manager_id: on.ids.mona }, 'ria')).word('id');
  const seen = await Promise.all((['ria', 'mona', 'gus', 'sam', 'tess'] as const).map((who) => on.get(`/${id}`, who)));
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404]);
  expect((await on.get('', 'sam')).headers.get('total')).toBe('0');
});

test('below Read Only, with the tool off, and on another project nothing is read', async () => {
  const id = await on.open();
  const outsider = await on.ground.personToken(on.small.people.ben.id);
  expect((await on.ground.call('GET', on.base, { token: outsider })).status).toBe(404);
  expect((await on.get('/12345')).status).toBe(404);
  const { world, project } = on.small;
  world.projects.put({ ...project, tools: project.tools.filter((tool) => tool !== 'rfis') });
  expect([(await on.get()).status, (await on.get(`/${id}`)).status]).toEqual([403, 403]);
});

test('filters by people, number, manager and id, singly and in arrays, and ignores what it does not know', async () => {
  const [first, second, third] = [
    await on.open(),
    await on.open({ assignee_ids: [on.ids.sam], rfi_manager_id: on.ids.mona }),
    await on.open({ assignee_ids: [on.ids.ria, on.ids.sam] }),
  ];
  const ids = async (query: string) => (await on.get(`?${query}`)).each('id');
  expect(await ids(`filters[assigned_id]=${on.ids.sam}`)).toEqual([second, third]);
  expect(await ids(`filters[ball_in_court_id]=${on.ids.ria}`)).toEqual([first, third]);
  expect(await ids(`filters[rfi_manager_id]=${on.ids.mona}`)).toEqual([second]);
  expect(await ids('filters[number]=3')).toEqual([third]);
  expect(await ids(`filters[id][]=${first}&filters[id][]=${third}`)).toEqual([first, third]);
  expect(await ids('filters[colour]=red')).toEqual([first, second, third]);
  expect(await ids('search=ANCHOR')).toHaveLength(3);
  expect(await ids('search=nothing')).toEqual([]);
});

test('the status filters in its array form; the scalar form does so by switch only', async () => {
  const [open, closed] = [await on.open(), await on.open()];
  await on.edit(closed, { accepted: true });
  const draft = (await on.create({ draft: true })).word('id');
  const ids = async (query: string) => (await on.get(`?${query}`)).each('id');
  expect(await ids('filters[status][]=open')).toEqual([open]);
  expect(await ids('filters[status][]=closed&filters[status][]=draft')).toEqual([closed, draft]);
  expect(await ids('filters[status]=open')).toEqual([open, closed, draft]);
  on.small.world.switches.set('rfiStatusFilter', 'both');
  expect(await ids('filters[status]=open')).toEqual([open]);
});

test('changes are asked for by a range of whole seconds, both ends included', async () => {
  const first = await on.open();
  on.state.nowMs += 1_999;
  const second = await on.open();
  const range = (from: string, to: string) => on.get(`?filters[updated_at]=${from}...${to}`);
  expect((await on.get(`/${second}`)).at('updated_at')).toBe('2026-03-09T23:30:01Z');
  expect((await range('2026-03-09T23:30:01Z', '2026-03-10T00:00:00Z')).each('id')).toEqual([second]);
  expect((await range('2026-03-09T23:30:00Z', '2026-03-09T23:30:00Z')).each('id')).toEqual([first]);
  expect((await on.get('?filters[created_at]=2026-03-09...2026-03-09')).each('id')).toEqual([first, second]);
  expect((await on.get('?filters[updated_at]=yesterday')).status).toBe(400);
});

test('sorts as asked and pages with the documented headers', async () => {
  for (const subject of ['b', 'c', 'a']) await on.open({ subject });
  const sorted = (direction: string) => on.get(`?sort[attribute]=subject&sort[direction]=${direction}`);
  expect((await sorted('asc')).each('subject')).toEqual(['a', 'b', 'c']);
  expect((await sorted('desc')).each('subject')).toEqual(['c', 'b', 'a']);
  const page = await on.get('?per_page=2&page=2');
  expect([page.each('subject'), page.headers.get('total'), page.headers.get('per-page')]).toEqual([['a'], '3', '2']);
  expect(page.headers.get('link')).not.toContain('rel="next"');
});
