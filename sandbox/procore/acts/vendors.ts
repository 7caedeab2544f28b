import { addProjectVendor, addVendor, type NewVendor } from '../../kernel/directory.ts';
import type { BusinessRegister, Id, Project, Vendor } from '../../kernel/model.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';

export function createVendor(world: World, actor: Actor, given: NewVendor): Vendor {
  const vendor = addVendor(world, given);
  record(world, actor, 'create', vendor);
  return vendor;
}

export function updateVendor(world: World, actor: Actor, vendor: Vendor, fields: Partial<Vendor>): Vendor {
  const updated = world.vendors.put({ ...vendor, ...fields, updatedAt: world.clock.instant() });
  const card = world.contacts.get(vendor.contactId);
  if (card) world.contacts.put({ ...card, lastName: updated.name, updatedAt: updated.updatedAt });
  record(world, actor, 'update', updated);
  return updated;
}

/** Sets the registration number (ABN or EIN). */
export function setBusinessRegister(world: World, actor: Actor, vendor: Vendor, register: Omit<BusinessRegister, 'id'>): Vendor {
  const id = vendor.businessRegister?.id ?? mintId(world, vendor.companyId);
  return updateVendor(world, actor, vendor, { businessRegister: { id, ...register } });
}

/** Puts a company vendor into a project's directory; false when it was there. */
export function addVendorToProject(world: World, actor: Actor, project: Project, vendorId: Id): boolean {
  if (world.projectVendors.get(`${project.id}:${vendorId}`)) return false;
  const row = addProjectVendor(world, { projectId: project.id, vendorId });
  commitProjectVendor(world, actor, 'create', project, row.vendorId);
  return true;
}

export function removeVendorFromProject(world: World, actor: Actor, project: Project, vendorId: Id): boolean {
  if (!world.projectVendors.delete(`${project.id}:${vendorId}`)) return false;
  commitProjectVendor(world, actor, 'delete', project, vendorId);
  return true;
}

function commitProjectVendor(world: World, actor: Actor, action: 'create' | 'delete', project: Project, vendorId: Id): void {
  commit(world, actor, {
    resource: 'project_vendors',
    id: `${project.id}:${vendorId}`,
    action,
    companyId: project.companyId,
    projectId: project.id,
    row: { projectId: project.id, vendorId },
  });
}

function record(world: World, actor: Actor, action: 'create' | 'update', row: Vendor): void {
  commit(world, actor, { resource: 'vendors', id: row.id, action, companyId: row.companyId, row });
}
