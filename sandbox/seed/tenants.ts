import { type Employer, type Project, type Region, timeStamp } from '../hammertech/records.ts';
import type { HammerTech } from '../hammertech/state.ts';
import type { Clock } from '../kernel/clock.ts';
import { dayIn } from '../kernel/clock.ts';
import { diaryOf } from './diary.ts';
import type { RegisteredFirm } from './firms.ts';
import type { Profile } from './profiles.ts';
import type { Random } from './random.ts';
import { drawVisitors, type SafeSite, seedSafetyDay, shortDays } from './safety.ts';
import { drawCrewDay } from './shifts.ts';
import type { Site } from './sites.ts';
import { dayBefore, zones } from './zones.ts';

const dayMs = 86_400_000;
const largeDays = 30;
const briefDays = 2;
const largeCrew = [14, 12, 10, 9, 8, 6];

/** One HammerTech customer and what it runs on its sites. */
export interface TenantBlueprint {
  slug: string;
  region: Region;
  email: string;
  password: string;
  sites: readonly Site[];
  firms: readonly RegisteredFirm[];
  /** Employers that Procore has no vendor for, beside any of `firms`. */
  firmsWithoutVendor: readonly RegisteredFirm[];
}

/** One stream of chance for what the manpower is made of, another for the rest, so that neither moves the other. */
export interface Chance {
  manpower: Random;
  safety: Random;
}

export interface Volume {
  /** `large`: every site, 30 days and up to six employers each. `brief`: two days of the demo's sites. */
  profile: Profile;
  /** The site whose Procore project has no Daily Log is known to HammerTech too. */
  disabledToolSite: boolean;
  /** Employers without a vendor sign in on the site of this number. */
  crewsWithoutVendor: boolean;
}

const siteWithoutVendor = 'AC-102';

/** Seeds one customer: login, projects, employers, and the days up to yesterday of each site's own calendar. */
export function seedTenant(state: HammerTech, clock: Clock, blueprint: TenantBlueprint, volume: Volume, chance: Chance): void {
  const { slug: tenant, region, email, password, firms, firmsWithoutVendor } = blueprint;
  const random = chance.manpower;
  const longAgo = timeStamp(new Date(clock.nowMs() - 90 * dayMs));
  state.tenants.put({ slug: tenant, region });
  state.logins.put({ tenant, email, password, userId: random.guid(), active: true });
  const employers = new Map<string, Employer>();
  seedEmployers(state, { tenant, firms, modified: longAgo }, employers, random);
  seedEmployers(state, { tenant, firms: firmsWithoutVendor, modified: longAgo }, employers, chance.safety);
  const withoutVendor = firmsWithoutVendor.flatMap(({ key }) => employers.get(key)?.id ?? []);
  for (const site of blueprint.sites) {
    const plan = planOf(site, blueprint, volume);
    if (plan === undefined) continue;
    const record: Project = {
      id: random.guid(),
      name: plan.name ?? site.name,
      number: plan.number === undefined ? site.number : plan.number,
      timeZone: zones[site.zone],
      address: `${site.address}, ${site.city}`,
      status: 'active',
      modified: longAgo,
    };
    state.projects.put({ tenant, record });
    const crews = plan.employers.map((key, index) => {
      const employerId = employers.get(key)?.id ?? '';
      state.projectEmployers.put({
        tenant,
        record: { id: random.guid(), projectId: record.id, employerId, modified: longAgo },
      });
      const size = plan.crew?.[index] ?? random.between(4, 9);
      return { employerId, crew: seedCrew(state, tenant, record.id, employerId, size, longAgo, random) };
    });
    if (plan.days > shortDays)
      for (const employerId of withoutVendor) {
        const row = { id: chance.safety.guid(), projectId: record.id, employerId, modified: longAgo };
        state.projectEmployers.put({ tenant, record: row });
      }
    seedDays(state, clock, { tenant, project: record, crews, days: plan.days, withoutVendor }, chance);
  }
}

