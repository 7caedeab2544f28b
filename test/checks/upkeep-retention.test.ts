import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { beginGrant, replacePair } from '../../shared/store/grants/grant-pairs.ts';
import { linkProject } from '../../shared/store/projects/project-links.ts';
import { useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

test('a round of upkeep ends what is known of sign-ins after ninety days, and nothing sooner', async () => {
  const { tenantId, connectionId, inTenant } = await bench().connect();
  const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
  const link = await inTenant((db) =>
    linkProject(db, { tenantId, connectionId, procoreProjectId: '1', partnerProjectId: 'p', ...names }),
  );
  const fact = (source_key: string, group_key: string | null, days: number) => ({
    ...{ tenant_id: tenantId, project_link_id: link.projectLinkId, stream: 'manpower', source_key, group_key },
    facts: JSON.stringify({ worker: '@someone', seconds: 1 }),
    gathered_at: new Date(Date.now() - days * 86_400_000),
  });
  await inTenant((db) =>
    db
      .insertInto('gathered_fact')
      .values([
        fact('old', '2026-08-01|e1', 91),
        fact('same day, corrected late', '2026-08-01|e1', 70),
        fact('young', '2026-08-03|e1', 89),
        fact('old visitor', null, 91),
        fact('young visitor', null, 89),
      ])
      .execute(),
  );
  const report = await createUpkeep(bench().deps).tidy({});
  expect(report.swept).toBeGreaterThanOrEqual(3);
  const left = await inTenant((db) => db.selectFrom('gathered_fact').select('source_key').orderBy('source_key').execute());
  expect(left.map(({ source_key }) => source_key)).toEqual(['young', 'young visitor']);
});

test('and what became of former versions of an authorization; of the version that stands nothing', async () => {
  const { tenantId, inTenant } = await bench().connect();
  const grantId = randomUUID();
  await inTenant(async (db) => {
    const person = { tenantId, procoreUserId: '1', procoreLogin: null, procoreName: null };
    const pair = (signInId: string) => ({
      grantId,
      sealedPair: Buffer.from('sealed'),
      signInId,
      issuedAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    await beginGrant(db, person, pair(randomUUID()));
    await replacePair(db, person, pair(randomUUID()));
    await replacePair(db, person, pair(randomUUID()));
  });
  const { admin } = bench().store;
  await admin.query("UPDATE grant_event SET at = at - interval '91 days' WHERE grant_id = $1 AND version <> 2", [grantId]);
  await createUpkeep(bench().deps).tidy({});
  const left = await inTenant((db) => db.selectFrom('grant_event').select('version').orderBy('version').execute());
  expect(left.map(({ version }) => version)).toEqual([2, 3]);
});
