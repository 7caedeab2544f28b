import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { addVendorToProject } from '../../sandbox/procore/admin/projects.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { newSite, type Site } from './manpower-site.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});
afterEach(() => ground.settings({}));

const entriesBy = (site: Site, vendorId: string) => site.entries().filter((entry) => entry.vendorId === vendorId);

/** A day of so many workers, eight hours each. */
function crew(site: Site, employer: string, workers: number, ago = 1): void {
  for (let worker = 0; worker < workers; worker += 1) site.signIn({ employer, day: site.day(ago), from: '07:00', to: '15:00' });
}

test('an employer without a vendor is one item for all its days, nothing is sent for it, and matching it is enough', async () => {
  const site = await newSite(ground);
  const unknown = await site.firm('Nowhere Plastering Pty Ltd', { matched: false });
  for (const ago of [1, 2, 3]) crew(site, unknown.employerId, 2, ago);
  await site.sync();
  expect(site.entries()).toEqual([]);
  expect(await site.items()).toMatchObject([
    {
      reason: 'unmatched-company',
      subject: `employer:${unknown.employerId}`,
      records: 3,
      seen: expect.stringContaining('Nowhere'),
    },
  ]);
  await site.match(unknown.employerId, unknown.vendorId);
  await site.sync();
  expect(entriesBy(site, unknown.vendorId)).toMatchObject([
    { date: site.day(3), workers: 2, hours: '8.0' },
    { date: site.day(2), workers: 2 },
    { date: site.day(1), workers: 2 },
  ]);
  expect(await site.items()).toEqual([]);
});

test('a child employer with a vendor of its own has its own entry, whatever the setting', async () => {
  const site = await newSite(ground);
  const parent = await site.firm('Anchor Civil Pty Ltd');
  const child = await site.firm('Anchor Piling Pty Ltd', { parent: parent.employerId });
  crew(site, parent.employerId, 3);
  crew(site, child.employerId, 2);
  for (const childEmployers of ['own-vendor', 'parent']) {
    await ground.settings({ manpower: { childEmployers } });
    await site.sync();
    expect(entriesBy(site, parent.vendorId)).toMatchObject([{ workers: 3, hours: '8.0' }]);
    expect(entriesBy(site, child.vendorId)).toMatchObject([{ workers: 2, hours: '8.0' }]);
  }
});

test('a child employer without one is unmatched; by setting it counts with its parent’s crew, until it has one of its own', async () => {
  const site = await newSite(ground);
  const parent = await site.firm('Bedrock Civil Pty Ltd');
  const childId = await site.stranger('Bedrock Steelfixing Crew', parent.employerId);
  const grandchildId = await site.stranger('Bedrock Night Crew', childId);
  crew(site, parent.employerId, 3);
  crew(site, childId, 2);
  crew(site, grandchildId, 1);
  await site.sync();
  expect(site.entries()).toMatchObject([{ vendorId: parent.vendorId, workers: 3 }]);
  expect(await site.items()).toMatchObject([{ reason: 'unmatched-company' }, { reason: 'unmatched-company' }]);

  await ground.settings({ manpower: { childEmployers: 'parent' } });
  await site.sync();
  expect(site.entries()).toMatchObject([{ vendorId: parent.vendorId, workers: 6, hours: '8.0', manHours: '48.0' }]);
  expect(await site.items()).toEqual([]);

  const own = await site.firm('Bedrock Steelfixing Pty Ltd');
  await site.match(childId, own.vendorId);
  await site.sync();
  expect(entriesBy(site, parent.vendorId)).toMatchObject([{ workers: 3 }]);
  // who stands below the child counts with the nearest above that has a vendor
  expect(entriesBy(site, own.vendorId)).toMatchObject([{ workers: 3 }]);
});

