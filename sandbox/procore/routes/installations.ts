import { findApp, installApp } from '../../kernel/apps.ts';
import type { Install } from '../../kernel/model-apps.ts';
import { mintId } from '../../kernel/world.ts';
import { type Call, needCompanyLevel, ownCompany } from '../call.ts';
import { exactId } from '../exact.ts';
import { givenFlag, givenText } from '../given.ts';
import { pageOf, usualPages } from '../paging.ts';
import { badRequest, conflict, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';

/** All of this works before the app is connected to the company: it is how an app gets there [inf]. */
function print(call: Call, install: Install) {
  const app = call.world.apps.get(install.appId);
  return {
    id: exactId(install.id),
    app_uid: app?.clientId ?? null,
    app_name: app?.name ?? null,
    company_id: exactId(install.companyId),
    status: install.connected ? 'installed' : 'uninstalled',
    created_at: install.createdAt,
    updated_at: install.updatedAt,
    manifest: {},
    post_installation_instruction: {},
  };
}

/** Needs Read Only on the company's Admin tool [unk]; the fields beyond the published two are inferred. */
function list(call: Call): Answer {
  const company = needCompanyLevel(call, 'admin', 'Read Only');
  const rows = call.world.installs.filter((install) => install.companyId === company.id);
  return pageOf(call, rows, (install) => print(call, install), usualPages);
}

/** Needs Admin on the company's Admin tool; 409 when the app is connected already [oas]. */
function install(call: Call): Answer {
  const company = needCompanyLevel(call, 'admin', 'Admin');
  const app = findApp(call.world, givenText(call.body, 'app_uid') ?? '');
  if (!app || (app.companyId !== null && app.companyId !== company.id)) throw notFound();
  if (call.world.installs.get(`${app.id}:${company.id}`)?.connected) throw conflict('App is already installed');
  return { status: 201, body: print(call, installApp(call.world, { appId: app.id, companyId: company.id })) };
}

function listRequests(call: Call): Answer {
  const { company } = ownCompany(call);
  const rows = call.world.installationRequests.filter(
    (request) => request.companyId === company.id && [null, request.clientId].includes(call.query.get('developer_app_id')),
  );
  return pageOf(call, rows, ({ id }) => ({ id: exactId(id) }), usualPages);
}

/** Any user may ask the admins to install an app; 409 when it was asked for or is installed [oas; who may ask is unk]. */
function request(call: Call): Answer {
  const { world, body, person } = call;
  const { company } = ownCompany(call);
  const app = findApp(world, givenText(body, 'developer_app_id') ?? '');
  if (!app) throw notFound();
  if (givenFlag(body, 'implicit') === undefined) throw badRequest('implicit is missing');
  const asked = world.installationRequests.find((known) => known.companyId === company.id && known.clientId === app.clientId);
  if (asked || world.installs.get(`${app.id}:${company.id}`)?.connected) throw conflict('Installation request already exists');
  const id = mintId(world, company.id);
  const notes = givenText(body, 'notes') ?? null;
  world.installationRequests.put({ id, companyId: company.id, clientId: app.clientId, notes, requestedBy: person.id });
  return { status: 201, body: { id: exactId(id) } };
}

export const installationRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/app_installations', answer: list, beforeConnection: true },
  { method: 'POST', path: '/rest/v1.0/app_installations', answer: install, beforeConnection: true },
  { method: 'GET', path: '/rest/v1.0/installation_requests', answer: listRequests, beforeConnection: true },
  { method: 'POST', path: '/rest/v1.0/installation_requests', answer: request, beforeConnection: true },
];
