import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { switchProjectTool } from '../../sandbox/procore/admin/projects.ts';
import { binSubmittal, retrieveSubmittal, reviseSubmittal, setSubmittalState } from '../../sandbox/procore/admin/submittals.ts';
import { openSubmittals, type SubmittalGround } from './submittal-ground.ts';

let on: SubmittalGround;
beforeEach(async () => {
  on = await openSubmittals();
});
afterEach(() => on.close());

const base = (version = '1.1') => `/rest/v${version}/projects/${on.small.project.id}/submittals`;
const truth = () => on.world.ledger.records('submittals');

describe('who sees what', () => {
  test('a private one is for Admins, its manager, its workflow and its distribution; others hear 404 and a shorter list', async () => {
    const fields = { private: true, managerId: on.ids.ivy, distributionIds: [on.ids.tess] };
    const hidden = on.written([['ria']], fields);
    const open = on.written([['sam']]);
    for (const who of ['gus', 'ivy', 'ria', 'tess'] as const) {
      expect(await on.listed(who)).toEqual([hidden.id, open.id]);
      expect((await on.shown(who, hidden.id)).status).toBe(200);
    }
    const list = await on.call('sam', 'GET', base());
    expect([list.each('id').map(String), list.headers.get('total')]).toEqual([[open.id], '1']);
    for (const part of ['', '/revisions', '/workflow_data'])
      expect((await on.call('sam', 'GET', `${base()}/${hidden.id}${part}`)).status).toBe(404);
  });

  test('without a level the tool is 403, as it is where it is switched off; without the project it is 404', async () => {
    on.written([['ria']]);
    expect((await on.call('otto', 'GET', base())).status).toBe(403);
    expect((await on.call('ria', 'GET', '/rest/v1.1/projects/12/submittals')).status).toBe(404);
    switchProjectTool(on.world, { projectId: on.small.project.id, tool: 'submittals', active: false });
    expect((await on.call('gus', 'GET', base())).status).toBe(403);
  });
});

describe('the list', () => {
  test('carries approvers with steps and responses, the ball with firms, and ids that a double cannot hold', async () => {
    const submittal = on.written([['ria'], [{ who: 'sam', required: false, type: 'Submitter' }]]);
    await on.respond('ria', submittal, 'ria', 'Approved', { comment: 'Fine' });
    for (const version of ['1.0', '1.1']) {
      const list = await on.call('tess', 'GET', base(version));
      expect(list.at('0')).toMatchObject({
        number: '7',
        revision: '0',
        current_revision: true,
        status: { name: 'Open', status: 'Open' },
        approvers: [
          { workflow_group_number: 1, comment: 'Fine', response_required: true, response: { considered: 'approved' } },
          { workflow_group_number: 2, approver_type: 'Submitter', response_required: false },
        ],
        ball_in_court: [{ initials: 'sT', vendor: null }],
      });
      for (const path of ['0.id', '0.approvers.0.id', '0.status.id', '0.approvers.0.response.id']) {
        const id = list.word(path);
        expect([id, BigInt(id) > 2n ** 53n, Number(id) === Number(BigInt(id)), String(Number(id)) === id]).toEqual([
          id,
          true,
          true,
          false,
        ]);
      }
    }
  });

  test('is filtered by ids, status, ball, approver, manager, number and current revision', async () => {
    const first = on.written([['ria'], ['sam']], { number: '1' });
    const second = on.written([['sam']], { number: '2', managerId: on.ids.ivy });
    const closed = on.written([['ria']], { number: '3' });
    setSubmittalState(on.world, { id: closed.id, by: on.ids.gus, state: 'Closed' });
    const revised = reviseSubmittal(on.world, { id: second.id, by: on.ids.gus });
    const { statusId } = on.world.submittals.get(closed.id) ?? closed;
    const cases: [string, string[]][] = [
      [`filters[id][]=${first.id}&filters[id][]=${closed.id}`, [first.id, closed.id]],
      [`filters[status_id]=${statusId}`, [closed.id]],
      [`filters[ball_in_court_id]=${on.ids.ria}`, [first.id]],
      [`filters[approver_id]=${on.ids.ria}`, [first.id, closed.id]],
      [`filters[submittal_manager_id]=${on.ids.ivy}`, [second.id, revised.id]],
      ['filters[number]=2', [second.id, revised.id]],
      ['filters[current_revision]=true', [first.id, closed.id, revised.id]],
      ['filters[current_revision]=false', [first.id, second.id, closed.id, revised.id]],
      ['filters[nobody_knows_this]=1', [first.id, second.id, closed.id, revised.id]],
    ];
    for (const [query, ids] of cases) expect([query, await on.listed('tess', query)]).toEqual([query, ids]);
  });

  test('is filtered by ranges of creation and of change, both ends included, and several share one second', async () => {
    const [first, second] = [on.written([['ria']]), on.written([['ria']])];
    on.world.clock.advance(3_600_000);
    const later = on.written([['ria']]);
    await on.respond('ria', first, 'ria', 'Approved');
    const of = (name: string, from: string, to: string) => on.listed('tess', `filters[${name}]=${from}...${to}`);
    expect(await of('created_at', '2026-03-09T23:30:00Z', '2026-03-09T23:30:00Z')).toEqual([first.id, second.id]);
    expect(await of('updated_at', '2026-03-09T23:30:00Z', '2026-03-09T23:30:00Z')).toEqual([second.id]);
    expect(await of('updated_at', '2026-03-10T00:30:00Z', '2026-03-10')).toEqual([first.id, later.id]);
    expect((await on.call('tess', 'GET', `${base()}?filters[updated_at]=2026-03-09`)).status).toBe(400);
  });

  test('is paged with totals and links that keep the filters', async () => {
    for (let count = 0; count < 5; count += 1) on.written([['ria']]);
    const page = await on.call('tess', 'GET', `${base()}?per_page=2&page=2&filters[number]=7`);
    expect([page.each('id').length, page.headers.get('total'), page.headers.get('per-page')]).toEqual([2, '5', '2']);
    expect(page.headers.get('link')).toMatch(/filters%5Bnumber%5D=7.*rel="next"/);
    expect((await on.call('tess', 'GET', `${base()}?per_page=2&page=9`)).json).toEqual([]);
  });
});

