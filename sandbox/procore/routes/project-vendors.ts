import type { Project, Vendor } from '../../kernel/model.ts';
import { addVendorToProject, removeVendorFromProject } from '../acts/vendors.ts';
import { type Call, idParam, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { found, passes } from '../filters.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { notFound } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { namedVendor } from '../views/vendors.ts';
import { printVendor } from './vendors.ts';

function vendorsOf(call: Call, project: Project): Vendor[] {
  return call.world.projectVendors
    .filter(({ projectId }) => projectId === project.id)
    .flatMap(({ vendorId }) => call.world.vendors.get(vendorId) ?? [])
    .filter(({ active }) => active);
}

/** Needs project Directory Read Only. */
function list(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Read Only');
  const { query } = call;
  const rows = vendorsOf(call, project).filter(
    (vendor) =>
      passes(query, 'id', vendor.id) &&
      passes(query, 'parent_id', vendor.parentId) &&
      found(query, [vendor.name, vendor.businessRegister?.identifier]),
  );
  const ordered = sorted(call, rows, ({ name }) => ({ name }));
  switch (query.get('view')) {
    case 'ids_only':
      return pageOf(call, ordered, ({ id }) => exactId(id), usualPages);
    case 'name':
    case 'minimal':
    case 'list':
      return pageOf(call, ordered, namedVendor, usualPages);
    default:
      return pageOf(call, ordered, printVendor(call, 'normal'), usualPages);
  }
}

function show(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Read Only');
  const vendor = vendorsOf(call, project).find(({ id }) => id === idParam(call, 'id'));
  if (!vendor) throw notFound();
  return { status: 200, body: printVendor(call, 'normal')(vendor) };
}

/** Puts a company vendor on the project; needs project Directory Admin (granular rights are not modelled). */
function add(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  const vendor = call.world.vendors.get(idParam(call, 'id'));
  if (vendor?.companyId !== project.companyId || !vendor.active) throw notFound();
  addVendorToProject(call.world, call.actor, project, vendor.id);
  return { status: 201, body: printVendor(call, 'normal')(vendor) };
}

function remove(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  if (!removeVendorFromProject(call.world, call.actor, project, idParam(call, 'id'))) throw notFound();
  return { status: 204 };
}

const vendors = '/projects/{project_id}/vendors';

export const projectVendorRoutes: readonly Route[] = [
  ...versions(['1.0', '1.1'], { method: 'GET', path: vendors, answer: list }),
  ...versions(['1.0', '1.1'], { method: 'GET', path: `${vendors}/{id}`, answer: show }),
  ...versions(['1.0', '1.1'], { method: 'POST', path: `${vendors}/{id}/actions/add`, answer: add }),
  ...versions(['1.0', '1.1'], { method: 'DELETE', path: `${vendors}/{id}/actions/remove`, answer: remove }),
];
