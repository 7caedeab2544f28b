import { expect, test } from '@jest/globals';
import { createChecks } from '../../activities/checks/index.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { showCauses } from '../../shared/store/attention.ts';
import { noteLook } from '../../shared/store/connections/connections.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();
const hourMs = 3_600_000;

/** A live connection whose time is moved by hand: every hour one round of care, as in production. */
async function hourly(connecting: Connecting) {
  const { tenantId, connectionId } = connecting;
  let nowMs = Date.now();
  const checks = createChecks({ ...bench().deps, timings: timingsOf('production'), nowMs: () => nowMs });
  return {
    round: () => checks.checkAll({ tenantId, connectionId, generation: 1 }),
    /** What the database dates itself grows older by as much. */
    async passes(ms: number) {
      nowMs += ms;
      await connecting.inTenant(async (db) => {
        const rows = await db.selectFrom('step').select(['step_id', 'checked_at']).execute();
        for (const { step_id, checked_at } of rows) {
          if (checked_at === null) continue;
          const before = new Date(checked_at.getTime() - ms);
          await db.updateTable('step').set({ checked_at: before }).where('step_id', '=', step_id).execute();
        }
      });
    },
  };
}

const markNow = (): number => bench().sandbox.world.ledger.last;

/** Procore calls since a mark; of manifests those of projects, by project id. */
function asked(mark: number): { readonly calls: number; readonly manifests: readonly string[] } {
  const entries = bench().sandbox.world.ledger.after(mark, { side: 'procore' }, 100_000);
  const manifests = entries.flatMap(({ path, query }) => {
    const project = path.endsWith('/settings/permissions') ? new URLSearchParams(query).get('project_id') : null;
    return project === null ? [] : [project];
  });
  return { calls: entries.length, manifests };
}

const template = () => {
  const found = bench().sandbox.world.templates.find(
    ({ companyId, name }) => companyId === acme && name === 'HammerTech Sync Project Permissions',
  );
  if (!found) throw new Error('the seed has a project template');
  return found.id;
};
const setLevel = (level: string) =>
  bench().control('/admin/templates/edit', { templateId: template(), tool: 'daily_log', level });

/** Acme, whose sync user is on 17 active projects. */
async function withSeventeen(): Promise<Connecting> {
  const { world } = bench().sandbox;
  const active = () => world.projects.filter((project) => project.companyId === acme && project.active);
  for (let more = active().length; more < 17; more += 1) {
    await bench().control('/admin/projects/create', { companyId: acme, name: `Further ${more}`, timeZone: 'Sydney' });
  }
  expect(active()).toHaveLength(17);
  return untilLive(bench());
}

test('a day of care of 17 projects: each manifest once, spread over the day, and all in all a fraction of a tenth of the calls', async () => {
  const connecting = await withSeventeen();
  const { round, passes } = await hourly(connecting);
  await round();
  const began = markNow();
  const perHour: number[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    await passes(hourMs);
    const mark = markNow();
    expect(await round()).toMatchObject({ regressed: [], missed: [] });
    perHour.push(asked(mark).manifests.length);
  }
  const { calls, manifests } = asked(began);
  expect([...manifests].sort()).toEqual([...new Set(manifests)].sort());
  expect(manifests).toHaveLength(17);
  expect(Math.max(...perHour)).toBe(1);
  const toolsOfOne = 1; // AC-204 has no Daily Log
  // per hour the list, `me` twice, the company's manifest; once an hour the vendors, while HammerTech has employers Procore does not know
  expect(calls).toBeLessThanOrEqual(24 * (1 + 3 + 1) + 17 + toolsOfOne);
  expect(calls).toBeLessThan(0.1 * 24 * 600);
}, 400_000);

test('a stream that is refused puts its own project in doubt: one manifest a round for it, and none for its neighbours', async () => {
  const connecting = await untilLive(bench());
  const { round, passes } = await hourly(connecting);
  await round();
  const [link] = (await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId))).filter(
    ({ scope }) => scope === 'project',
  );
  if (!link) throw new Error('nothing is linked');
  const place = { ...connecting, projectLinkId: link.projectLinkId, stream: 'manpower' };
  const cause = {
    reason: 'permission-too-low',
    subject: 'stream:manpower',
    seen: 's',
    needed: 'n',
    where: 'w',
    records: 1,
  } as const;
  await connecting.inTenant((db) => showCauses(db, place, [cause]));
  const mark = markNow();
  await passes(1000);
  await round();
  expect(asked(mark).manifests).toEqual([link.procoreProjectId]);
  await connecting.inTenant((db) => showCauses(db, place, []));
  const later = markNow();
  await passes(1000);
  await round();
  expect(asked(later).manifests).toEqual([]);
});

test('one project whose level fell makes care ask about the others in the same round, and one that rose as well: one item throughout', async () => {
  const connecting = await untilLive(bench());
  const { round, passes } = await hourly(connecting);
  await round();
  const openItems = () =>
    connecting.inTenant((db) =>
      db.selectFrom('attention_item').select(['reason', 'subject', 'seen']).where('resolved_at', 'is', null).execute(),
    );
  await setLevel('Standard');
  await passes(24 * hourMs);
  expect(await round()).toMatchObject({ regressed: [{ stepId: 'verifyProjectTemplate', reason: 'permission-too-low' }] });
  expect(await openItems()).toMatchObject([
    { subject: 'step:verifyProjectTemplate', seen: expect.stringMatching(/Standard on Daily Log on (\d+) of/) },
  ]);
  await setLevel('Admin');
  await passes(1000);
  expect(await round()).toMatchObject({ regressed: [], mended: ['verifyProjectTemplate'] });
  expect(await openItems()).toEqual([]);
});

test('a change of the company’s template has every project asked about once, and a person who looks has what is a minute old', async () => {
  const connecting = await untilLive(bench());
  const { round, passes } = await hourly(connecting);
  await round();
  const found = bench().sandbox.world.templates.find(
    ({ companyId, name }) => companyId === acme && name === 'HammerTech Sync Company Permissions',
  );
  const setDirectory = (level: string) =>
    bench().control('/admin/templates/edit', { templateId: found?.id, tool: 'directory', level });
  const active = bench().sandbox.world.projects.filter(({ companyId, active }) => companyId === acme && active).length;
  await setDirectory('Read Only');
  const mark = markNow();
  await passes(1000);
  await round();
  expect(new Set(asked(mark).manifests).size).toBe(active);
  const later = markNow();
  await passes(1000);
  await round();
  expect(asked(later).manifests).toEqual([]);

  await connecting.inTenant((db) => noteLook(db, connecting.connectionId));
  await passes(120_000);
  const looked = markNow();
  await round();
  expect(asked(looked).manifests).toHaveLength(active);
  await setDirectory('Standard');
});