function planOf(site: Site, { firms, firmsWithoutVendor }: TenantBlueprint, volume: Volume): Site['hammertech'] {
  const plan = plannedAt(site, firms, volume);
  if (plan === undefined || !volume.crewsWithoutVendor || site.number !== siteWithoutVendor) return plan;
  const unknown = [...firms.filter((firm) => firm.vendor === null), ...firmsWithoutVendor];
  return { ...plan, employers: [...plan.employers, ...unknown.map(({ key }) => key)] };
}

function plannedAt(site: Site, firms: readonly RegisteredFirm[], volume: Volume): Site['hammertech'] {
  const some = firms.filter((firm) => firm.vendor !== null).slice(0, largeCrew.length);
  const made = { days: largeDays, employers: some.map((firm) => firm.key), crew: largeCrew };
  if (volume.profile === 'large')
    return { ...made, ...site.hammertech, days: largeDays, crew: site.hammertech?.crew ?? largeCrew };
  if (volume.disabledToolSite && site.withoutDailyLog) return { ...made, days: 2, employers: made.employers.slice(0, 2) };
  if (volume.profile === 'brief' && site.hammertech) return { ...site.hammertech, days: briefDays };
  return site.hammertech;
}

/** Adds employers to those known by the firm's key; a parent must be among them before. */
function seedEmployers(
  state: HammerTech,
  { tenant, firms, modified }: { tenant: string; firms: readonly RegisteredFirm[]; modified: string },
  employers: Map<string, Employer>,
  random: Random,
): void {
  for (const firm of firms) {
    const record: Employer = {
      id: random.guid(),
      name: firm.employer ?? firm.vendor ?? firm.key,
      abn: firm.register === 'ABN' ? firm.number : null,
      ein: firm.register === 'EIN' ? firm.number : null,
      parentEmployerId: firm.parent === undefined ? null : (employers.get(firm.parent)?.id ?? null),
      modified,
    };
    employers.set(firm.key, record);
    state.employers.put({ tenant, record });
  }
}

function seedCrew(
  state: HammerTech,
  tenant: string,
  projectId: string,
  employerId: string,
  size: number,
  modified: string,
  random: Random,
): string[] {
  return Array.from({ length: size }, () => {
    const record = { id: random.guid(), projectId, employerId, status: 'active' as const, modified };
    state.workers.put({ tenant, record });
    return record.id;
  });
}

interface SiteDays {
  tenant: string;
  project: Project;
  crews: { employerId: string; crew: string[] }[];
  days: number;
  withoutVendor: readonly string[];
}

function seedDays(state: HammerTech, clock: Clock, site: SiteDays, chance: Chance): void {
  const { tenant, project, days, withoutVendor } = site;
  const nowMs = clock.nowMs();
  const today = dayIn(project.timeZone, nowMs);
  const employerIds = site.crews.map(({ employerId }) => employerId);
  const safe: SafeSite = { tenant, projectId: project.id, zone: project.timeZone, days, employerIds, withoutVendor, nowMs };
  for (let ago = site.days; ago >= 1; ago -= 1) {
    const date = dayBefore(today, ago);
    const signIns = site.crews.flatMap(({ employerId, crew }) =>
      drawCrewDay(
        { projectId: project.id, employerId, crew, zone: project.timeZone, day: date, noNights: ago === 1, nowMs },
        chance.manpower,
      ),
    );
    signIns.push(...drawVisitors(safe, { date, ago }, chance.safety));
    for (const record of signIns) state.signIns.put({ tenant, record });
    const day = { projectId: project.id, date, ago, at: new Date(nowMs - (ago - 1) * dayMs) };
    state.diaries.put({ tenant, record: diaryOf(day, signIns, chance.manpower) });
    seedSafetyDay(state, safe, { date, ago }, chance.safety);
  }
}
