import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SiteSignIn } from '../../sandbox/hammertech/records.ts';
import { createHammerTech, type HammerTech } from '../../sandbox/hammertech/state.ts';
import { type Truth, truthOf } from '../../sandbox/hammertech/truth.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { companyLevel, projectLevel, seesProject } from '../../sandbox/procore/permissions.ts';
import { acmeId, borealisId, cascadeId, type SeedOptions, seedAll } from '../../sandbox/seed/seed.ts';

const now = Date.parse('2026-03-10T09:30:00Z');
const ours = { clientId: 'our-id', clientSecret: 'our-secret', redirectUri: 'http://localhost:3000/oauth/procore/callback' };

function seeded(options: Partial<SeedOptions> = {}, nowMs = now): { world: World; hammertech: HammerTech } {
  const world = createWorld({ machineMs: () => nowMs });
  const hammertech = createHammerTech(world.journal);
  seedAll(world, hammertech, { ours, ...options });
  return { world, hammertech };
}

function truth(hammertech: HammerTech, tenant = 'acme-safety'): Truth {
  const found = truthOf(hammertech, tenant);
  if (found === undefined) throw new Error(`no tenant ${tenant}`);
  return found;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localDay(zone: string, instant: string): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  formats.set(zone, format);
  return format.format(new Date(instant));
}

const counts = (signIn: SiteSignIn): boolean => !signIn.deleted && !signIn.isVisitor;

/** Entries a manpower sync must end up with: project, local day of the start, employer. */
function expectedEntries({ projects, signIns }: Truth): string[] {
  const zones = new Map(projects.map((project) => [project.id, project.timeZone]));
  const keys = signIns
    .filter(counts)
    .map((one) => `${one.projectId} ${localDay(zones.get(one.projectId) ?? 'UTC', one.startUtc)} ${one.employerId}`);
  return [...new Set(keys)];
}

const isInexact = (id: string): boolean => BigInt(id) > 2n ** 53n && String(Number(id)) !== id;

let world: World;
let hammertech: HammerTech;

beforeAll(() => {
  ({ world, hammertech } = seeded());
});

