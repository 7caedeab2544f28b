import { expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { linkProject } from '../../shared/store/project-links.ts';
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
