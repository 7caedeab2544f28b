import { beforeEach, expect, test } from '@jest/globals';
import type { AccessLevel } from '../../sandbox/kernel/levels.ts';
import { editTemplate } from '../../sandbox/procore/admin/templates.ts';
import { storeSettings } from '../../shared/store/connections/connections.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, untilBound } from '../support/onboarded.ts';

const bench = useChecksBench();
let connecting: Connecting;

const dailyLogs = ['visitors', 'incidents', 'observations', 'notes'];

/** The project template of the guide gives the sync user this on the Daily Log. */
function dailyLog(level: AccessLevel): void {
  const { world } = bench().sandbox;
  const template = world.templates.find(
    ({ companyId, name }) => companyId === borealis.companyId && /hammertech sync project/i.test(name),
  );
  if (!template) throw new Error('Borealis has no project template of the guide');
  editTemplate(world, { templateId: template.id, tool: 'daily_log', level });
}

const switchTo = (modules: readonly string[]) =>
  connecting.inTenant((db) => storeSettings(db, connecting.connectionId, { modules, settings: {} }));

beforeEach(async () => {
  dailyLog('Admin');
  connecting = await untilBound(bench(), borealis);
  await connecting.check('verifyCompanyTemplate');
});

test('modules that are off ask no rights: without the Daily Log, vendors alone are fine', async () => {
  dailyLog('None');
  await switchTo(['vendors']);
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({ state: 'met', evidence: { needed: [] } });
});

test.each(dailyLogs)('%s asks for Admin on the Daily Log once it is on, and for nothing more', async (module) => {
  dailyLog('Standard');
  await switchTo(['vendors', module]);
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'stuck',
    reason: 'permission-too-low',
    on: 'admin',
    seen: expect.stringContaining('Standard on Daily Log on 3 of 3 projects'),
    needed: expect.stringContaining('Daily Log: Admin'),
  });
  dailyLog('Admin');
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'met',
    evidence: { needed: ['Daily Log: Admin'] },
  });
});