test('one employer on two projects has an entry on each, never mixed; a correction touches its own alone', async () => {
  const [one, other] = [await newSite(ground), await newSite(ground, 'Pacific Time (US & Canada)')];
  const firm = await one.firm('Two Sites Electrical Pty Ltd');
  addVendorToProject(ground.sandbox.world, { projectId: other.link.procoreProjectId, vendorId: firm.vendorId });
  crew(one, firm.employerId, 2);
  const stay = other.signIn({ employer: firm.employerId, day: other.day(1), from: '07:00', to: '12:00' });
  await one.sync();
  await other.sync();
  expect(one.entries()).toMatchObject([{ vendorId: firm.vendorId, date: one.day(1), workers: 2, hours: '8.0' }]);
  expect(other.entries()).toMatchObject([{ vendorId: firm.vendorId, date: other.day(1), workers: 1, hours: '5.0' }]);
  other.correct(stay, { day: other.day(1), to: '13:00' });
  await one.sync();
  await other.sync();
  expect(other.entries()).toMatchObject([{ workers: 1, hours: '6.0' }]);
  expect(one.entries()[0]?.history).toHaveLength(1);
});

test('own staff are sent under the builder’s own company, or left out where timecards are used; others are not', async () => {
  const site = await newSite(ground);
  const own = await site.firm('ACME  Builders');
  const other = await site.firm('Acme Building Supplies Pty Ltd');
  crew(site, own.employerId, 4);
  await site.sync();
  expect(site.entries()).toMatchObject([{ vendorId: own.vendorId, workers: 4, hours: '8.0' }]);

  await ground.settings({ manpower: { ownStaff: 'skip' } });
  crew(site, own.employerId, 1);
  crew(site, own.employerId, 4, 2);
  crew(site, other.employerId, 2, 2);
  await site.sync();
  expect(entriesBy(site, own.vendorId)).toMatchObject([{ date: site.day(1), workers: 4 }]);
  expect(entriesBy(site, other.vendorId)).toMatchObject([{ date: site.day(2), workers: 2 }]);
  expect(await site.items()).toEqual([]);
});

test('a vendor outside the project’s directory is one item; once a person has added it there, all its days are sent by themselves', async () => {
  const site = await newSite(ground);
  const far = await site.firm('Far Away Glazing Pty Ltd', { onProject: false });
  for (const ago of [1, 2]) crew(site, far.employerId, 2, ago);
  await site.sync();
  expect(site.entries()).toEqual([]);
  expect(await site.items()).toMatchObject([{ reason: 'vendor-not-on-project', subject: `vendor:${far.vendorId}`, records: 2 }]);
  ground.calls('procore');
  await site.sync();
  expect(ground.calls('procore')).toEqual([]);

  addVendorToProject(ground.sandbox.world, { projectId: site.link.procoreProjectId, vendorId: far.vendorId });
  await site.timePasses();
  await site.sync();
  expect(site.entries()).toMatchObject([{ workers: 2 }, { workers: 2 }]);
  expect(await site.items()).toEqual([]);
});

test('“add it” puts the vendor on the project and sends its days, in one call for all; without the right to, the item says so', async () => {
  const site = await newSite(ground);
  const far = await site.firm('Out There Roofing Pty Ltd', { onProject: false });
  for (const ago of [1, 2, 3]) crew(site, far.employerId, 1, ago);
  await site.sync();
  expect(await site.decide('add-to-project')).toMatchObject({ applied: true });
  await site.sync();
  expect(site.entries()).toEqual([]);
  expect(await site.items()).toMatchObject([
    {
      reason: 'vendor-not-on-project',
      records: 3,
      seen: expect.stringContaining('may not'),
      needed: expect.stringContaining('Admin'),
    },
  ]);

  const { world } = ground.sandbox;
  const app = world.apps.find(({ clientId }) => clientId === ground.account.clientId);
  if (!app) throw new Error('the account’s app is not there');
  world.apps.put({ ...app, manifest: { ...app.manifest, project: { ...app.manifest.project, directory: 'Admin' } } });
  ground.calls('procore');
  expect(await site.decide('add-to-project')).toMatchObject({ applied: true });
  await site.sync();
  world.apps.put(app);
  expect(ground.calls('procore').filter((call) => call.includes('actions/add'))).toHaveLength(1);
  expect(world.projectVendors.get(`${site.link.procoreProjectId}:${far.vendorId}`)).toBeDefined();
  expect(site.entries()).toMatchObject([{ workers: 1 }, { workers: 1 }, { workers: 1 }]);
  expect(await site.items()).toEqual([]);
});
