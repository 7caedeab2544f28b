import { expect, test } from '@jest/globals';
import { addProjectVendor, addVendor } from '../../sandbox/kernel/directory.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';

const newGround = useHammertechGrounds();

interface World extends HammertechGround {
  readonly link101: ProjectLink;
  readonly vendors: () => Promise<StreamReport>;
}

/** Harbour Tower is linked, and every employer of HammerTech is matched with a vendor of the seed, but for new ones. */
async function acme(): Promise<World> {
  const ground = await newGround();
  const link101 = await ground.link('AC-101');
  const { world, hammertech } = ground.sandbox;
  const onProject = world.projectVendors.filter(({ projectId }) => projectId === link101.procoreProjectId);
  const employers = hammertech.employers.filter(({ tenant }) => tenant === 'acme-safety').map(({ record }) => record);
  const pairs = onProject.flatMap(({ vendorId }, index): RecordMatch[] => {
    const vendor = world.vendors.get(vendorId);
    const employer = employers[index];
    return vendor && employer
      ? [
          {
            kind: 'company',
            partnerId: employer.id,
            partnerName: employer.name,
            procoreId: vendor.id,
            procoreName: vendor.name,
            basis: 'person',
            score: 1,
            state: 'matched',
          },
        ]
      : [];
  });
  await ground.match(pairs);
  return { ...ground, link101, vendors: () => ground.settle(ground.companyLink, 'vendors') };
}

const employersNamed = ({ sandbox }: HammertechGround, name: string) =>
  sandbox.hammertech.employers.filter(({ tenant, record }) => tenant === 'acme-safety' && record.name.trim() === name);

function newVendor({ sandbox, link101 }: World, name: string, identifier?: string) {
  const vendor = addVendor(sandbox.world, {
    companyId: acmeId,
    name,
    ...(identifier && { businessRegister: { type: 'abn', identifier } }),
  });
  addProjectVendor(sandbox.world, { projectId: link101.procoreProjectId, vendorId: vendor.id });
  return vendor;
}

const writes = (ground: HammertechGround): readonly string[] =>
  ground.calls('hammertech').filter((call) => !call.startsWith('GET'));

test('a vendor of a linked project that no employer stands for becomes one, once; those that are matched are left as they are', async () => {
  const ground = await acme();
  const before = ground.sandbox.hammertech.employers.filter(({ tenant }) => tenant === 'acme-safety');
  await ground.vendors();
  const made = ground.sandbox.hammertech.employers.size;
  newVendor(ground, 'Ångström Piling Pty Ltd', '51 824 753 556');
  addVendor(ground.sandbox.world, { companyId: acmeId, name: 'On No Project Pty Ltd' });
  writes(ground);
  await ground.vendors();
  expect(employersNamed(ground, 'Ångström Piling Pty Ltd')).toMatchObject([{ record: { abn: '51824753556', ein: null } }]);
  expect(employersNamed(ground, 'On No Project Pty Ltd')).toHaveLength(0);
  expect(ground.sandbox.hammertech.employers.size).toBe(made + 1);
  expect(writes(ground)).toHaveLength(1);
  for (const { record } of before) expect(ground.sandbox.hammertech.employers.get(record.id)?.record).toEqual(record);
  expect(await ground.cycle(ground.companyLink, 'vendors')).toMatchObject({ created: 0, updated: 0, open: 0 });
  expect(writes(ground)).toHaveLength(0);
});

test('an answer that was lost after HammerTech had made the employer leaves exactly one', async () => {
  const ground = await acme();
  await ground.vendors();
  newVendor(ground, 'Lost Answer Pty Ltd');
  newVendor(ground, 'Not Made Pty Ltd');
  const match = { operationId: 'hammertech.Employers.create' };
  ground.sandbox.world.faults.add({ match, nth: 1, effect: { kind: 'status-after-commit', status: 500 } });
  ground.sandbox.world.faults.add({ match, nth: 2, effect: { kind: 'status-before', status: 502 } });
  await ground.vendors();
  expect(employersNamed(ground, 'Lost Answer Pty Ltd')).toHaveLength(1);
  expect(employersNamed(ground, 'Not Made Pty Ltd')).toHaveLength(1);
});

test('an employer we made follows its vendor; one that somebody changed since is a person’s choice', async () => {
  const ground = await acme();
  await ground.vendors();
  const vendor = newVendor(ground, 'Old Name Pty Ltd');
  await ground.vendors();
  const [made] = employersNamed(ground, 'Old Name Pty Ltd');
  if (!made) throw new Error('it was not made');
  ground.sandbox.world.vendors.put({ ...vendor, name: 'New Name Pty Ltd' });
  const { conflict = 0 } = (await ground.vendors()).reasons;
  expect(ground.sandbox.hammertech.employers.get(made.record.id)?.record.name).toBe('New Name Pty Ltd');
  ground.sandbox.hammertech.employers.put({ ...made, record: { ...made.record, name: 'By Hand' } });
  ground.sandbox.world.vendors.put({ ...vendor, name: 'Newest Name Pty Ltd' });
  expect(await ground.vendors()).toMatchObject({ reasons: { conflict: conflict + 1 } });
  expect(ground.sandbox.hammertech.employers.get(made.record.id)?.record.name).toBe('By Hand');
});

test('where creates are not automatic, a new employer waits until a person pushes it', async () => {
  const ground = await acme();
  await ground.vendors();
  const { projectLinkId } = ground.companyLink;
  const set = (automation: object) =>
    ground.store.admin.query('UPDATE project_link SET automation = $2 WHERE project_link_id = $1', [
      projectLinkId,
      JSON.stringify(automation),
    ]);
  await set({ vendors: { create: false, update: true } });
  newVendor(ground, 'Held Pty Ltd');
  expect(await ground.cycle(ground.companyLink, 'vendors')).toMatchObject({ created: 0, open: 0, held: 1 });
  expect(employersNamed(ground, 'Held Pty Ltd')).toHaveLength(0);
  await ground.store.admin.query(`UPDATE delivery SET release = 'pushed' WHERE project_link_id = $1 AND release = 'held'`, [
    projectLinkId,
  ]);
  expect(await ground.cycle(ground.companyLink, 'vendors')).toMatchObject({ created: 1, open: 0 });
  expect(employersNamed(ground, 'Held Pty Ltd')).toHaveLength(1);
});
