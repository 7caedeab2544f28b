import { expect, test } from '@jest/globals';
import {
  answerByHand,
  binSubmittal,
  editSubmittal,
  retrieveSubmittal,
  reviseSubmittal,
  setSubmittalState,
} from '../../../sandbox/procore/admin/submittals.ts';
import type { SubmittalFields } from '../../../sandbox/procore/submittals/submittals.ts';
import { submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

const keys = (ground: ItemsGround) => new Set(ground.submittals().map(({ externalKey }) => externalKey));

test('a submittal comes from its list alone, with steps, ball, distribution and the responses one may give', async () => {
  const ground = await newGround();
  const { ids, members } = ground;
  const submittal = submit(ground, [['ria'], ['otto']], { distributionIds: [ids.sam] });
  ground.calls();
  expect(await ground.cycle('submittals')).toMatchObject({ created: 1, parked: 0, open: 0 });
  expect(ground.calls()).toEqual([`GET /rest/v1.1/projects/${ground.project.id}/submittals`]);
  expect(ground.submittals()).toMatchObject([
    {
      externalKey: ground.key('submittal', submittal.id),
      number: '7',
      revision: '0',
      title: 'Steel',
      status: 'open',
      superseded: false,
      readers: null,
      ballInCourt: [{ name: 'ria Quay', memberId: members.ria }],
      distribution: [{ name: 'sam Quay', memberId: members.sam }],
      workflow: [
        { step: 1, kind: 'approver', party: { name: 'ria Quay', memberId: members.ria }, responseName: null, respondedAt: null },
        { step: 2, party: { name: 'otto Quay', memberId: null } },
      ],
    },
  ]);
});

test('it enters once its current step is the design team’s, not before, and its answer comes back while the ball moves on', async () => {
  const ground = await newGround();
  const { world } = ground;
  const submittal = submit(ground, [['otto'], ['ria'], ['otto']]);
  await ground.cycle('submittals');
  expect(keys(ground).size).toBe(0);
  const [first, second] = submittal.approvers;
  answerByHand(world, { approverId: first?.id ?? '', response: 'Approved' });
  ground.later(60);
  await ground.cycle('submittals');
  expect(ground.submittals()).toMatchObject([{ ballInCourt: [{ memberId: ground.members.ria }] }]);
  answerByHand(world, { approverId: second?.id ?? '', response: 'Approved', comment: 'as drawn' });
  ground.later(60);
  expect(await ground.cycle('submittals')).toMatchObject({ updated: 1 });
  expect(ground.submittals()).toMatchObject([{ ballInCourt: [{ name: 'otto Quay', memberId: null }] }]);
  expect(ground.submittals()[0]?.workflow[1]).toMatchObject({ responseName: 'Approved', comment: 'as drawn' });
});

test.each([
  ['title', () => [{ title: 'Steel, level 2' }, { title: 'Steel, level 2' }]],
  ['number', () => [{ number: '7A' }, { number: '7A' }]],
  ['due day', () => [{ dueDate: '2027-02-01' }, { dueOn: '2027-02-01' }]],
  ['manager', ({ ids }) => [{ managerId: ids.gus }, { manager: { name: 'gus Quay', memberId: null } }]],
  [
    'distribution',
    ({ ids, members }) => [{ distributionIds: [ids.sam] }, { distribution: [{ name: 'sam Quay', memberId: members.sam }] }],
  ],
  ['being private', ({ members }) => [{ private: true }, { isPrivate: true, readers: [members.ria] }]],
] as const satisfies readonly (readonly [string, (ground: ItemsGround) => readonly [SubmittalFields, object]])[])(
  'its %s follows, also where nothing else of it changes',
  async (_, edit) => {
    const ground = await newGround();
    const { id } = submit(ground, [['ria']]);
    await ground.cycle('submittals');
    const [edited, expected] = edit(ground);
    editSubmittal(ground.world, { id, ...edited });
    ground.later(60);
    expect(await ground.cycle('submittals')).toMatchObject({ updated: 1 });
    expect(ground.submittals()).toMatchObject([expected]);
  },
);

test('a response that gets its meaning later may be given on what is there already, for one more reading of the list', async () => {
  const ground = await newGround();
  submit(ground, [['ria']]);
  await ground.cycle('submittals');
  ground.later(600);
  await ground.cycle('submittals');
  expect(ground.submittals()).toMatchObject([{ responseNames: [] }]);
  const given = { considered: 'approved', state: 'mapped', decidedBy: 'test' } as const;
  ground.responses.push({ responseId: '9', name: 'Make good', partnerName: 'Approved as Noted', ...given });
  ground.calls();
  expect(await ground.cycle('submittals')).toMatchObject({ updated: 1 });
  expect(ground.calls()).toEqual([`GET /rest/v1.1/projects/${ground.project.id}/submittals`]);
  expect(ground.submittals()).toMatchObject([{ responseNames: ['Approved as Noted'] }]);
  expect(await ground.cycle('submittals')).toMatchObject({ updated: 0 });
});

test('a private one is for those who are party to it; drafts and those of others never come', async () => {
  const ground = await newGround();
  const { ids, members } = ground;
  const ours = submit(ground, [['ria']], { private: true });
  submit(ground, [['otto']], { number: '8' });
  submit(ground, [['ria']], { number: '9', statusId: draftOf(ground) });
  const known = submit(ground, [['otto']], { number: '10', private: true, distributionIds: [ids.sam] });
  await ground.cycle('submittals');
  expect(new Map(ground.submittals().map(({ externalKey, readers }) => [externalKey, readers]))).toEqual(
    new Map([
      [ground.key('submittal', ours.id), [members.ria]],
      [ground.key('submittal', known.id), [members.sam]],
    ]),
  );
});

test('a revision is an item of its own, and the former one is closed and superseded', async () => {
  const ground = await newGround();
  const former = submit(ground, [['ria']]);
  await ground.cycle('submittals');
  const { ids, world } = ground;
  const next = reviseSubmittal(world, { id: former.id, by: ids.tess, steps: [[{ userId: ids.ria }]] });
  ground.later(60);
  await ground.cycle('submittals');
  expect(
    new Set(
      ground
        .submittals()
        .map(({ externalKey, revision, status, superseded }) => [externalKey, revision, status, superseded].join()),
    ),
  ).toEqual(
    new Set([
      [ground.key('submittal', former.id), '0', 'closed', true].join(),
      [ground.key('submittal', next.id), '1', 'open', false].join(),
    ]),
  );
});

test('closed, opened again, in the bin and out of it, it follows', async () => {
  const ground = await newGround();
  const { world } = ground;
  const { id } = submit(ground, [['ria']]);
  await ground.cycle('submittals');
  for (const [state, status] of [
    ['Closed', 'closed'],
    ['Open', 'open'],
  ] as const) {
    setSubmittalState(world, { id, state });
    ground.later(60);
    await ground.cycle('submittals');
    expect(ground.submittals()).toMatchObject([{ status }]);
  }
  binSubmittal(world, { id });
  ground.later(60);
  await ground.cycle('submittals');
  expect(ground.submittals()).toMatchObject([{ status: 'open' }]);
  ground.hourPasses();
  await ground.cycle('submittals');
  expect(ground.submittals()).toMatchObject([{ status: 'withdrawn', title: 'Steel' }]);
  retrieveSubmittal(world, { id });
  ground.later(60);
  ground.hourPasses();
  await ground.cycle('submittals');
  expect(ground.submittals()).toMatchObject([{ status: 'open' }]);
});

function draftOf({ world, project }: ItemsGround): string {
  const draft = world.submittalStatuses.find(({ companyId, status }) => companyId === project.companyId && status === 'Draft');
  if (!draft) throw new Error('the seed has no status of drafts');
  return draft.id;
}
