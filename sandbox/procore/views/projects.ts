import type { Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';

export function displayName({ name, number }: Project): string {
  return number === null ? name : `${number} - ${name}`;
}

export function compactProject(project: Project) {
  return { id: exactId(project.id), name: project.name, display_name: displayName(project) };
}

/** A row of the project lists, v1.0 and v1.1 normal. */
export function listedProject(world: World, project: Project) {
  return {
    ...compactProject(project),
    project_number: project.number,
    address: project.address,
    city: project.city,
    state_code: project.stateCode,
    country_code: project.countryCode,
    zip: project.zip,
    county: null,
    time_zone: project.timeZone,
    latitude: null,
    longitude: null,
    stage: project.stage,
    project_stage: null,
    phone: null,
    created_at: project.createdAt,
    updated_at: project.updatedAt,
    active: project.active,
    is_demo: false,
    origin_id: project.originId,
    origin_data: null,
    origin_code: null,
    parent_job_id: null,
    total_value: null,
    estimated_value: null,
    start_date: null,
    completion_date: null,
    projected_finish_date: null,
    project_template: null,
    company: companyReference(world, project),
    created_by: loginReference(world, project.createdBy),
    custom_fields: {},
  };
}

/** What show, create and update answer. */
export function shownProject(world: World, project: Project) {
  return {
    ...listedProject(world, project),
    template: false,
    tz_name: project.timeZone,
    description: null,
    flag: null,
    locale: null,
    departments: [],
    office: null,
    program: null,
    project_type: null,
  };
}

/** The form of `GET /companies/{company_id}/projects`. */
export function companyProject(world: World, project: Project) {
  const creator = project.createdBy === null ? undefined : world.people.get(project.createdBy);
  return {
    id: exactId(project.id),
    name: project.name,
    address: {
      street: project.address,
      city: project.city,
      state_code: project.stateCode,
      zip: project.zip,
      country_code: project.countryCode,
    },
    stage_name: project.stage,
    status_name: project.active ? 'Active' : 'Inactive',
    type_name: null,
    open_items: [],
    created_by: creator ? { id: exactId(creator.id), email: creator.email } : null,
  };
}

export function companyReference(world: World, { companyId }: { companyId: string }) {
  return { id: exactId(companyId), name: world.companies.get(companyId)?.name ?? null };
}

/** `{id, login, name}` of a person, as records refer to one. */
export function loginReference(world: World, personId: string | null) {
  const person = personId === null ? undefined : world.people.get(personId);
  if (!person) return null;
  return { id: exactId(person.id), login: person.email, name: `${person.firstName} ${person.lastName}`.trim() };
}
