import { expect, test } from '@jest/globals';
import {
  answerByHand,
  closeRfiByHand,
  createRfiByHand,
  editRfiByHand,
  recycleRfiByHand,
  reopenRfiByHand,
  retrieveRfiByHand,
} from '../../../sandbox/procore/admin/rfis.ts';
import type { RfiFields } from '../../../sandbox/procore/rfis/fields.ts';
import { ask } from './asking.ts';
import { agreeAs, ownerOf } from './consenting.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

test('an RFI that a member of the design team is asked about enters Part3 with question, people, ball and due day', async () => {
  const ground = await newGround();
  const { ids, members } = ground;
  const rfi = ask(ground, { requiredAssigneeIds: [ids.ria], dueDate: '2027-01-15' });
  expect(await ground.cycle('rfis')).toMatchObject({ created: 1, parked: 0, open: 0 });
  expect(ground.rfis()).toMatchObject([
    {
      externalKey: ground.key('rfi', rfi.id),
      number: rfi.number,
      subject: 'Anchor spacing',
      questionHtml: '<p>What spacing?</p>',
      askedByName: 'gus Quay',
      status: 'open',
      isPrivate: false,
      readers: null,
      dueOn: '2027-01-15',
      manager: { name: 'tess Quay', memberId: null },
      ballInCourt: [{ name: 'ria Quay', memberId: members.ria }],
      assignees: [{ name: 'ria Quay', memberId: members.ria, required: true }],
    },
  ]);
});

test('an RFI enters through its distribution list; one that concerns nobody of the design team never does, nor does a draft', async () => {
  const ground = await newGround();
  const { ids } = ground;
  const distributed = ask(ground, { assigneeIds: [ids.otto], distributionIds: [ids.sam] });
  ask(ground, { assigneeIds: [ids.otto] });
  ask(ground, { draft: true });
  await ground.cycle('rfis');
  expect(ground.rfis().map(({ externalKey }) => externalKey)).toEqual([ground.key('rfi', distributed.id)]);
});

test('with the contractor’s consent all that are not private enter, and a private one still through its people alone', async () => {
  const ground = await newGround();
  const { ids, members } = ground;
  await ground.settings({ intake: { which: 'all-non-private' } });
  await agreeAs(ground, ownerOf(ground), 'all-non-private');
  const open = ask(ground, { assigneeIds: [ids.otto] });
  ask(ground, { assigneeIds: [ids.otto], private: true });
  const ours = ask(ground, { private: true });
  await ground.cycle('rfis');
  const readersOf = new Map(ground.rfis().map(({ externalKey, readers }) => [externalKey, readers]));
  expect(readersOf).toEqual(
    new Map([
      [ground.key('rfi', open.id), null],
      [ground.key('rfi', ours.id), [members.ria]],
    ]),
  );
});

test('a change is one call for whatever number of answers, and nothing changed is the list alone', async () => {
  const ground = await newGround();
  const { world, ids, members } = ground;
  const rfi = ask(ground);
  await ground.cycle('rfis');
  // its first look into the bin
  await ground.cycle('rfis');
  for (const body of ['<p>12 mm.</p>', '<p>Or 14.</p>']) answerByHand(world, { id: rfi.id, by: ids.ria, body });
  ground.later(60);
  ground.calls();
  expect(await ground.cycle('rfis')).toMatchObject({ updated: 1 });
  const list = `GET /rest/v1.0/projects/${ground.project.id}/rfis`;
  expect(ground.calls()).toEqual([list, `${list}/${rfi.id}`]);
  expect(ground.rfis()[0]?.replies).toMatchObject([
    { bodyHtml: '<p>12 mm.</p>', authorName: 'ria Quay', authorMemberId: members.ria, official: false },
    { bodyHtml: '<p>Or 14.</p>' },
  ]);
  ground.later(60);
  await ground.cycle('rfis');
  expect(ground.calls()).toEqual([list]);
});

test.each([
  ['subject', () => [{ subject: 'Anchors' }, { subject: 'Anchors' }]],
  ['due day', () => [{ dueDate: '2027-02-01' }, { dueOn: '2027-02-01' }]],
  ['manager', ({ ids }) => [{ managerId: ids.gus }, { manager: { name: 'gus Quay', memberId: null } }]],
  [
    'assignees',
    ({ ids, members }) => [{ assigneeIds: [ids.ria, ids.sam] }, { assignees: [{}, { name: 'sam Quay', memberId: members.sam }] }],
  ],
  ['being private', ({ members }) => [{ private: true }, { isPrivate: true, readers: [members.ria] }]],
] as const satisfies readonly (readonly [string, (ground: ItemsGround) => readonly [RfiFields, object]])[])(
  'its %s follows, also where nothing else of it changes',
  async (_, edit) => {
    const ground = await newGround();
    const { id } = ask(ground);
    await ground.cycle('rfis');
    const [edited, expected] = edit(ground);
    editRfiByHand(ground.world, { id }, edited);
    ground.later(60);
    expect(await ground.cycle('rfis')).toMatchObject({ updated: 1 });
    expect(ground.rfis()).toMatchObject([expected]);
  },
);

