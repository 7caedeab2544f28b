import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openPart3, type Part3Alone, rfi, submittal } from './part3-alone.ts';

let ground: Part3Alone;
beforeEach(async () => {
  ground = await openPart3();
});
afterEach(() => ground.close());

const path = (key: string, list = 'Rfis'): string => `/Projects/${ground.projectId}/${list}/${key}`;
const history = (resource: string) => ground.world.ledger.records(resource).map((record) => record.history.length);

describe('an upsert', () => {
  test('makes the item of its key once, then replaces it; the same again changes nothing', async () => {
    const made = await ground.call('PUT', path('rfi:77'), rfi());
    ground.later(60);
    const again = await ground.call('PUT', path('rfi:77'), rfi());
    expect([made.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(made.body);
    expect(history('part3-rfis')).toEqual([1]);
    const changed = await ground.record('PUT', path('rfi:77'), rfi({ status: 'closed' }));
    expect(changed).toMatchObject({ id: (made.body as { id: string }).id, status: 'closed', modified: '2026-03-02T09:01:00Z' });
    expect(history('part3-rfis')).toEqual([2]);
  });

  test('of a submittal keeps its workflow, each place by its name', async () => {
    const ria = ground.member('Ria');
    await ground.record('PUT', path('submittal:5:0', 'Submittals'), submittal(ria));
    const shown = await ground.record('GET', path('submittal:5:0', 'Submittals'));
    expect(shown).toMatchObject({ title: 'Concrete mix', workflow: [{ slot: '901', party: { memberId: ria } }] });
    expect(history('part3-submittals')).toEqual([1]);
  });

  test('leaves alone what design-side people wrote beside the item', async () => {
    const { id } = await ground.record('PUT', path('rfi:77'), rfi());
    await ground.act('notes', { of: 'rfi', id, by: 'sam', notes: 'Ask the façade engineer first' });
    await ground.record('PUT', path('rfi:77'), rfi({ subject: 'Slab edge at grid 4' }));
    expect(await ground.record('GET', path('rfi:77'))).toMatchObject({
      subject: 'Slab edge at grid 4',
      notes: 'Ask the façade engineer first',
    });
  });

  test('of the same key on another project is another item', async () => {
    const other = ground.state.projects.find(({ record }) => record.number === null)?.record.id;
    const one = await ground.record('PUT', path('rfi:77'), rfi());
    const two = await ground.record('PUT', `/Projects/${other}/Rfis/rfi:77`, rfi());
    expect(two.id).not.toBe(one.id);
  });

  test.each([
    ['a field left out', { subject: undefined }, 400, 'invalid-fields'],
    ['a field nobody knows', { colour: 'red' }, 400, 'invalid-fields'],
    ['a file that is not there', { files: ['11111111-1111-4111-8111-111111111111'] }, 422, 'unknown-reference'],
    ['a reader from nowhere', { readers: ['11111111-1111-4111-8111-111111111111'] }, 422, 'unknown-reference'],
  ])('with %s is refused whole', async (_what, fields, status, code) => {
    const answer = await ground.call('PUT', path('rfi:77'), rfi(fields));
    expect(answer).toMatchObject({ status, body: { code } });
    expect(ground.state.rfis.size).toBe(0);
  });

  test('with a member of another project as its reader is refused', async () => {
    const stranger = ground.state.members.find(({ record }) => record.projectId !== ground.projectId)?.record.id;
    expect((await ground.call('PUT', path('rfi:77'), rfi({ readers: [stranger] }))).status).toBe(422);
  });

  test('under a key that could lead elsewhere is refused', async () => {
    expect((await ground.call('PUT', path('a%2Fb'), rfi())).body).toMatchObject({ code: 'invalid-key' });
  });

  test('to an archived project is refused until it is reopened', async () => {
    await ground.act('projects', { act: 'archive', id: ground.projectId });
    expect(await ground.call('PUT', path('rfi:77'), rfi())).toMatchObject({ status: 409, body: { code: 'project-archived' } });
    await ground.act('projects', { act: 'reopen', id: ground.projectId });
    expect((await ground.call('PUT', path('rfi:77'), rfi())).status).toBe(201);
  });
});
