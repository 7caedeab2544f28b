import type {
  Employer,
  Incident,
  Observation,
  Project,
  ProjectEmployer,
  Region,
  SiteDiary,
  SiteSignIn,
  Worker,
} from './records.ts';
import { type HammerTech, ownedBy } from './state.ts';

/** Every raw record of one tenant, deleted ones included. */
export interface Truth {
  tenant: string;
  region: Region;
  projects: readonly Project[];
  employers: readonly Employer[];
  projectEmployers: readonly ProjectEmployer[];
  workers: readonly Worker[];
  signIns: readonly SiteSignIn[];
  diaries: readonly SiteDiary[];
  incidents: readonly Incident[];
  observations: readonly Observation[];
}

/** What HammerTech really holds for a tenant, past paging and tokens, so that a test can reckon by itself. */
export function truthOf(state: HammerTech, slug: string): Truth | undefined {
  const tenant = state.tenants.get(slug);
  return (
    tenant && {
      tenant: slug,
      region: tenant.region,
      projects: ownedBy(state.projects, slug),
      employers: ownedBy(state.employers, slug),
      projectEmployers: ownedBy(state.projectEmployers, slug),
      workers: ownedBy(state.workers, slug),
      signIns: ownedBy(state.signIns, slug),
      diaries: ownedBy(state.diaries, slug),
      incidents: ownedBy(state.incidents, slug),
      observations: ownedBy(state.observations, slug),
    }
  );
}

/** Everything personal or medical in a tenant's records: what a search after leaked values looks for. */
export function personalOf({ incidents, observations }: Truth): string[] {
  const values = [
    ...incidents.flatMap((one) => [one.injuredPersonName, one.medicalDetail, one.reportedByName, ...one.witnessNames]),
    ...observations.flatMap((one) => [one.raisedByName, one.personInvolvedName]),
  ];
  return [...new Set(values.filter((value) => value !== null))];
}