test('one that is listed and not shown is no deletion: it stays as it was, and is read once it is shown again', async () => {
  const ground = await newGround();
  const rfi = ask(ground);
  await ground.cycle('rfis');
  editRfiByHand(ground.world, { id: rfi.id }, { subject: 'Anchors' });
  ground.later(60);
  const path = `/rest/v1.0/projects/${ground.project.id}/rfis/${rfi.id}`;
  ground.world.faults.add({ match: { method: 'GET', path }, effect: { kind: 'status-before', status: 404 }, times: 1 });
  expect(await ground.cycle('rfis')).toMatchObject({ updated: 0, parked: 0, open: 0 });
  expect(ground.rfis()).toMatchObject([{ status: 'open', subject: 'Anchor spacing' }]);
  // nobody changes it again, and long after its change it is not listed
  ground.later(3600);
  ground.world.faults.add({ match: { method: 'GET', path }, effect: { kind: 'status-before', status: 404 }, times: 1 });
  await ground.cycle('rfis');
  ground.calls();
  await ground.cycle('rfis');
  expect(ground.calls()).not.toContain(`GET ${path}`);
  ground.hourPasses();
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ status: 'open', subject: 'Anchors' }]);
});

test('what was listed and is not shown is remembered beyond the process that met it: another looks once when it begins, then once in an hour', async () => {
  const ground = await newGround();
  const rfi = ask(ground);
  const path = `/rest/v1.0/projects/${ground.project.id}/rfis/${rfi.id}`;
  const looks = () => ground.calls().filter((call) => call === `GET ${path}`).length;
  const hidden = { match: { method: 'GET', path }, effect: { kind: 'status-before', status: 404 }, times: 100 } as const;
  const { id: faultId } = ground.world.faults.add(hidden);
  expect(await ground.cycle('rfis')).toMatchObject({ created: 0, parked: 0, open: 0 });
  // nobody changes it again, and long after its change it is not listed
  ground.later(3600);
  ground.calls();
  await ground.cycleOfAnother('rfis');
  expect(looks()).toBe(1);
  await ground.cycle('rfis');
  expect(looks()).toBe(1);
  await ground.cycle('rfis');
  expect(looks()).toBe(0);
  expect([ground.rfis(), await ground.items()]).toEqual([[], []]);
  ground.world.faults.remove(faultId);
  expect(await ground.cycleOfAnother('rfis')).toMatchObject({ created: 1 });
  expect(ground.rfis()).toMatchObject([{ status: 'open', subject: 'Anchor spacing' }]);
  // shown by now, it is nothing that any process would look at again
  ground.hourPasses();
  looks();
  await ground.cycle('rfis');
  expect(looks()).toBe(0);
});

test('two changes in one second are both seen, however soon after the first one it was read', async () => {
  const ground = await newGround();
  const { world, ids, later } = ground;
  const rfi = createRfiByHand(
    world,
    { projectId: ground.project.id, by: ids.gus },
    { subject: 'One', body: 'What?', managerId: ids.tess, assigneeIds: [ids.ria] },
  );
  await ground.cycle('rfis');
  const row = world.rfis.get(rfi.id);
  if (row) world.rfis.put({ ...row, subject: 'Two' });
  later(60);
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ subject: 'Two' }]);
});

test('closed and opened again it follows; notes of Part3’s people are never touched', async () => {
  const ground = await newGround();
  const { world } = ground;
  const rfi = ask(ground);
  await ground.cycle('rfis');
  const { rfis } = ground.sandbox.part3;
  const [item] = ground.rfis();
  if (item) rfis.put({ organisation: 'north-studio', record: { ...item, notes: 'ask Ben' } });
  closeRfiByHand(world, { id: rfi.id });
  ground.later(60);
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ status: 'closed', ballInCourt: [], notes: 'ask Ben' }]);
  reopenRfiByHand(world, { id: rfi.id });
  ground.later(60);
  expect(await ground.cycle('rfis')).toMatchObject({ updated: 1, parked: 0 });
  expect(ground.rfis()).toMatchObject([{ status: 'open', notes: 'ask Ben' }]);
});

test('in the recycle bin it is withdrawn with all it said, and open again once it is retrieved', async () => {
  const ground = await newGround();
  const { world } = ground;
  const rfi = ask(ground);
  await ground.cycle('rfis');
  recycleRfiByHand(world, { id: rfi.id });
  ground.later(60);
  ground.hourPasses();
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ status: 'withdrawn', ballInCourt: [], questionHtml: '<p>What spacing?</p>' }]);
  retrieveRfiByHand(world, { id: rfi.id });
  ground.later(60);
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ status: 'open' }]);
});

