import { addCompanyUser, addMember, addPerson } from '../kernel/directory.ts';
import type { Company, Id, Person, Project, Vendor } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import type { RegisteredFirm } from './firms.ts';
import type { Random } from './random.ts';
import type { Templates } from './templates.ts';
import { firstNames, lastNames } from './words.ts';

/** What a company's people are made from. */
export interface Staffing {
  companyId: Id;
  /** Domain of the mail addresses, below `.example`. */
  domain: string;
  templates: Templates;
  projects: readonly Project[];
  vendors: readonly Vendor[];
}

/** A company as it stands after its seed. */
export interface Built extends Staffing {
  company: Company;
  firms: RegisteredFirm[];
  /** Vendors of the firms, by the firm's key. */
  firmVendors: Map<string, Vendor>;
}

/** Ids of some logins are odd and beyond 2^53, so that rounding shows. */
const inexactIdsFrom = 9_007_199_254_800_001n;

export const inexactId = (index: number): Id => String(inexactIdsFrom + BigInt(index) * 2n);

/** Adds a person by name with a mail address that is easy to remember. */
export function addNamed(world: World, firstName: string, lastName: string, domain: string, id?: Id): Person {
  const email = `${firstName.toLowerCase()}@${domain}.example`;
  return addPerson(world, { firstName, lastName, email, ...(id === undefined ? {} : { id }) });
}

/** Gives a login the right of a template on some projects. */
export function addToProjects(world: World, person: Person, projects: readonly (Project | undefined)[], templateId: Id): void {
  for (const project of projects) {
    if (project !== undefined) addMember(world, { projectId: project.id, personId: person.id, templateId });
  }
}

/** Fills a company with so many people: half employees, half subcontractors' staff, each on one to three projects. */
export function seedCrowd(world: World, staffing: Staffing, count: number, random: Random): void {
  const { companyId, templates, projects, vendors } = staffing;
  for (let index = 0; index < count; index += 1) {
    const first = random.pick(firstNames);
    const last = random.pick(lastNames);
    const person = addPerson(world, {
      firstName: index % 17 === 0 ? ` ${first} ` : first,
      lastName: index % 23 === 0 ? `${last} "${first.charAt(0)}" 👷` : last,
      email: `person-${index + 1}@${staffing.domain}.example`,
      ...(index % 25 === 24 ? { id: inexactId(Number(BigInt(companyId) % 1000n) * 1000 + index) } : {}),
    });
    const isEmployee = index % 2 === 0;
    const vendor = isEmployee ? undefined : vendors[random.between(0, vendors.length - 1)];
    addCompanyUser(world, {
      companyId,
      personId: person.id,
      isEmployee,
      vendorId: vendor?.id ?? null,
      companyTemplateId: isEmployee ? templates.employee.id : null,
      defaultTemplateId: templates.siteTeam.id,
      jobTitle: isEmployee ? 'Site Engineer' : null,
    });
    const from = random.between(0, projects.length - 1);
    const on = Array.from({ length: random.between(1, 3) }, (_, step) => projects[(from + step) % projects.length]);
    addToProjects(world, person, on, isEmployee ? templates.siteTeam.id : templates.readOnly.id);
  }
}
