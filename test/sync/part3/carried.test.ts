import { expect, test } from '@jest/globals';
import { answerByHand, editRfiByHand, recycleRfiByHand, setOfficialByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { binSubmittal, editSubmittal } from '../../../sandbox/procore/admin/submittals.ts';
import { ask, submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

/** How often each item was made in Part3, by its key. */
function madeIn({ world, part3ProjectId }: ItemsGround, after: number): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const { path, committed } of world.ledger.after(after, { side: 'part3' }, 100_000)) {
    const key = path.includes(part3ProjectId) ? decodeURIComponent(path.split('/').at(-1) ?? '') : '';
    if (committed?.action === 'create') made.set(key, (made.get(key) ?? 0) + 1);
  }
  return made;
}

test('due day, assignees, manager, ball, distribution and an answer made official follow their changes in Procore', async () => {
  const ground = await newGround();
  const { world, ids, members } = ground;
  const rfi = ask(ground, { subject: 'Anchors', dueDate: '2027-01-15' });
  const reply = answerByHand(world, { id: rfi.id, by: ids.ria, body: '<p>12 mm.</p>' });
  ground.later(60);
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ replies: [{ official: false }] }]);
  editRfiByHand(
    world,
    { id: rfi.id },
    {
      dueDate: '2027-02-01',
      assigneeIds: [ids.sam],
      requiredAssigneeIds: [ids.sam],
      managerId: ids.gus,
      distributionIds: [ids.ria],
    },
  );
  setOfficialByHand(world, { id: reply.id, official: true });
  ground.later(60);
  expect(await ground.cycle('rfis')).toMatchObject({ created: 0, updated: 1 });
  expect(ground.rfis()).toMatchObject([
    {
      dueOn: '2027-02-01',
      assignees: [{ memberId: members.sam, required: true }],
      manager: { name: 'gus Quay', memberId: null },
      ballInCourt: [{ name: 'sam Quay', memberId: members.sam }],
      replies: [{ official: true, authorMemberId: members.ria }],
    },
  ]);
});

test('of a submittal title, due day, manager and distribution follow, in one update and without a call beyond the list', async () => {
  const ground = await newGround();
  const { world, ids, members } = ground;
  const { id } = submit(ground, [['ria'], ['sam']]);
  await ground.cycle('submittals');
  await ground.cycle('submittals');
  editSubmittal(world, { id, title: 'Steel, again', dueDate: '2027-03-01', managerId: ids.gus, distributionIds: [ids.sam] });
  ground.later(60);
  ground.calls();
  expect(await ground.cycle('submittals')).toMatchObject({ created: 0, updated: 1 });
  expect(ground.calls()).toHaveLength(1);
  expect(ground.submittals()).toMatchObject([
    { title: 'Steel, again', dueOn: '2027-03-01', manager: { name: 'gus Quay' }, distribution: [{ memberId: members.sam }] },
  ]);
});

test('what a whole list lacks is looked for in the recycle bin at once', async () => {
  const ground = await newGround();
  const { world, team } = ground;
  const rfi = ask(ground, { subject: 'binned' });
  ask(ground, { subject: 'stays' });
  const submittal = submit(ground, [['ria'], ['sam']]);
  for (const stream of ['rfis', 'submittals', 'rfis', 'submittals']) await ground.cycle(stream);
  recycleRfiByHand(world, { id: rfi.id });
  binSubmittal(world, { id: submittal.id });
  ground.later(60);
  for (const stream of ['rfis', 'submittals']) await ground.cycle(stream);
  expect(ground.submittals()).toMatchObject([{ status: 'open' }]);
  // another team: all is listed anew
  team.push({ memberId: 'm-new', name: 'New', procoreUserId: null });
  for (const stream of ['rfis', 'submittals']) await ground.cycle(stream);
  expect(new Map(ground.rfis().map(({ subject, status }) => [subject, status]))).toEqual(
    new Map([
      ['binned', 'withdrawn'],
      ['stays', 'open'],
    ]),
  );
  expect(ground.submittals()).toMatchObject([{ status: 'withdrawn' }]);
});

test('bringing over the past goes on where it was killed, also under another choice, and makes each item once', async () => {
  const ground = await newGround();
  const { world, project, link } = ground;
  const atMs = world.clock.nowMs();
  for (let count = 0; count < 30; count += 1) ask(ground, { subject: `RFI ${count}` });
  await ground.linked({ backfill: { which: 'open' }, atMs: world.clock.nowMs() });
  const after = world.ledger.last;
  const killAt = (nth: number) =>
    world.faults.add({
      match: { method: 'GET', path: `/rest/v1.0/projects/${project.id}/rfis/*` },
      effect: { kind: 'status-before', status: 500 },
      nth,
      times: 1,
    });
  killAt(23);
  await expect(ground.cycle('rfis')).rejects.toMatchObject({ kind: 'vendor-unavailable' });
  expect(ground.rfis()).toHaveLength(20);
  await ground.linked({ backfill: { which: 'since', since: new Date(atMs).toISOString().slice(0, 10) } });
  killAt(25);
  await expect(ground.cycle('rfis')).rejects.toMatchObject({ kind: 'vendor-unavailable' });
  await ground.cycle('rfis');
  await ground.cycle('rfis');
  expect(ground.rfis()).toHaveLength(30);
  const made = madeIn(ground, after);
  expect([made.size, ...new Set(made.values())]).toEqual([30, 1]);
  expect(await ground.store.admin.query('SELECT 1 FROM delivery WHERE project_link_id = $1', [link.projectLinkId])).toMatchObject(
    {
      rowCount: 30,
    },
  );
});
