import type { HammerTech } from '../hammertech/state.ts';
import type { Id } from '../kernel/model.ts';
import { cast } from '../kernel/people.ts';
import type { World } from '../kernel/world.ts';
import { companyLevel } from '../procore/permissions.ts';

/** The companies with their projects and apps and the named people in them; credentials are asked for elsewhere. */
export function companiesOf(world: World): object[] {
  return world.companies.all().map((company) => ({
    ...company,
    projects: world.projects.filter((project) => project.companyId === company.id),
    people: castIn(world, company.id),
    peopleCount: world.companyUsers.filter((user) => user.companyId === company.id).length,
    vendorCount: world.vendors.filter((vendor) => vendor.companyId === company.id).length,
    apps: world.installs
      .filter((install) => install.companyId === company.id)
      .flatMap((install) => {
        const app = world.apps.get(install.appId);
        if (app === undefined) return [];
        const { id, name, kind, clientId, servicePersonId, redirectUris } = app;
        return [{ id, name, kind, clientId, servicePersonId, redirectUris, connected: install.connected }];
      }),
    templates: world.templates.filter((template) => template.companyId === company.id),
  }));
}

function castIn(world: World, companyId: Id): object[] {
  return world.people
    .filter((person) => cast.includes(person.firstName) && world.companyUsers.get(`${companyId}:${person.id}`) !== undefined)
    .map(({ id, email, firstName, lastName }) => ({
      id,
      email,
      firstName,
      lastName,
      companyDirectory: companyLevel(world, id, companyId, 'directory'),
      projectIds: world.memberships
        .filter((member) => member.personId === id && world.projects.get(member.projectId)?.companyId === companyId)
        .map((member) => member.projectId),
    }));
}

/** Everything secret on both far sides: Procore's secrets, codes and tokens, HammerTech's passwords and tokens. */
export function secretsOf(world: World, hammertech: HammerTech): object[] {
  return [
    ...world.secrets.all(),
    ...hammertech.logins.all().map((login) => ({ value: login.password, kind: 'hammertech-password' })),
    ...hammertech.issued.all().map((issued) => ({ value: issued.token, kind: 'hammertech-token' })),
  ];
}
