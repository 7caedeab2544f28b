import type { CompanyUser } from '../../kernel/model.ts';
import { createUser, type UserFields, updateUser } from '../acts/users.ts';
import { bodyOf, type Call, hasCompanyLevel, idParam, needCompanyLevel, ownCompany } from '../call.ts';
import { exactId } from '../exact.ts';
import { found, passes, rangeFilter } from '../filters.ts';
import { givenFlag, givenId, givenText, givenTextOrNull, onlyGiven } from '../given.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { badRequest, forbidden, notFound } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { fullName, listedUser, personOf, shownUser } from '../views/users.ts';

const flagInLists = (call: Call): boolean => call.world.switches.get('addToNewProjectsShown') === 'everywhere';

/** Needs company Directory Read Only. Active users only; those who left are under `/users/inactive`. */
const listOf =
  (active: boolean) =>
  (call: Call): Answer => {
    const company = needCompanyLevel(call, 'directory', 'Read Only');
    const { world, query } = call;
    const created = rangeFilter(query, 'created_at');
    const updated = rangeFilter(query, 'updated_at');
    const rows = world.companyUsers
      .filter(
        (user) =>
          user.companyId === company.id &&
          user.active === active &&
          created(user.createdAt) &&
          updated(user.updatedAt) &&
          passes(query, 'vendor_id', user.vendorId) &&
          passes(query, 'origin_id', user.originId),
      )
      .map((user) => ({ id: user.personId, user, person: personOf(world, user) }))
      .filter(({ person }) => found(query, [fullName(person), person.email]));
    const ordered = sorted(call, rows, ({ person, user }) => ({
      name: fullName(person),
      full_name: fullName(person),
      email: person.email,
      job_title: user.jobTitle,
    }));
    const idsOnly = call.version === '1.3' && query.get('view') === 'ids_only';
    return pageOf(
      call,
      ordered,
      ({ user }) => (idsOnly ? exactId(user.personId) : listedUser(world, user, flagInLists(call))),
      usualPages,
    );
  };

function userOfPath(call: Call): CompanyUser {
  const { company } = ownCompany(call);
  const user = call.world.companyUsers.get(`${company.id}:${idParam(call, 'id')}`);
  if (!user) throw notFound();
  return user;
}

function show(call: Call): Answer {
  needCompanyLevel(call, 'directory', 'Read Only');
  return { status: 200, body: shownUser(call.world, userOfPath(call), flagInLists(call)) };
}

/** Needs company Directory Standard; 409 when the address is taken [oas]. */
function create(call: Call): Answer {
  const company = needCompanyLevel(call, 'directory', 'Standard');
  const fields = readUser(call);
  if (!fields.email) throw badRequest('email_address is missing');
  if (!fields.lastName) throw badRequest('last_name is missing');
  // `add_to_new_projects` is an update-only field [oas].
  const { addToNewProjects: _, ...rest } = fields;
  refuseRestricted(call, rest);
  const user = createUser(call.world, call.actor, company.id, { ...rest, email: fields.email, lastName: fields.lastName });
  return { status: 201, body: shownUser(call.world, user, true) };
}

/** Needs Directory Standard; template ids, the flag and a changed address need Directory Admin [oas]. */
function update(call: Call): Answer {
  needCompanyLevel(call, 'directory', 'Standard');
  const user = userOfPath(call);
  const { email, ...fields } = readUser(call);
  if (call.world.switches.get('userPatchNeedsIdentity') && (!email || !fields.lastName))
    throw badRequest('email_address and last_name are required');
  const changes = email === undefined || email === personOf(call.world, user).email ? fields : { ...fields, email };
  refuseRestricted(call, changes, 'email' in changes);
  const isLeft = call.world.switches.get('rightsLeftAsTheyWere') === 'user-rights';
  const updated = updateUser(call.world, call.actor, user, isLeft ? withoutRights(changes) : changes);
  return { status: 200, body: shownUser(call.world, updated, true) };
}

function withoutRights({ addToNewProjects, defaultTemplateId, companyTemplateId, ...rest }: UserFields): UserFields {
  return rest;
}

function reactivate(call: Call): Answer {
  needCompanyLevel(call, 'directory', 'Standard');
  const user = updateUser(call.world, call.actor, userOfPath(call), { active: true });
  return { status: 200, body: listedUser(call.world, user, flagInLists(call)) };
}

function refuseRestricted(call: Call, fields: UserFields, changesEmail = false): void {
  const restricted =
    'addToNewProjects' in fields || 'defaultTemplateId' in fields || 'companyTemplateId' in fields || changesEmail;
  if (restricted && !hasCompanyLevel(call, 'directory', 'Admin')) throw forbidden();
}

function readUser(call: Call): UserFields {
  const body = bodyOf(call, 'user');
  return onlyGiven({
    email: givenText(body, 'email_address'),
    firstName: givenText(body, 'first_name'),
    lastName: givenText(body, 'last_name'),
    jobTitle: givenTextOrNull(body, 'job_title'),
    isEmployee: givenFlag(body, 'is_employee'),
    employeeId: givenTextOrNull(body, 'employee_id'),
    active: givenFlag(body, 'is_active'),
    vendorId: givenId(body, 'vendor_id'),
    originId: givenTextOrNull(body, 'origin_id'),
    addToNewProjects: givenFlag(body, 'add_to_new_projects'),
    defaultTemplateId: givenId(body, 'default_permission_template_id'),
    companyTemplateId: givenId(body, 'company_permission_template_id'),
  });
}

const users = '/companies/{company_id}/users';

export const companyUserRoutes: readonly Route[] = [
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'GET', path: users, answer: listOf(true) }),
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'GET', path: `${users}/inactive`, answer: listOf(false) }),
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'PATCH', path: `${users}/inactive/{id}`, answer: reactivate }),
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'GET', path: `${users}/{id}`, answer: show }),
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'POST', path: users, answer: create }),
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'PATCH', path: `${users}/{id}`, answer: update }),
];
