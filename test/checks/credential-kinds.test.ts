import { expect, test } from '@jest/globals';
import { serviceKinds } from '../../shared/domain/credentials.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, confirmNewest, decide, met, type ServiceCredential, untilBound } from '../support/onboarded.ts';

const bench = useChecksBench();

type AppKind = 'customer-app' | 'dmsa';

interface App extends ServiceCredential {
  readonly personId: string;
}

const { companyId } = borealis;
const projectIds = () =>
  bench()
    .sandbox.world.projects.filter((project) => project.companyId === companyId && project.active)
    .map(({ id }) => id);

const issued = async (kind: (typeof serviceKinds)[number], more: object = {}): Promise<App> => ({
  ...(await bench().control<App>('/credentials', { companyId, kind, ...more })),
  kind,
});

const boundWith = (credential: ServiceCredential): Promise<Connecting> => untilBound(bench(), { ...borealis, credential });

const lowManifest = { company: { directory: 'Read Only' }, project: { directory: 'Read Only', daily_log: 'Standard' } };

test.each(serviceKinds)('a credential of the kind %s takes a customer from its submission to live', async (kind) => {
  const connecting = await boundWith(await issued(kind));
  await met(connecting, ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'verifyPartner']);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  await met(connecting, ['assignProjects', 'matchRecords', 'dryRun']);
  await confirmNewest(connecting);
  expect(await connecting.check('live')).toMatchObject({ state: 'met', evidence: { projects: projectIds().length } });
});

test('a proven credential says which page may be left, in words of its kind', async () => {
  const said = new Set<unknown>();
  for (const kind of serviceKinds) {
    const connecting = await bench().connect();
    await connecting.submitService(await issued(kind), companyId, kind);
    const outcome = await connecting.check('verifyCredentials');
    expect(outcome).toMatchObject({ state: 'met', evidence: { kind } });
    said.add(outcome.state === 'met' ? outcome.evidence['next'] : undefined);
  }
  expect(said.size).toBe(serviceKinds.length);
  expect(said).toContain('Procore’s page with the secret may be left now.');
});

test.each([
  ['legacy', /a new service account is made/, /Service Accounts → New/],
  ['customer-app', /a new one is made for the same app/, /your app → OAuth Credentials/],
  ['dmsa', /as its developer holds them/, /developer takes them/],
] as const)('a refused secret of the kind %s is mended where such a secret comes from', async (kind, needed, where) => {
  const connecting = await bench().connect();
  await connecting.submitService({ ...(await issued(kind)), clientSecret: 'not-the-secret-of-anyone' }, companyId, kind);
  expect(await connecting.check('verifyCredentials')).toMatchObject({
    state: 'stuck',
    reason: 'credential-rejected',
    needed: expect.stringMatching(needed),
    where: expect.stringMatching(where),
  });
});

test('a developer-managed account in a company that has not installed its app names App Management, and heals when it is installed', async () => {
  const connecting = await bench().connect();
  const app = await issued('dmsa');
  await connecting.submitService(app, acme, 'dmsa');
  expect(await connecting.check('verifyCredentials')).toMatchObject({
    state: 'stuck',
    reason: 'app-not-connected',
    seen: `Procore says that the app is not connected to the company ${acme}.`,
    where: expect.stringContaining('App Management → the app → Install'),
  });
  await bench().control('/admin/apps/connect', { clientId: app.clientId, companyId: acme });
  expect(await connecting.check('verifyCredentials')).toMatchObject({ state: 'met', evidence: { companyId: acme } });
});

test.each([
  ['customer-app', 'admin'],
  ['dmsa', 'support'],
] as const)(
  'a manifest of the kind %s that asks for too little is mended in App Management by %s, not in a template',
  async (kind, on) => {
    const connecting = await boundWith(await issued(kind, { manifest: { ...lowManifest, company: {} } }));
    expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
      state: 'stuck',
      reason: 'permission-too-low',
      on,
      needed: 'Directory: Read Only or higher.',
      where: expect.stringMatching(/App Management → the app → Update, once its newest version asks for Directory/),
    });
    expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
      state: 'stuck',
      reason: 'permission-too-low',
      on,
      seen: expect.stringContaining('Standard on Daily Log on 3 of 3 projects'),
      needed: 'Daily Log: Admin, on every project.',
      where: expect.stringContaining('App Management'),
    });
  },
);

