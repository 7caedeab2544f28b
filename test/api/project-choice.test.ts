import { beforeEach, expect, test } from '@jest/globals';
import { storeAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { dryRunAt, newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

const project = (id: string, name: string, active: boolean) => ({
  id,
  name,
  number: null,
  city: null,
  timeZone: 'Sydney',
  active,
});

beforeEach(async () => {
  world = await newWorld(apiOf());
  apiOf().runs.told.length = 0;
  apiOf().runs.answers = () => ({
    kind: 'answered',
    answer: { stepId: 'assignProjects', state: 'pending', says: 'as the run says' },
  });
  const projects = [project('1', 'Harbour Tower', true), project('2', 'Depot 3 ', true), project('3', 'Old Wharf', false)];
  await withTenant(apiOf().store.pool, world.tenantId, (db) =>
    storeAdminProjects(db, world.tenantId, world.connectionId, {
      projects,
      by: 'procore:1',
      at: new Date('2026-11-12T08:00:00Z'),
    }),
  );
});

const post = (path: string, body: unknown) =>
  apiOf().call('post', `/v1/connections/${world.connectionId}/${path}`, { key: world.key, body });
const choose = (chosen: readonly string[]) => post('project-choice', { existing: 'chosen', chosen, future: false });

const commands = async (): Promise<number> =>
  (await apiOf().store.admin.query('SELECT 1 FROM command WHERE connection_id = $1', [world.connectionId])).rows.length;

test('projects that the admin’s list does not hold are refused by their ids, and what to do is said', async () => {
  const { status, body } = await choose(['1', '4711', '4712']);
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: 'invalid-input',
    errors: [
      {
        field: 'chosen',
        message: expect.stringMatching(/^leave out 4711, 4712: the admin’s list of 2026-11-12 .*compare again/),
      },
    ],
  });
  expect([await commands(), apiOf().runs.told]).toEqual([0, []]);
});

test('inactive projects are named likewise, beside the unknown ones', async () => {
  const { body } = await choose(['3', '4711']);
  expect(body).toMatchObject({
    errors: [
      { field: 'chosen', message: expect.stringContaining('4711') },
      { field: 'chosen', message: expect.stringMatching(/^leave out 3 \(Old Wharf\): inactive in Procore on 2026-11-12/) },
    ],
  });
  expect(await commands()).toBe(0);
});

test('the same holds where the choice is given to its step as input', async () => {
  const input = { existing: 'chosen', chosen: ['4711'], future: false };
  const { status, body } = await post('steps/assignProjects/input', { kind: 'choose-projects', input });
  expect([status, body]).toMatchObject([400, { errors: [{ field: 'input.chosen', message: expect.stringContaining('4711') }] }]);
  expect(await commands()).toBe(0);
});

test('a long list of unknown ids is named in part and counted', async () => {
  const { body } = await choose(Array.from({ length: 25 }, (_, place) => String(9000 + place)));
  expect(body).toMatchObject({ errors: [{ message: expect.stringContaining('9019 and 5 more:') }] });
});

test('before a list was taken a choice is stored, and its step judges it later', async () => {
  await apiOf().store.admin.query('DELETE FROM admin_project_list WHERE connection_id = $1', [world.connectionId]);
  expect((await choose(['4711'])).status).toBe(200);
  expect(await commands()).toBe(1);
});

test('a known choice is told to the run, whose own words are the answer', async () => {
  const answer = await choose(['1', '2']);
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { delivered: true, says: 'as the run says', answer: { state: 'pending' } },
  ]);
});

test('a choice that would connect nothing at all is refused', async () => {
  const { body } = await post('project-choice', { existing: 'none', future: false });
  expect(body).toMatchObject({
    code: 'invalid-input',
    errors: [{ field: 'future', message: expect.stringContaining('stop the connection') }],
  });
});

test('a dry run that was repeated meanwhile is not confirmed by the former one', async () => {
  const stale = await post('confirm', { dryRunAt: '2026-11-01T08:00:00.000Z' });
  expect(stale.body).toMatchObject({ status: 409, code: 'not-now', detail: expect.stringContaining(dryRunAt) });
  expect(await commands()).toBe(0);
  expect((await post('confirm', { dryRunAt })).status).toBe(200);
});

test('the list is shown with its inactive projects, and without what only we need of it', async () => {
  const { body } = await apiOf().call('get', `/v1/connections/${world.connectionId}/projects`, { key: world.key });
  expect(body).toMatchObject({ items: [{ id: '1' }, { id: '2' }, { id: '3', active: false }] });
  expect(JSON.stringify(body)).not.toContain('since');
});
