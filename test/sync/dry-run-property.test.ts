import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { completeDay, editManpowerByHand, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { setAutomation } from '../../shared/store/projects/link-settings.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';
import { expectAsForeseen } from './foreseen.ts';

const newGround = useEngineGrounds();

const employers = ['e1', 'e2', 'e3', 'e4'] as const;
const which = fc.nat(3);
const day = fc.integer({ min: 1, max: 3 });

/** What may happen on either side, and to the settings, between two cycles. */
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sign-in' as const), which, day, hours: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), which, hours: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take-back' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('match' as const), which, matched: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('write-by-hand' as const), which, day }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit-ours' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('complete' as const), day, completed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('automate' as const), create: fc.boolean(), update: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose-an-answer' as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

/** Four employers, two of them of one vendor, one of a vendor that is not on the project. */
async function playground() {
  const ground = await newGround();
  const vendors = [
    ground.small.vendor.id,
    ground.vendor('Brickworks'),
    ground.vendor('Brickworks Two'),
    ground.vendor('Far Off', false),
  ];
  const vendorOf = (at: number): string => vendors[at === 2 ? 0 : at] ?? '';
  for (const [at, employer] of employers.entries()) await ground.match(employer, vendorOf(at));
  return { ground, vendorOf, signIns: [] as string[] };
}
type Playground = Awaited<ReturnType<typeof playground>>;

async function play({ ground, vendorOf, signIns }: Playground, one: Act): Promise<void> {
  const { small, source, store, tenantId, link } = ground;
  const { world, project } = small;
  const signIn = 'which' in one ? signIns[one.which % Math.max(1, signIns.length)] : undefined;
  const by = ground.small.people.cleo.id;
  switch (one.do) {
    case 'sign-in':
      signIns.push(
        source.add({
          worker: `w${signIns.length}`,
          employer: employers[one.which] ?? 'e1',
          day: daysAgo(one.day),
          hours: one.hours,
        }),
      );
      return;
    case 'change':
      if (signIn)
        source.change(signIn, { endUtc: new Date(Date.parse(source.startOf(signIn)) + one.hours * 3_600_000).toISOString() });
      return;
    case 'take-back':
      if (signIn) source.change(signIn, { deleted: true });
      return;
    case 'match':
      return ground.match(employers[one.which] ?? 'e1', one.matched ? vendorOf(one.which) : null);
    case 'write-by-hand':
      writeManpowerByHand(world, {
        projectId: project.id,
        by,
        date: daysAgo(one.day),
        contactId: vendorOf(one.which % 2),
        numWorkers: 2,
        numHours: '8.0',
      });
      return;
    case 'edit-ours': {
      const entries = ground.entries();
      const entry = entries[one.which % Math.max(1, entries.length)];
      if (entry) editManpowerByHand(world, { id: entry.id, by, numWorkers: entry.numWorkers + 1 });
      return;
    }
    case 'complete':
      completeDay(world, { projectId: project.id, date: daysAgo(one.day), by, completed: one.completed });
      return;
    case 'automate':
      return withTenant(store.pool, tenantId, (db) => setAutomation(db, link.projectLinkId, 'manpower', one));
    case 'lose-an-answer':
      return ground.spoil('POST', { kind: 'status-after-commit', status: 500 });
  }
}

async function foreseeThenGo(ground: EngineGround): Promise<void> {
  const { small, store, link } = ground;
  const before = small.world.ledger.last;
  const foreseen = await ground.foresee();
  expect(small.world.ledger.after(before, { side: 'procore' }).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(foreseen.part.streams[0]?.refused).toBeNull();
  const mark = small.world.ledger.last;
  await ground.settle();
  await expectAsForeseen(store, small.world, mark, foreseen, link);
}

test('whatever happened on both sides: the next cycle makes and changes what the dry run said, record by record, and nothing else', async () => {
  const rounds = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(rounds, async (acts) => {
      const one = await playground();
      for (const round of acts) {
        for (const each of round) await play(one, each);
        await foreseeThenGo(one.ground);
      }
    }),
    { numRuns: 25 },
  );
}, 300_000);
