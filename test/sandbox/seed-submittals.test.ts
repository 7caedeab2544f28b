import { beforeAll, expect, test } from '@jest/globals';
import { createHammerTech } from '../../sandbox/hammertech/state.ts';
import type { Submittal } from '../../sandbox/kernel/model-submittals.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { projectLevel } from '../../sandbox/procore/permissions.ts';
import { kindOf } from '../../sandbox/procore/submittals/statuses.ts';
import { ballInCourt } from '../../sandbox/procore/submittals/workflow.ts';
import { seedAll } from '../../sandbox/seed/seed.ts';

const ours = { clientId: 'our-id', clientSecret: 'our-secret', redirectUri: 'http://localhost:3000/oauth/procore/callback' };

function seeded(): World {
  const world = createWorld({ machineMs: () => Date.parse('2026-03-10T09:30:00Z') });
  seedAll(world, createHammerTech(world.journal), { ours });
  return world;
}

let world: World;
beforeAll(() => {
  world = seeded();
});

const rows = (number: string): Submittal[] =>
  world.submittals.filter(({ projectId }) => world.projects.get(projectId)?.number === number);
const emailOf = (personId: string | null): string | undefined =>
  personId === null ? undefined : world.people.get(personId)?.email;
const designers = ['ria@north-studio.example', 'sam@north-studio.example'];
const takesPart = ({ approvers, distributionIds }: Submittal): boolean =>
  [...approvers.map(({ userId }) => userId), ...distributionIds].some((id) => designers.includes(emailOf(id) ?? ''));

test('three Acme projects have some, in every state that matters to the design side', () => {
  expect(['AC-101', 'AC-102', 'AC-301', 'B-1'].map((number) => rows(number).length)).toEqual([11, 2, 1, 1]);
  const tower = rows('AC-101');
  expect(new Set(tower.map((row) => kindOf(world, row)))).toEqual(new Set(['Draft', 'Open', 'Closed']));
  expect(tower.filter((row) => !takesPart(row)).map(({ number }) => number)).toEqual(['8', '9']);
  expect(tower.filter((row) => row.private && takesPart(row)).map(({ number }) => number)).toEqual(['4', '5']);
  expect(
    tower.filter(({ number }) => number === '10').map(({ revision, currentRevision }) => [revision, currentRevision]),
  ).toEqual([
    ['0', false],
    ['1', true],
  ]);
  expect(tower.find(({ number }) => number === '7')?.distributions).toHaveLength(1);
});

test('the ball is with Ria and Sam where it should be, and with Gus where a step of the builder comes first', () => {
  const balls = [...rows('AC-101'), ...rows('AC-102'), ...rows('AC-301')].map(
    (row) => `${row.number}.${row.revision} ${ballInCourt(world, row).map(emailOf).join(' ')}`,
  );
  const [ria, sam] = designers;
  expect(balls).toEqual([
    `1.0 ${ria}`,
    `2.0 ${ria}`,
    `3.0 ${ria} ${sam}`,
    `4.0 ${sam}`,
    '5.0 gus@acme.example',
    '6.0 ',
    '7.0 ',
    '8.0 ben@acme.example',
    '9.0 ben@acme.example',
    '10.0 ',
    `10.1 ${ria}`,
    `1.0 ${ria}`,
    `2.0 ${ria}`,
    `1.0 ${sam}`,
  ]);
});

test('everybody named may do their part: Gus manages as an Admin, Ria and Sam are Standard', () => {
  for (const row of [...rows('AC-101'), ...rows('AC-102')]) {
    const project = world.projects.get(row.projectId);
    if (!project) throw new Error('a submittal without a project');
    expect(emailOf(row.managerId)).toBe('gus@acme.example');
    expect(projectLevel(world, row.managerId ?? '', project, 'submittals')).toBe('Admin');
    for (const { userId } of row.approvers.filter((slot) => designers.includes(emailOf(slot.userId) ?? '')))
      expect(projectLevel(world, userId, project, 'submittals')).toBe('Standard');
  }
});

test('ids are odd and beyond 2^53, and repeat from seed to seed as everything else does', () => {
  const idsOf = (one: World) =>
    one.submittals.all().flatMap(({ id, statusId, approvers }) => [id, statusId, ...approvers.map((slot) => slot.id)]);
  expect(idsOf(world).every((id) => BigInt(id) > 2n ** 53n && String(Number(id)) !== id)).toBe(true);
  const again = seeded();
  const plain = (one: World) => JSON.stringify(one.submittals.all(), (key, value: unknown) => (key === 'blobId' ? '' : value));
  expect(plain(again)).toBe(plain(world));
});

test('the truth has each with who wrote it and when, on different days', () => {
  const truth = world.ledger.records('submittals');
  expect(truth).toHaveLength(world.submittals.size);
  for (const { id, current, author, history } of truth) {
    expect(current).toEqual(world.submittals.get(id));
    expect(history[0]).toMatchObject({ action: 'create', actor: author, at: world.submittals.get(id)?.createdAt });
  }
  expect(new Set(world.submittals.all().map(({ createdAt }) => createdAt)).size).toBeGreaterThan(8);
  expect(world.ledger.records('submittal-responses').map(({ author }) => emailOf(author))).toContain(designers[0]);
});

test('every project starts with nine responses; two have one of their own', () => {
  const counts = world.projects.all().map(({ id }) => world.submittalResponses.filter((row) => row.projectId === id).length);
  expect(counts.filter((count) => count === 9)).toHaveLength(15);
  expect(counts.filter((count) => count === 10)).toHaveLength(2);
});
