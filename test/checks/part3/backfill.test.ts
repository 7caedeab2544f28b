import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { effortOf } from '../../../shared/domain/backfill.ts';
import { declarations } from '../../../shared/partners/registry.ts';
import { findConnection, storeSettings } from '../../../shared/store/connections/connections.ts';
import { agree } from '../../../shared/store/grants/consents.ts';
import { findSurvey } from '../../../shared/store/projects/backfill-surveys.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { untilConnected } from '../../support/part3-connecting.ts';

const bench = useChecksBench();

/** Asks the step; answers what it says and the lists that it read in Procore. */
async function asked(on: Connecting) {
  const { world } = bench().sandbox;
  const before = world.ledger.last;
  const outcome = await on.check('backfill');
  const calls = world.ledger.after(before, { side: 'procore' }, 1000).map(({ method, path }) => `${method} ${path}`);
  return { outcome, calls };
}

const surveyOf = (on: Connecting) => on.inTenant((db) => findSurvey(db, on.connectionId));

test('until somebody chooses, the project is counted once a day by its lists, and what each choice costs is known', async () => {
  const on = await untilConnected(bench());
  await met(on, ['verifyTools', 'matchPeople']);
  const first = await asked(on);
  const { boundProjectId: projectId } = (await on.inTenant((db) => findConnection(db, on.connectionId))) ?? {};
  expect(first.outcome).toMatchObject({ state: 'waiting', on: 'admin' });
  expect(new Set(first.calls)).toEqual(
    new Set([`GET /rest/v1.0/projects/${projectId}/rfis`, `GET /rest/v1.1/projects/${projectId}/submittals`]),
  );
  const counted = await surveyOf(on);
  const open = bench()
    .sandbox.world.rfis.all()
    .filter((rfi) => rfi.projectId === projectId && rfi.state === 'open' && rfi.recycledAt === null);
  expect(open.length).toBeGreaterThan(0);
  expect(counted?.survey.rfis?.open.items).toBe(open.length);
  const all = effortOf(counted?.survey ?? { rfis: null, submittals: null }, { which: 'since', since: '2000-01-01' });
  expect(all.items.rfis).toBeGreaterThanOrEqual(open.length);
  expect(all.items.submittals).toBeLessThanOrEqual(counted?.survey.submittals?.all ?? 0);

  // it is dated, and stands for a day
  expect((await asked(on)).calls).toEqual([]);
  await bench().store.admin.query("UPDATE backfill_survey SET counted_at = counted_at - interval '25 hours'");
  expect((await asked(on)).calls.length).toBeGreaterThan(0);

  await decide(on, 'choose-backfill', { which: 'open' });
  await bench().store.admin.query("UPDATE backfill_survey SET counted_at = counted_at - interval '25 hours'");
  const last = await asked(on);
  expect([last.outcome.state, last.calls]).toEqual(['met', []]);
});

test('all that is not private counts once whoever connected the project agreed to it, and until then as it is carried', async () => {
  const on = await untilConnected(bench());
  await met(on, ['verifyTools', 'matchPeople']);
  const countedAnew = async () => {
    await bench().store.admin.query("UPDATE backfill_survey SET counted_at = counted_at - interval '25 hours'");
    expect((await asked(on)).calls.length).toBeGreaterThan(0);
    return effortOf((await surveyOf(on))?.survey ?? { rfis: null, submittals: null }, { which: 'since', since: '2000-01-01' })
      .items;
  };
  const ofDesignSide = await countedAnew();
  await on.inTenant((db) =>
    storeSettings(db, on.connectionId, {
      modules: declarations.part3.modules,
      settings: { intake: { which: 'all-non-private' } },
    }),
  );
  expect(await countedAnew()).toEqual(ofDesignSide);

  const { ownerGrantId } = (await on.inTenant((db) => findConnection(db, on.connectionId))) ?? {};
  const consent = { tenantId: on.tenantId, connectionId: on.connectionId, consentId: randomUUID(), words: 'as shown' };
  await on.inTenant((db) => agree(db, { ...consent, kind: 'all-non-private', grantId: ownerGrantId ?? '' }));
  expect((await countedAnew()).submittals).toBeGreaterThan(ofDesignSide.submittals);
});

test('a list that is refused holds up nobody’s choice', async () => {
  const on = await untilConnected(bench());
  await met(on, ['verifyTools', 'matchPeople']);
  const { boundProjectId: projectId } = (await on.inTenant((db) => findConnection(db, on.connectionId))) ?? {};
  bench().sandbox.world.faults.add({
    match: { path: `/rest/v1.0/projects/${projectId}/rfis` },
    effect: { kind: 'status-before', status: 403 },
  });
  expect((await asked(on)).outcome).toMatchObject({ state: 'waiting', on: 'admin' });
  expect(await surveyOf(on)).toBeUndefined();
});
