import type { CompanyUser, Person } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';

export function personOf(world: World, user: CompanyUser): Person {
  const person = world.people.get(user.personId);
  if (!person) throw new Error(`the directory names a login that does not exist: ${user.personId}`);
  return person;
}

export const fullName = ({ firstName, lastName }: Person): string => `${firstName} ${lastName}`.trim();

const initialsOf = ({ firstName, lastName }: Person): string => `${[...firstName][0] ?? ''}${[...lastName][0] ?? ''}`;

export function vendorReference(world: World, vendorId: string | null) {
  const vendor = vendorId === null ? undefined : world.vendors.get(vendorId);
  return vendor ? { id: exactId(vendor.id), name: vendor.name } : null;
}

function templateReference(world: World, templateId: string | null) {
  const template = templateId === null ? undefined : world.templates.get(templateId);
  if (!template) return null;
  return {
    id: exactId(template.id),
    name: template.name,
    project_specific: template.type === 'project_specific',
    type: template.type,
  };
}

/** Fields that every full view of a user has. */
function userFields(world: World, user: CompanyUser) {
  const person = personOf(world, user);
  return {
    id: exactId(person.id),
    first_name: person.firstName,
    last_name: person.lastName,
    name: fullName(person),
    initials: initialsOf(person),
    email_address: person.email,
    job_title: user.jobTitle,
    is_active: user.active,
    is_employee: user.isEmployee,
    employee_id: user.employeeId,
    business_id: null,
    business_phone: null,
    mobile_phone: null,
    address: null,
    city: null,
    state_code: null,
    country_code: null,
    zip: null,
    last_login_at: null,
    work_classification_id: null,
    origin_id: user.originId,
    origin_data: null,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    vendor: vendorReference(world, user.vendorId),
  };
}

/** One company user: show, `me`, and answers to writes. Only some carry `add_to_new_projects` [oas, by switch]. */
export function shownUser(world: World, user: CompanyUser, withFlag: boolean) {
  return {
    ...userFields(world, user),
    is_insurance_manager: false,
    ...(withFlag ? { add_to_new_projects: user.addToNewProjects } : {}),
    default_permission_template_id: exactId(user.defaultTemplateId),
    company_permission_template_id: exactId(user.companyTemplateId),
  };
}

/** A row of the company's user list. */
export function listedUser(world: World, user: CompanyUser, withFlag: boolean) {
  return {
    ...userFields(world, user),
    contact_id: exactId(user.contactId),
    ...(withFlag ? { add_to_new_projects: user.addToNewProjects } : {}),
    permission_template: templateReference(world, user.defaultTemplateId),
    company_permission_template: templateReference(world, user.companyTemplateId),
  };
}

/** Without Directory read: names only. */
export function compactUser(world: World, user: CompanyUser) {
  const person = personOf(world, user);
  return {
    id: exactId(person.id),
    first_name: person.firstName,
    last_name: person.lastName,
    initials: initialsOf(person),
    name: fullName(person),
    vendor: vendorReference(world, user.vendorId),
  };
}

/** A project user, with the template of that project. */
export function projectUser(world: World, user: CompanyUser, templateId: string | null) {
  return {
    ...userFields(world, user),
    default_permission_template_id: exactId(user.defaultTemplateId),
    company_permission_template_id: exactId(user.companyTemplateId),
    permission_template: templateReference(world, templateId),
  };
}
