import type {
  BusinessRegister,
  CompanyUser,
  Contact,
  Membership,
  PermissionTemplate,
  Person,
  ProjectVendor,
  Vendor,
} from './model.ts';
import { mintId, type World } from './world.ts';

/** Adds a login. It sees nothing until it is added to a company. */
export function addPerson(world: World, given: Omit<Person, 'id' | 'serviceOfAppId'> & Partial<Person>): Person {
  return world.people.put({ serviceOfAppId: null, ...given, id: given.id ?? mintId(world) });
}

export type NewCompanyUser = Pick<CompanyUser, 'companyId' | 'personId'> & Partial<CompanyUser>;

/** Puts a login into a company's directory, with no rights unless templates are given. */
export function addCompanyUser(world: World, given: NewCompanyUser): CompanyUser {
  const now = world.clock.instant();
  return world.companyUsers.put({
    jobTitle: null,
    isEmployee: true,
    employeeId: null,
    vendorId: null,
    active: true,
    addToNewProjects: false,
    defaultTemplateId: null,
    companyTemplateId: null,
    originId: null,
    createdAt: now,
    updatedAt: now,
    ...given,
    contactId: given.contactId ?? mintId(world, given.companyId),
  });
}

export type NewContact = Pick<Contact, 'companyId' | 'lastName'> & Partial<Contact>;

/** Adds somebody without a login. */
export function addContact(world: World, given: NewContact): Contact {
  const now = world.clock.instant();
  return world.contacts.put({
    kind: 'person',
    firstName: null,
    jobTitle: null,
    isEmployee: false,
    vendorId: null,
    active: true,
    originId: null,
    createdAt: now,
    updatedAt: now,
    ...given,
    id: given.id ?? mintId(world, given.companyId),
  });
}

export type NewVendor = Pick<Vendor, 'companyId' | 'name'> &
  Partial<Omit<Vendor, 'companyId' | 'name' | 'businessRegister'>> & {
    businessRegister?: Omit<BusinessRegister, 'id'> | BusinessRegister | null;
  };

/** Adds a company-directory vendor together with its own contact card (a different id). */
export function addVendor(world: World, { businessRegister = null, ...given }: NewVendor): Vendor {
  const now = world.clock.instant();
  const id = given.id ?? mintId(world, given.companyId);
  const card = addContact(world, {
    companyId: given.companyId,
    kind: 'vendor',
    lastName: given.name,
    vendorId: id,
    ...(given.contactId === undefined ? {} : { id: given.contactId }),
  });
  return world.vendors.put({
    abbreviatedName: null,
    businessRegister: businessRegister && { id: mintId(world, given.companyId), ...businessRegister },
    address: null,
    city: null,
    stateCode: null,
    countryCode: null,
    zip: null,
    emailAddress: null,
    active: true,
    parentId: null,
    originId: null,
    createdAt: now,
    updatedAt: now,
    ...given,
    id,
    contactId: card.id,
  });
}

/** Puts a vendor of the company directory into a project's directory. */
export function addProjectVendor(world: World, row: ProjectVendor): ProjectVendor {
  return world.projectVendors.put(row);
}

export type NewTemplate = Pick<PermissionTemplate, 'companyId' | 'name' | 'type' | 'levels'> & Partial<PermissionTemplate>;

/** Adds a permission template: `company_tools` with levels of company tools, `global` and `project_specific` of project tools. */
export function addTemplate(world: World, given: NewTemplate): PermissionTemplate {
  const now = world.clock.instant();
  return world.templates.put({
    projectId: null,
    category: 'internal',
    granular: {},
    createdAt: now,
    updatedAt: now,
    ...given,
    id: given.id ?? mintId(world, given.companyId),
  });
}

export type NewMember = Pick<Membership, 'projectId' | 'personId'> & Partial<Membership>;

/** Puts a login on a project; without `templateId` it has no rights there (an app's user: those of the manifest). */
export function addMember(world: World, given: NewMember): Membership {
  const now = world.clock.instant();
  return world.memberships.put({ templateId: null, source: 'directory', createdAt: now, updatedAt: now, ...given });
}