describe('Procore', () => {
  test('has 14 and 3 projects in four zones, 60 vendors and 400 people', () => {
    const projects = (companyId: string) => world.projects.filter((project) => project.companyId === companyId);
    expect([acmeId, borealisId, cascadeId].map((id) => projects(id).length)).toEqual([14, 3, 0]);
    expect(new Set(world.projects.all().map((project) => project.timeZone))).toEqual(
      new Set(['Sydney', 'Pacific Time (US & Canada)', 'Eastern Time (US & Canada)', 'London']),
    );
    expect(world.vendors.size).toBe(60);
    expect(world.people.filter((person) => person.serviceOfAppId === null)).toHaveLength(400);
  });

  test('has one inactive Acme project and one without Daily Log', () => {
    const acme = world.projects.filter((project) => project.companyId === acmeId);
    expect(acme.filter((project) => !project.active).map(({ number }) => number)).toEqual(['AC-403']);
    expect(acme.filter((project) => !project.tools.includes('daily_log')).map(({ number }) => number)).toEqual(['AC-204']);
  });

  test('uses ids beyond 32 bits everywhere and odd ones beyond 2^53 that a double cannot hold', () => {
    const tables = [world.companies, world.projects, world.vendors, world.people];
    for (const table of tables) {
      const ids = table.all().map(({ id }) => id);
      expect(ids.every((id) => BigInt(id) > 2n ** 32n)).toBe(true);
      expect(ids.some(isInexact)).toBe(true);
    }
    const borealis = world.projects.filter((project) => project.companyId === borealisId);
    expect(borealis.every(({ id }) => isInexact(id))).toBe(true);
    expect(isInexact(borealisId)).toBe(true);
  });

  test('names hold accents, quotes, emoji and stray spaces', () => {
    const names = [...world.vendors.all().map(({ name }) => name), ...world.projects.all().map(({ name }) => name)];
    for (const letters of [/[À-ž]/, /"/, /'/, /\p{Extended_Pictographic}/u, /^\s|\s$/]) {
      expect(names.some((name) => letters.test(name))).toBe(true);
    }
    expect(names.filter((name) => name === 'Apex Civil').length).toBeGreaterThan(1);
  });

  test.each([
    ['ada@acme.example', 'Admin', 'None'],
    ['ben@acme.example', 'Read Only', 'None'],
    ['cleo@borealis.example', 'None', 'Admin'],
    ['dev@builders.example', 'Admin', 'Admin'],
    ['eve@southern-cross.example', 'None', 'None'],
    ['tess@acme.example', 'Read Only', 'None'],
  ])('%s has company Directory %s at Acme and %s at Borealis', (email, atAcme, atBorealis) => {
    const person = world.people.find((one) => one.email === email);
    const level = (companyId: string) => companyLevel(world, person?.id ?? '', companyId, 'directory');
    expect([level(acmeId), level(borealisId)]).toEqual([atAcme, atBorealis]);
  });

  test('Eve, Ria and Sam stand in the list of Acme', () => {
    const people = world.people.filter(
      (person) => ['Eve', 'Ria', 'Sam'].includes(person.firstName) && !person.email.startsWith('person-'),
    );
    expect(people).toHaveLength(3);
    for (const person of people) expect(world.companyUsers.get(`${acmeId}:${person.id}`)?.isEmployee).toBe(false);
  });

  test.each([
    [acmeId, 13],
    [borealisId, 3],
  ])('the sync account of %s has the rights of the guide on its %d active projects', (companyId, active) => {
    const app = world.apps.find((one) => one.kind === 'legacy' && one.companyId === companyId);
    const personId = app?.servicePersonId ?? '';
    const user = world.companyUsers.get(`${companyId}:${personId}`);
    const seen = world.projects.filter((project) => project.companyId === companyId && seesProject(world, personId, project));
    expect(user?.addToNewProjects).toBe(true);
    expect(companyLevel(world, personId, companyId, 'directory')).toBe('Standard');
    expect(seen).toHaveLength(active);
    for (const project of seen) {
      const level = (tool: string) => projectLevel(world, personId, project, tool);
      expect([level('directory'), level('daily_log'), level('rfis')]).toEqual(['Standard', 'Admin', 'None']);
    }
  });

  test('our app is installed at Acme and Borealis, and another one alone at Cascade', () => {
    const installed = (companyId: string) =>
      world.installs.filter((one) => one.companyId === companyId).map((one) => world.apps.get(one.appId)?.kind);
    expect(installed(acmeId)).toContain('ours');
    expect(installed(borealisId)).toContain('ours');
    expect(installed(cascadeId)).toEqual(['dmsa']);
    expect(world.apps.find((app) => app.kind === 'ours')).toMatchObject({ clientId: 'our-id', redirectUris: [ours.redirectUri] });
  });
});

describe('HammerTech', () => {
  test('expects between 200 and 260 manpower entries of Acme', () => {
    expect(expectedEntries(truth(hammertech))).toHaveLength(246);
  });

  test('has one project of 30 days with six employers and at least 5,000 sign-ins', () => {
    const { projects, signIns } = truth(hammertech);
    const tower = projects.find((project) => project.number === 'AC-101');
    const own = signIns.filter((signIn) => signIn.projectId === tower?.id);
    const days = new Set(own.map((signIn) => localDay('Australia/Sydney', signIn.startUtc)));
    expect(own.filter(counts).length).toBeGreaterThanOrEqual(5_000);
    expect(new Set(own.filter(counts).map(({ employerId }) => employerId)).size).toBe(6);
    expect([days.size, [...days].sort().at(0), [...days].sort().at(-1)]).toEqual([30, '2026-02-08', '2026-03-09']);
  });

  test('every record of a day is over: nothing starts, ends or changes after now', () => {
    const late = truth(hammertech).signIns.filter(
      (one) => Date.parse(one.startUtc) > now || Date.parse(one.endUtc ?? one.startUtc) > now || Date.parse(one.modified) > now,
    );
    expect(late).toEqual([]);
  });

  test('holds every kind of sign-in', () => {
    const { signIns, projects } = truth(hammertech);
    const zones = new Map(projects.map((project) => [project.id, project.timeZone]));
    const kinds: Record<string, (one: SiteSignIn) => boolean> = {
      open: (one) => one.endKind === 'none' && one.endUtc === null,
      automatic: (one) => one.endKind === 'automatic',
      printed: (one) => one.device === 'static-qr',
      visitor: (one) => one.isVisitor,
      deleted: (one) => one.deleted,
      night: ({ startUtc, endUtc, projectId }) => {
        const zone = zones.get(projectId) ?? 'UTC';
        return endUtc !== null && localDay(zone, endUtc) > localDay(zone, startUtc);
      },
    };
    for (const [kind, test] of Object.entries(kinds)) expect([kind, signIns.some(test)]).toEqual([kind, true]);
    expect(new Set(signIns.map(({ modified }) => modified)).size).toBeLessThan(signIns.length / 2);
  });

  test('has workers who come twice on one day', () => {
    const { signIns } = truth(hammertech);
    const keys = signIns.filter(counts).map((one) => `${one.workerId} ${localDay('Australia/Sydney', one.startUtc)}`);
    expect(new Set(keys).size).toBeLessThan(keys.length);
  });

  test('every expected entry has hours', () => {
    const { signIns, projects } = truth(hammertech);
    const zones = new Map(projects.map((project) => [project.id, project.timeZone]));
    const ended = { ...truth(hammertech), signIns: signIns.filter((one) => one.endUtc !== null) };
    expect(zones.size).toBe(12);
    expect(new Set(expectedEntries(ended))).toEqual(new Set(expectedEntries(truth(hammertech))));
  });

  test('every employer that signs in has its vendor on that Procore project, by number or by name', () => {
    const { projects, employers, signIns: all } = truth(hammertech);
    const signIns = all.filter(counts);
    const plain = (text: string | null | undefined) => (text ?? '').trim().toLowerCase();
    const byNumber = new Set<string>();
    const pairs = new Map(signIns.map((one) => [`${one.projectId} ${one.employerId}`, one]));
    for (const { projectId, employerId } of pairs.values()) {
      const site = projects.find((project) => project.id === projectId);
      const employer = employers.find((one) => one.id === employerId);
      const project = world.projects.find(
        (one) => plain(one.number) === plain(site?.number) || plain(one.name) === plain(site?.name),
      );
      const onProject = world.projectVendors
        .filter((row) => row.projectId === project?.id)
        .map((row) => world.vendors.get(row.vendorId));
      const register = employer?.abn ?? employer?.ein;
      const match = onProject.find((vendor) =>
        register === null
          ? plain(vendor?.name) === plain(employer?.name)
          : vendor?.businessRegister?.identifier.replaceAll(' ', '') === register,
      );
      expect(match).toBeDefined();
      if (register !== null && employer !== undefined) byNumber.add(employer.id);
    }
    expect(new Set(signIns.map((one) => one.employerId)).size - byNumber.size).toBe(2);
  });

  test('the employer that Procore does not know never signs in', () => {
    const { employers, signIns } = truth(hammertech);
    const phantom = employers.find((employer) => employer.name.startsWith('Phantom'));
    expect(phantom).toBeDefined();
    expect(signIns.some((signIn) => signIn.employerId === phantom?.id)).toBe(false);
  });

  test('each site day has its diary, which counts as the sign-ins do', () => {
    const { diaries, signIns, projects } = truth(hammertech);
    expect(diaries.reduce((total, diary) => total + diary.employers.length, 0)).toBe(246);
    const diary = diaries[0];
    const zone = projects.find((project) => project.id === diary?.projectId)?.timeZone ?? 'UTC';
    const employer = diary?.employers[0];
    const workers = signIns
      .filter((one) => counts(one) && one.projectId === diary?.projectId && one.employerId === employer?.employerId)
      .filter((one) => localDay(zone, one.startUtc) === diary?.date);
    expect(new Set(workers.map(({ workerId }) => workerId)).size).toBe(employer?.workers);
  });

  test('a tenant lives in one region only', () => {
    expect(hammertech.tenants.all()).toEqual([
      { slug: 'acme-safety', region: 'us' },
      { slug: 'borealis-safety', region: 'eu' },
    ]);
  });
});

describe('seeding again', () => {
  test('makes exactly the same records', () => {
    const again = seeded();
    expect(JSON.stringify(truth(again.hammertech))).toBe(JSON.stringify(truth(hammertech)));
    expect(JSON.stringify(again.world.people.all())).toBe(JSON.stringify(world.people.all()));
    expect(JSON.stringify(again.world.apps.all())).toBe(JSON.stringify(world.apps.all()));
  });

  test('on another day moves the dates and keeps the counts, across a change of clocks too', () => {
    const later = seeded({}, Date.parse('2026-04-12T00:10:00Z'));
    expect(expectedEntries(truth(later.hammertech))).toHaveLength(246);
    expect(truth(later.hammertech).signIns.length).toBe(truth(hammertech).signIns.length);
  });

  test('as large makes 30 days of all 17 projects', () => {
    const large = seeded({ profile: 'large' });
    const tenants = ['acme-safety', 'borealis-safety'].map((tenant) => truth(large.hammertech, tenant));
    expect(tenants.map(({ projects }) => projects.length)).toEqual([14, 3]);
    for (const { projects, diaries } of tenants) expect(diaries).toHaveLength(projects.length * 30);
  });

  test('with the disabled tool site lets HammerTech know the project without Daily Log', () => {
    const { projects } = truth(seeded({ disabledToolSite: true }).hammertech);
    expect(projects.map(({ number }) => number)).toContain('AC-204');
    expect(projects).toHaveLength(13);
  });
});
