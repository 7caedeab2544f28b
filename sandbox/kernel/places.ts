import { projectTools } from './levels.ts';
import type { Company, Id, Project } from './model.ts';
import { mintId, type World } from './world.ts';

export interface NewCompany {
  id?: Id;
  name: string;
  /**
   * Ids of this company's records start here, in steps of two: from an odd number above 2^53 they stay odd, so a double cannot
   * hold them.
   */
  idsFrom?: Id;
  active?: boolean;
  free?: boolean;
  allowsUserInstalls?: boolean;
  /** Default `us01`. */
  zone?: string;
}

/** Adds a company without people, templates or projects. */
export function addCompany(world: World, given: NewCompany): Company {
  const { idsFrom, id: givenId, ...fields } = given;
  const id = givenId ?? mintId(world);
  if (idsFrom !== undefined) world.sequences.put({ name: id, next: idsFrom, step: 2 });
  return world.companies.put({ id, active: true, free: false, allowsUserInstalls: false, zone: 'us01', ...fields });
}

export type NewProject = Pick<Project, 'companyId' | 'name'> & Partial<Omit<Project, 'companyId' | 'name'>>;

/** All project tools but Incidents and Observations, as on a fresh project of the demo companies. */
export const usualProjectTools: readonly string[] = projectTools
  .map(({ key }) => key)
  .filter((key) => key !== 'incidents' && key !== 'observations');

/**
 * Adds a project as given, without adding anybody to it: for seeds. What a person does, which also adds the users marked "add to
 * all new projects", is `createProject` in `procore/admin/projects.ts`.
 */
export function addProject(world: World, given: NewProject): Project {
  const now = world.clock.instant();
  return world.projects.put({
    number: null,
    timeZone: null,
    address: null,
    city: null,
    stateCode: null,
    countryCode: null,
    zip: null,
    stage: 'Course of Construction',
    active: true,
    tools: [...usualProjectTools],
    manpowerContacts: null,
    originId: null,
    createdBy: null,
    createdAt: now,
    updatedAt: now,
    ...given,
    id: given.id ?? mintId(world, given.companyId),
  });
}