/** Gus is an admin of RFIs no more, and sees of what is private only what he is named on; what is answered gives it back to him. */
function lowered({ world, project, ids }: ItemsGround): () => void {
  const of = (personId: string) => world.memberships.find((one) => one.projectId === project.id && one.personId === personId);
  const [own, lower] = [of(ids.gus), of(ids.otto)];
  if (!own || !lower) throw new Error('somebody is not on the project');
  world.memberships.put({ ...own, templateId: lower.templateId });
  return () => void world.memberships.put(own);
}

test('what the owner may not see any more, or may not look up in the bin, is left as it stands', async () => {
  const ground = await newGround();
  const { world, ids } = ground;
  const rfi = ask(ground, { private: true });
  await ground.cycle('rfis');
  lowered(ground);
  recycleRfiByHand(world, { id: rfi.id, by: ids.tess });
  ground.later(60);
  ground.hourPasses();
  expect(await ground.cycle('rfis')).toMatchObject({ parked: 0 });
  expect(ground.rfis()).toMatchObject([{ status: 'open' }]);
});

test('retrieved while the owner could not see it, it is open again once they can: no change of it tells, only that the bin lacks it', async () => {
  const ground = await newGround();
  const { world, ids, project } = ground;
  const askedByTess = (fields: RfiFields) => {
    const asked = { body: 'Which?', managerId: ids.tess, assigneeIds: [ids.ria], ...fields };
    const { id } = createRfiByHand(world, { projectId: project.id, by: ids.tess }, asked);
    ground.later(60);
    return id;
  };
  const id = askedByTess({ subject: 'secret', private: true });
  await ground.cycle('rfis');
  recycleRfiByHand(world, { id });
  ground.later(60);
  ground.hourPasses();
  await ground.cycle('rfis');
  const statuses = () => Object.fromEntries(ground.rfis().map(({ subject, status }) => [subject, status]));
  expect(statuses()).toEqual({ secret: 'withdrawn' });
  const raise = lowered(ground);
  retrieveRfiByHand(world, { id, by: ids.tess });
  ground.later(1200);
  askedByTess({ subject: 'new' });
  ground.hourPasses();
  await ground.cycle('rfis');
  raise();
  ground.later(1200);
  await ground.cycle('rfis');
  // the list is read from behind its last change by now
  expect(statuses()).toEqual({ secret: 'withdrawn', new: 'open' });
  ground.hourPasses();
  await ground.cycle('rfis');
  expect(statuses()).toEqual({ secret: 'open', new: 'open' });
});

test('private by now and without any of the design team, it keeps what it said and shows it to nobody', async () => {
  const ground = await newGround();
  const { world, ids } = ground;
  const rfi = ask(ground);
  await ground.cycle('rfis');
  editRfiByHand(world, { id: rfi.id }, { private: true, assigneeIds: [ids.otto], subject: 'Secret' });
  ground.later(60);
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ subject: 'Anchor spacing', isPrivate: true, readers: [] }]);
});

test.each([
  ['none', { which: 'none' }, ['new']],
  ['open', { which: 'open' }, ['old, open', 'new']],
  ['since', { which: 'since', since: '2020-01-01' }, ['old, open', 'old, closed', 'new']],
] as const)('of the past comes what was chosen: %s', async (_, backfill, expected) => {
  const ground = await newGround();
  const { world } = ground;
  ask(ground, { subject: 'old, open' });
  closeRfiByHand(world, { id: ask(ground, { subject: 'old, closed' }).id });
  ground.later(60);
  await ground.linked({ backfill, atMs: world.clock.nowMs() });
  ground.later(60);
  ask(ground, { subject: 'new' });
  await ground.cycle('rfis');
  expect(new Set(ground.rfis().map(({ subject }) => subject))).toEqual(new Set(expected));
});

test('a reading that is cut off goes on where it was, and asks for nothing twice', async () => {
  const ground = await newGround();
  for (let count = 0; count < 25; count += 1) ask(ground, { subject: `RFI ${count}` });
  const shows = () => ground.calls().filter((call) => /rfis\/\d+$/.test(call)).length;
  const path = `/rest/v1.0/projects/${ground.project.id}/rfis/*`;
  ground.world.faults.add({ match: { method: 'GET', path }, effect: { kind: 'status-before', status: 500 }, nth: 23, times: 1 });
  await expect(ground.cycle('rfis')).rejects.toMatchObject({ kind: 'vendor-unavailable' });
  expect(ground.rfis()).toHaveLength(20);
  const before = shows();
  expect(before).toBeLessThanOrEqual(25);
  await ground.cycle('rfis');
  expect(ground.rfis()).toHaveLength(25);
  expect(shows()).toBe(5);
});

test('somebody who is matched later brings in what they take part in already', async () => {
  const ground = await newGround();
  const [ria] = ground.team.splice(0, 1);
  ask(ground);
  await ground.cycle('rfis');
  expect(ground.rfis()).toEqual([]);
  if (ria) ground.team.push(ria);
  await ground.cycle('rfis');
  expect(ground.rfis()).toHaveLength(1);
});