describe('revisions', () => {
  test('are records with ids of their own under one number; the old one is no longer current, and its change is seen', async () => {
    const first = on.written([['ria'], ['sam']]);
    await on.respond('ria', first, 'ria', 'Revise and Resubmit');
    on.world.clock.advance(60_000);
    const body = { submittal: { number: 'ignored', source_submittal_log_id: first.id, private: false } };
    const made = await on.call('gus', 'POST', base(), body);
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ number: '7', revision: '1', current_revision: true, title: 'Steel' });
    expect(made.word('source_submittal_log_id')).toBe(first.id);
    expect(made.at('approvers')).toMatchObject([
      { response: { considered: 'pending' }, workflow_group_number: 1 },
      { workflow_group_number: 2 },
    ]);
    const old = await on.shown('ria', first.id);
    expect(old.json).toMatchObject({ current_revision: false, updated_at: '2026-03-09T23:31:00Z' });
    const revisions = await on.call('ria', 'GET', `${base()}/${first.id}/revisions`);
    expect(revisions.each('revision')).toEqual(['0', '1']);
    const next = reviseSubmittal(on.world, { id: first.id, by: on.ids.gus });
    expect([next.revision, on.world.submittals.get(made.word('id'))?.currentRevision]).toEqual(['2', false]);
  });
});

describe('the recycle bin', () => {
  test('takes what an Admin deletes out of every read, and gives it back as it was', async () => {
    const submittal = on.written([['ria']]);
    expect((await on.call('ria', 'DELETE', `${base()}/${submittal.id}`)).status).toBe(403);
    expect((await on.call('gus', 'DELETE', `${base()}/${submittal.id}`)).status).toBe(200);
    expect([(await on.shown('gus', submittal.id)).status, await on.listed('gus')]).toEqual([404, []]);
    expect((await on.respond('ria', submittal, 'ria', 'Approved')).status).toBe(404);
    expect(truth()).toMatchObject([{ current: null, author: on.ids.gus }]);
    const bin = await on.call('gus', 'GET', `${base()}/recycle_bin`);
    expect(bin.each('id').map(String)).toEqual([submittal.id]);
    expect(bin.at('0')).toMatchObject({ deleted_at: '2026-03-09T23:30:00Z', ball_in_court: [] });
    retrieveSubmittal(on.world, { id: submittal.id, by: on.ids.gus });
    const back = await on.shown('ria', submittal.id);
    expect(back.at('deleted_at')).toBeUndefined();
    expect((await on.call('gus', 'GET', `${base()}/recycle_bin`)).json).toEqual([]);
    expect(truth()[0]?.history.map(({ action }) => action)).toEqual(['create', 'delete', 'update']);
  });

  test('is shown to Admins only, on both versions; the deletion is on v1.1 alone', async () => {
    const submittal = on.written([['ria']]);
    expect((await on.call('gus', 'DELETE', `${base('1.0')}/${submittal.id}`)).status).toBe(404);
    binSubmittal(on.world, { id: submittal.id, by: on.ids.gus });
    for (const version of ['1.0', '1.1']) {
      const path = `${base(version)}/recycle_bin`;
      expect([(await on.call('gus', 'GET', path)).status, (await on.call('ria', 'GET', path)).status]).toEqual([200, 403]);
    }
  });
});
