import type { Call } from '../call.ts';
import { ownCompany } from '../call.ts';
import { exactId } from '../exact.ts';
import { pageOf, usualPages } from '../paging.ts';
import { activeUser, seesProject } from '../permissions.ts';
import { badRequest, forbidden, notFound } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { shownUser } from '../views/users.ts';

/** `{id, login}`; the name only when a company or project is given [oas]. */
function me(call: Call): Answer {
  const { person, query, world } = call;
  const base = { id: exactId(person.id), login: person.email };
  const projectId = query.get('project_id');
  if (projectId !== null) {
    const project = world.projects.get(projectId);
    if (!project || !seesProject(world, person.id, project)) throw notFound();
  } else if (query.get('company_id') === null) return { status: 200, body: base };
  else if (!call.company || !activeUser(world, person.id, call.company.id)) throw forbidden();
  return { status: 200, body: { ...base, name: `${person.firstName} ${person.lastName}`.trim() } };
}

function companyMe(call: Call): Answer {
  const { user } = ownCompany(call);
  const shown = call.world.switches.get('addToNewProjectsShown');
  const withFlag = shown === 'everywhere' || (shown === 'me-v1.0' && call.version === '1.0');
  return { status: 200, body: shownUser(call.world, user, withFlag) };
}

/** The caller's own companies; for an app's service user those in which the app is connected [doc: used as the install list]. */
function companies(call: Call): Answer {
  const { world, person, query, token, app } = call;
  const free = query.get('include_free_companies') === 'true';
  const rows = world.companies
    .filter((company) => activeUser(world, person.id, company.id) !== undefined && (free || !company.free))
    .filter(({ id }) => token.grant === 'authorization_code' || world.installs.get(`${app.id}:${id}`)?.connected === true);
  const print = (company: (typeof rows)[number]) => ({
    id: exactId(company.id),
    name: company.name,
    is_active: company.active,
    logo_url: null,
    pcn_business_experience: null,
    my_company: world.companyUsers.get(`${company.id}:${person.id}`)?.isEmployee ?? false,
  });
  return pageOf(call, rows, print, usualPages);
}

/** "Check company zone": the region of a company and its web address. */
function companyBaseUrl(call: Call): Answer {
  if (!call.company) throw badRequest('company_id is missing');
  return { status: 200, body: { zone: call.company.zone, web_base_url: call.origin } };
}

export const meRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/me', answer: me, headerOptionalForUsers: true },
  { method: 'GET', path: '/rest/v1.0/companies', answer: companies, headerOptionalForUsers: true },
  { method: 'GET', path: '/rest/v1.0/company_base_url', answer: companyBaseUrl },
  ...versions(['1.0', '1.1', '1.2', '1.3'], { method: 'GET', path: '/companies/{company_id}/me', answer: companyMe }),
];
