import { beforeAll, expect, test } from '@jest/globals';
import { createHammerTech } from '../../sandbox/hammertech/state.ts';
import type { Rfi } from '../../sandbox/kernel/model-rfis.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { maySee, memberOf } from '../../sandbox/procore/rfis/rights.ts';
import { seedAll } from '../../sandbox/seed/seed.ts';

const ours = { clientId: 'our-id', clientSecret: 'our-secret', redirectUri: 'http://localhost:3000/oauth/procore/callback' };

function seeded(nowMs = Date.parse('2026-03-10T00:30:00Z')): World {
  const world = createWorld({ machineMs: () => nowMs });
  seedAll(world, createHammerTech(world.journal), { ours });
  return world;
}

let world: World;
beforeAll(() => {
  world = seeded();
});

const named = (address: string): string => world.people.find(({ email }) => email.startsWith(`${address}@`))?.id ?? '';
const numberOf = ({ projectId }: Rfi): string | null | undefined => world.projects.get(projectId)?.number;
const takesPart = ({ assigneeIds, distributionIds }: Rfi): boolean =>
  [...assigneeIds, ...distributionIds].some((id) => id === named('ria') || id === named('sam'));

test('three Acme projects have RFIs: open, closed, drafts, private ones, and one in the bin', () => {
  const rfis = world.rfis.all();
  const count = (of: (rfi: Rfi) => boolean) => rfis.filter(of).length;
  expect(new Set(rfis.map(numberOf))).toEqual(new Set(['AC-101', 'AC-102', 'AC-301']));
  expect(count(({ state }) => state === 'draft')).toBe(2);
  expect(count(({ state }) => state === 'closed')).toBe(2);
  expect(count((rfi) => rfi.private)).toBe(2);
  expect(count(({ recycledAt }) => recycledAt !== null)).toBe(1);
});

test('seven open RFIs and a closed one have a design-side person, and some have none', () => {
  const living = world.rfis.filter(({ recycledAt, state }) => recycledAt === null && state !== 'draft');
  const open = living.filter(({ state }) => state === 'open');
  expect(open.filter(takesPart)).toHaveLength(7);
  expect(living.filter((rfi) => rfi.state === 'closed' && takesPart(rfi))).toHaveLength(1);
  expect(open.filter((rfi) => !takesPart(rfi)).length).toBeGreaterThan(1);
});

test('Gus, Ria, Sam and Tess each see another part of Harbour Tower', () => {
  const tower = world.projects.find(({ number }) => number === 'AC-101');
  if (!tower) throw new Error('the seed has no AC-101');
  const seenBy = (person: string): number =>
    world.rfis.filter((rfi) => rfi.projectId === tower.id && maySee(world, memberOf(world, tower, named(person)), rfi)).length;
  expect(['gus', 'ria', 'sam', 'tess'].map(seenBy)).toEqual([9, 6, 7, 6]);
});

test('every answer is of the person who gave it, and the ledger has all with their history', () => {
  const replies = world.ledger.records('rfi-replies');
  expect(replies.map(({ author }) => author).sort()).toEqual([named('dev'), named('ria'), named('ria'), named('ria')].sort());
  const rfis = world.ledger.records('rfis');
  expect(rfis.map(({ current }) => current)).toEqual(world.rfis.all());
  expect(rfis.every(({ history }) => history[0]?.action === 'create' && history[0].clientId === null)).toBe(true);
});

test('ids are odd and beyond 2^53, of RFIs to come too, and nothing happened after now', () => {
  const ids = [...world.rfis.all(), ...world.rfiReplies.all()].map(({ id }) => id);
  expect(ids.every((id) => String(Number(id)) !== id)).toBe(true);
  expect(String(Number(world.sequences.get('rfis')?.next))).not.toBe(world.sequences.get('rfis')?.next);
  expect(world.rfis.filter(({ updatedAt }) => updatedAt > world.clock.instant())).toEqual([]);
});

/** The storage names its files by chance. */
const withoutStorage = ({ rfis, rfiReplies }: World): unknown =>
  JSON.parse(JSON.stringify([rfis.all(), rfiReplies.all()], (key, value) => (key === 'blobId' ? undefined : value)));

test('seeding again makes the same RFIs, on another day with other dates alone', () => {
  expect(withoutStorage(seeded())).toEqual(withoutStorage(world));
  const later = seeded(Date.parse('2026-05-01T12:00:00Z')).rfis.all();
  expect(later.map(({ id, subject, number }) => [id, subject, number])).toEqual(
    world.rfis.all().map(({ id, subject, number }) => [id, subject, number]),
  );
});
