import { expect, test } from '@jest/globals';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import type { BackfillChoice } from '../../../shared/domain/contractors.ts';
import { findCommand } from '../../../shared/store/commands.ts';
import { listProjectLinks } from '../../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { untilConnected, untilMapped } from '../../support/part3-connecting.ts';

/** A command is told again as soon as it is there. */
const bench = useChecksBench({ upkeepRoundMs: 0 });

const later: BackfillChoice = { which: 'since', since: '2026-11-29' };
const earlier: BackfillChoice = { which: 'since', since: '2026-11-01' };

async function untilLiveSince(choice: BackfillChoice): Promise<Connecting> {
  const on = await untilConnected(bench());
  await untilMapped(on);
  await met(on, ['matchPeople']);
  await on.check('authorizeResponders');
  await decide(on, 'choose-backfill', choice);
  await met(on, ['backfill', 'live']);
  return on;
}

const careRound = ({ tenantId, connectionId }: Connecting, asked: readonly string[] = []) =>
  bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked });

const linkOf = async (on: Connecting) => (await on.inTenant((db) => listProjectLinks(db, on.connectionId)))[0];

const stateOf = async (on: Connecting, commandId: string) => {
  const command = await on.inTenant((db) => findCommand(db, on.connectionId, commandId));
  return command?.appliedAt ? 'applied' : command?.droppedAt ? 'dropped' : 'waits';
};

/** Requests for a cycle of the loop that wait. */
const cyclesAskedFor = (on: Connecting) =>
  on.inTenant((db) =>
    db.selectFrom('command').select('project_link_id').where('kind', '=', 'syncNow').where('applied_at', 'is', null).execute(),
  );

test('another choice on a live connection is in force once care was told: the link shows it, and its loop is woken', async () => {
  const on = await untilLiveSince(later);
  const link = await linkOf(on);
  const loop = `sync:${on.tenantId}:${link?.projectLinkId}`;
  bench().runs.woken.length = 0;

  const commandId = await decide(on, 'choose-backfill', earlier);
  const { looked } = await careRound(on, ['backfill']);
  expect(looked).toMatchObject([
    { stepId: 'backfill', state: 'done', says: expect.stringContaining('comes with the next cycles') },
  ]);
  expect([await stateOf(on, commandId), (await linkOf(on))?.backfill]).toEqual(['applied', earlier]);
  expect(bench().runs.woken).toEqual([loop]);
  expect(await cyclesAskedFor(on)).toEqual([{ project_link_id: link?.projectLinkId }]);

  // said again it changes nothing, and a loop that was told keeps its pace
  await decide(on, 'choose-backfill', earlier);
  expect((await careRound(on, ['backfill'])).looked).toMatchObject([{ says: expect.stringContaining('nothing changes') }]);
  expect(bench().runs.woken).toEqual([loop]);

  await decide(on, 'choose-backfill', { which: 'none' });
  await careRound(on, ['backfill']);
  expect([(await linkOf(on))?.backfill, bench().runs.woken]).toEqual([{ which: 'none' }, [loop, loop]]);
});

test('one that care could not be told waits until it can: upkeep tells care of it, and never takes it for applied', async () => {
  const on = await untilLiveSince(later);
  const commandId = await decide(on, 'choose-backfill', earlier);
  const { runs, deps } = bench();
  for (const end of ['later', 'refused', 'answered'] as const) {
    runs.told.length = 0;
    runs.deliver = async () => end;
    await createUpkeep(deps).tidy({});
    const told = runs.told.filter(({ workflowId }) => workflowId.includes(on.connectionId));
    expect([end, told]).toEqual([
      end,
      [{ workflowId: `care:${on.tenantId}:${on.connectionId}`, name: 'retryStep', message: { stepId: 'backfill' } }],
    ]);
    expect([end, await stateOf(on, commandId), (await linkOf(on))?.backfill]).toEqual([end, 'waits', later]);
  }
  runs.deliver = async () => 'answered';
  // nobody asks: the next round takes what waits
  await careRound(on);
  expect([await stateOf(on, commandId), (await linkOf(on))?.backfill]).toEqual(['applied', earlier]);
});

test('a link that shows another choice than the one in force is brought in line by the next round', async () => {
  const on = await untilLiveSince(earlier);
  await on.inTenant((db) =>
    db
      .updateTable('project_link')
      .set({ backfill: JSON.stringify(later) })
      .execute(),
  );
  await careRound(on);
  expect((await linkOf(on))?.backfill).toEqual(earlier);
});

test('of two choices the later one stays in force, whichever is applied last', async () => {
  const on = await untilLiveSince(later);
  const first = await decide(on, 'choose-backfill', { which: 'open' });
  const second = await decide(on, 'choose-backfill', earlier);
  const apply = (commandId: string) =>
    bench().checks.applyInput({ tenantId: on.tenantId, connectionId: on.connectionId, stepId: 'backfill', commandId });
  expect(await apply(second)).toMatchObject({ applied: true });
  expect(await apply(first)).toEqual({ applied: false, says: 'a newer choice took its place' });
  expect([await stateOf(on, first), await stateOf(on, second)]).toEqual(['dropped', 'applied']);
  await careRound(on);
  expect((await linkOf(on))?.backfill).toEqual(earlier);
});

test('what belongs to an onboarding that is over is dropped with the applier’s answer, and is in force for nobody', async () => {
  const on = await untilLiveSince(later);
  const { claimed: place } = await on.inTenant(async (db) => ({
    claimed: await db.selectFrom('connection').select(['bound_company_id', 'bound_project_id']).executeTakeFirstOrThrow(),
  }));
  const project = { companyId: place.bound_company_id, projectId: place.bound_project_id };
  const left = {
    'confirm-role': {},
    'choose-project': project,
    connect: project,
    'accept-contractor': { companyId: project.companyId, procoreUserId: '4711' },
    confirm: { dryRunAt: '2026-11-12T08:15:00.000Z' },
  };
  const given: string[] = [];
  for (const [kind, input] of Object.entries(left)) given.push(await decide(on, kind, input));
  bench().runs.told.length = 0;
  await createUpkeep(bench().deps).tidy({});
  expect(await Promise.all(given.map((commandId) => stateOf(on, commandId)))).toEqual(given.map(() => 'dropped'));
  expect(bench().runs.told.filter(({ workflowId }) => workflowId.includes(on.connectionId))).toEqual([]);
});