test('an update of the app heals its levels and empties its projects, which App Management fills again', async () => {
  const app = await issued('dmsa', { manifest: lowManifest });
  const connecting = await boundWith(app);
  expect((await connecting.check('verifyProjectTemplate')).state).toBe('stuck');

  const manifest = { company: { directory: 'Read Only' }, project: { directory: 'Read Only', daily_log: 'Admin' } };
  await bench().control('/admin/apps/update', { clientId: app.clientId, manifest });
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'stuck',
    reason: 'project-not-permitted',
    needed: 'At least one project is permitted for it.',
    where: expect.stringContaining('Permitted projects'),
  });
  await bench().control('/admin/apps/permit-projects', { clientId: app.clientId, companyId, permittedProjectIds: projectIds() });
  expect(await connecting.check('verifyProjectTemplate')).toMatchObject({
    state: 'met',
    evidence: { guide: expect.stringContaining('does not apply') },
  });
});

test('a template given to an app’s user in the Directory is named as what takes the place of the manifest', async () => {
  const app = await issued('customer-app');
  const connecting = await boundWith(app);
  const template = await bench().control<{ id: string }>('/admin/templates/create', {
    companyId,
    name: 'Nothing at all',
    type: 'company_tools',
    levels: {},
  });
  const give = (companyTemplateId: string | null) =>
    bench().control('/admin/users/edit', { companyId, personId: app.personId, companyTemplateId });
  await give(template.id);
  expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
    state: 'stuck',
    where: expect.stringMatching(/a permission template takes the place of what the app asks for/),
  });
  bench().sandbox.world.switches.set('templatesReadableBy', 'anyone');
  expect(await connecting.check('verifyCompanyTemplate')).toMatchObject({
    state: 'stuck',
    where: expect.stringMatching(/“Nothing at all” takes the place of what the app asks for; take it off/),
  });
  bench().sandbox.world.switches.set('templatesReadableBy', 'directory-read');
  await give(null);
  expect((await connecting.check('verifyCompanyTemplate')).state).toBe('met');
});

test.each(['customer-app', 'dmsa'] as const)(
  'projects that are not permitted to a %s are named with App Management as the screen, and heal',
  async (kind: AppKind) => {
    const [first, ...others] = projectIds();
    const app = await issued(kind, { permittedProjectIds: others });
    const connecting = await boundWith(app);
    await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: false });
    expect(await connecting.check('assignProjects')).toMatchObject({
      state: 'stuck',
      reason: 'project-not-permitted',
      seen: expect.stringMatching(/is on 2 of 3 projects\. Missing: .+\. Compared with your list of/),
      where: expect.stringMatching(/App Management → the app → Permitted projects.*Every update of the app empties that list/),
    });
    await bench().control('/admin/apps/permit-projects', {
      clientId: app.clientId,
      companyId,
      permittedProjectIds: [first, ...others],
    });
    expect((await connecting.check('assignProjects')).state).toBe('met');
  },
);

test('future projects of an app are the admin’s to permit; the way by the Directory is offered beside it and is believed once taken', async () => {
  const app = await issued('dmsa');
  const connecting = await boundWith(app);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'met',
    evidence: { future: 'by hand' },
    warnings: [
      expect.stringMatching(/Permitted projects, for each new project\. Or, .*advise against it: Company Tools → Directory/),
    ],
  });
  const template = bench().sandbox.world.templates.find(
    (one) => one.companyId === companyId && one.name === 'HammerTech Sync Project Permissions',
  );
  await bench().control('/admin/users/edit', {
    companyId,
    personId: app.personId,
    defaultTemplateId: template?.id,
    addToNewProjects: true,
  });
  expect(await connecting.check('assignProjects')).toMatchObject({
    state: 'met',
    evidence: { future: 'added by Procore', allProjects: expect.stringContaining('proven') },
  });
});
