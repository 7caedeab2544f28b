import { type Incident, type Observation, type SiteSignIn, timeStamp } from '../hammertech/records.ts';
import type { HammerTech } from '../hammertech/state.ts';
import type { Random } from './random.ts';
import { incidentStories, observationStories, privateNames, visitingCompanies } from './safety-words.ts';
import { dayAfter, instantAt } from './zones.ts';

const hourMs = 3_600_000;
const kinds = ['breach', 'positive', 'hazard'] as const;

/** A run of days no longer than this is short: something happens on every one of them. */
export const shortDays = 7;

/** A site as far as its safety records go. */
export interface SafeSite {
  tenant: string;
  projectId: string;
  /** IANA name. */
  zone: string;
  /** How many days of records it has. */
  days: number;
  /** Employers whose crews work there. */
  employerIds: readonly string[];
  /** Employers that Procore has no vendor for; the second and third incident of a long run are theirs. */
  withoutVendor: readonly string[];
  nowMs: number;
}

export interface SiteDay {
  date: string;
  /** Days before today. */
  ago: number;
}

/** A handful a site: on a long run an incident every sixth day and an observation every fifth, else one incident and one observation a day. */
export function seedSafetyDay(state: HammerTech, site: SafeSite, day: SiteDay, random: Random): void {
  const long = site.days > shortDays;
  const everyIncident = long ? 6 : site.days;
  const everyObservation = long ? 5 : 1;
  if (day.ago % everyIncident === 0) {
    const record = drawIncident(site, day, (site.days - day.ago) / everyIncident, random);
    state.incidents.put({ tenant: site.tenant, record });
  }
  if (day.ago % everyObservation === 0) {
    const record = drawObservation(site, day, (site.days - day.ago) / everyObservation, random);
    state.observations.put({ tenant: site.tenant, record });
  }
}

const lastMinute = 24 * 60 - 1;

/** Minutes after midnight of what happens at the edge of a day, where a wrong zone shows; by the place of a record in its run. */
const edges = {
  incidents: {
    long: new Map([
      [2, lastMinute],
      [4, 0],
    ]),
    short: new Map([[0, 0]]),
  },
  observations: {
    long: new Map([
      [2, lastMinute],
      [5, 0],
    ]),
    short: new Map([[0, lastMinute]]),
  },
} as const;

/**
 * The visitors of a day: on a long run every fifth day. By turns somebody of a company that is no employer, and an employer's own. On a
 * long run one names nobody they come to see, and one stays over midnight.
 */
export function drawVisitors(site: SafeSite, day: SiteDay, random: Random): SiteSignIn[] {
  const every = site.days > shortDays ? 5 : 1;
  if (day.ago % every !== 0) return [];
  const turn = day.ago / every;
  const isLong = site.days > shortDays;
  const [namesNobody, staysOver] = [isLong && turn === 2, isLong && turn === 4];
  const drawnMinutes = 540 + random.between(0, 180);
  const startMs = instantAt(site.zone, day.date, staysOver ? lastMinute - 20 : drawnMinutes);
  const endMs = startMs + random.between(1, 4) * (hourMs / 2);
  const stranger = turn % 2 === 0;
  // Nobody signs the courier out.
  const open = random.chance(0.2) && !namesNobody && !staysOver;
  const [id, workerId, employerId] = [random.guid(), random.guid(), pickOf(site.employerIds, random)];
  return [
    {
      id,
      projectId: site.projectId,
      workerId,
      employerId: namesNobody ? null : employerId,
      startUtc: timeStamp(new Date(startMs)),
      endUtc: open ? null : timeStamp(new Date(endMs)),
      endKind: open ? 'none' : 'manual',
      device: 'kiosk',
      isVisitor: true,
      companyName: stranger ? random.pick(visitingCompanies) : null,
      modified: timeStamp(new Date(open ? startMs : endMs)),
      deleted: false,
    },
  ];
}

function drawIncident(site: SafeSite, day: SiteDay, index: number, random: Random): Incident {
  const story = site.days > shortDays ? incidentStories[index % incidentStories.length] : random.pick(incidentStories);
  const { medicalDetail, ...told } = story ?? incidentStories[0];
  const at = times(site, day, edgeOf('incidents', site, index), random);
  return {
    id: random.guid(),
    projectId: site.projectId,
    employerId: employerOf(site, index, random),
    occurredUtc: at.happened,
    ...told,
    injuredPersonName: medicalDetail === null ? null : random.pick(privateNames),
    medicalDetail,
    witnessNames: random.chance(0.5) ? [random.pick(privateNames)] : [],
    reportedByName: random.pick(privateNames),
    modified: at.modified,
    deleted: index === 3,
  };
}

function drawObservation(site: SafeSite, day: SiteDay, index: number, random: Random): Observation {
  const kind = kinds[index % kinds.length] ?? 'breach';
  const at = times(site, day, edgeOf('observations', site, index), random);
  return {
    id: random.guid(),
    projectId: site.projectId,
    employerId: employerOf(site, index, random),
    observedUtc: at.happened,
    kind,
    ...random.pick(observationStories[kind]),
    status: kind === 'positive' || random.chance(0.5) ? 'closed' : 'open',
    dueDate: kind === 'positive' ? null : dayAfter(day.date, 3),
    raisedByName: random.pick(privateNames),
    personInvolvedName: random.chance(0.5) ? random.pick(privateNames) : null,
    modified: at.modified,
    deleted: index === 3,
  };
}

function employerOf(site: SafeSite, index: number, random: Random): string {
  const drawn = pickOf(site.employerIds, random);
  return (site.days > shortDays ? site.withoutVendor[index - 1] : undefined) ?? drawn;
}

function pickOf(ids: readonly string[], random: Random): string {
  return ids[random.between(0, ids.length - 1)] ?? '';
}

const edgeOf = (what: keyof typeof edges, site: SafeSite, index: number): number | undefined =>
  edges[what][site.days > shortDays ? 'long' : 'short'].get(index);

function times(site: SafeSite, day: SiteDay, edge: number | undefined, random: Random): { happened: string; modified: string } {
  const drawnMinutes = 420 + random.between(0, 480);
  const happenedMs = instantAt(site.zone, day.date, edge ?? drawnMinutes);
  const modifiedMs = Math.min(happenedMs + random.between(1, 6) * hourMs, site.nowMs);
  return { happened: timeStamp(new Date(happenedMs)), modified: timeStamp(new Date(modifiedMs)) };
}
