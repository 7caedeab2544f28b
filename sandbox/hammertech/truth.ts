import type { Employer, Project, ProjectEmployer, Region, SiteDiary, SiteSignIn, Worker } from './records.ts';
import { type HammerTech, ownedBy } from './state.ts';

/** Every raw record of one tenant, deleted ones included. */
export interface Truth {
  tenant: string;
  region: Region;
  projects: Project[];
  employers: Employer[];
  projectEmployers: ProjectEmployer[];
  workers: Worker[];
  signIns: SiteSignIn[];
  diaries: SiteDiary[];
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
    }
  );
}
