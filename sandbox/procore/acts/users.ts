import { newClientPart } from '../../kernel/apps.ts';
import { addCompanyUser, addPerson } from '../../kernel/directory.ts';
import type { CompanyUser, Id, Person } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { conflict, invalid } from '../refusal.ts';

/** Fields of a directory record that a create or an update may set. */
export type UserFields = Partial<
  Pick<
    CompanyUser,
    | 'jobTitle'
    | 'isEmployee'
    | 'employeeId'
    | 'vendorId'
    | 'active'
    | 'addToNewProjects'
    | 'defaultTemplateId'
    | 'companyTemplateId'
    | 'originId'
  > &
    Pick<Person, 'email' | 'firstName' | 'lastName'>
>;

/** Adds a login to a company's directory, making the login if its address is new. 409 when it is there already. */
export function createUser(
  world: World,
  actor: Actor,
  companyId: Id,
  { email, firstName, lastName, ...fields }: UserFields & { email: string; lastName: string },
): CompanyUser {
  const known = personByEmail(world, email);
  if (known && world.companyUsers.get(`${companyId}:${known.id}`)) throw conflict('Email address has already been taken');
  checkTemplates(world, companyId, fields);
  const person = known ?? addPerson(world, { email, firstName: firstName ?? '', lastName });
  const user = addCompanyUser(world, { companyId, personId: person.id, ...fields });
  record(world, actor, 'create', user);
  return user;
}

/**
 * Changes a directory record. A changed address of a service account kills its credential, by switch [sup].
 * Who may set which field is checked by the caller.
 */
export function updateUser(world: World, actor: Actor, user: CompanyUser, given: UserFields): CompanyUser {
  const { email, firstName, lastName, ...fields } = given;
  checkTemplates(world, user.companyId, fields);
  const person = world.people.get(user.personId);
  if (person) renamePerson(world, person, { email, firstName, lastName });
  const updated = world.companyUsers.put({ ...user, ...fields, updatedAt: world.clock.instant() });
  record(world, actor, 'update', updated);
  return updated;
}

type PersonFields = { [Key in 'email' | 'firstName' | 'lastName']: string | undefined };

function renamePerson(world: World, person: Person, { email, firstName, lastName }: PersonFields): void {
  const changesEmail = email !== undefined && email !== person.email;
  if (changesEmail && personByEmail(world, email)) throw conflict('Email address has already been taken');
  world.people.put({
    ...person,
    email: email ?? person.email,
    firstName: firstName ?? person.firstName,
    lastName: lastName ?? person.lastName,
  });
  if (changesEmail && person.serviceOfAppId !== null && world.switches.get('emailChangeKillsServiceAccount'))
    killCredential(world, person.serviceOfAppId);
}

function killCredential(world: World, appId: Id): void {
  const app = world.apps.get(appId);
  if (!app) return;
  world.apps.put({ ...app, clientSecret: newClientPart() });
  for (const token of world.tokens.filter(({ clientId }) => clientId === app.clientId))
    world.tokens.put({ ...token, accessRevoked: true, refreshRevoked: true });
}

function personByEmail(world: World, email: string): Person | undefined {
  return world.people.find((person) => person.email.toLowerCase() === email.toLowerCase());
}

function checkTemplates(world: World, companyId: Id, fields: UserFields): void {
  const check = (field: string, id: Id | null | undefined, type: string): void => {
    if (id === undefined || id === null) return;
    const template = world.templates.get(id);
    if (template?.companyId !== companyId || template.type !== type) throw invalid(field, 'is not a template of this kind');
  };
  check('company_permission_template_id', fields.companyTemplateId, 'company_tools');
  check('default_permission_template_id', fields.defaultTemplateId, 'global');
  if (fields.vendorId && world.vendors.get(fields.vendorId)?.companyId !== companyId)
    throw invalid('vendor_id', 'is not a vendor of this company');
}

function record(world: World, actor: Actor, action: 'create' | 'update', row: CompanyUser): void {
  commit(world, actor, { resource: 'users', id: `${row.companyId}:${row.personId}`, action, companyId: row.companyId, row });
}
