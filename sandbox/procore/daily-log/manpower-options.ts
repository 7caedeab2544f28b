import type { Id, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';

export interface ManpowerOption {
  id: Id;
  name: string;
}

/** What a `contact_id` stands for. */
export interface ManpowerContact {
  contactId: Id;
  vendorId: Id | null;
}

const byName = (a: ManpowerOption, b: ManpowerOption): number =>
  a.name.localeCompare(b.name) || (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

const settingOf = (world: World, project: Project): 'vendors' | 'contacts' =>
  project.manpowerContacts ?? world.switches.get('manpowerContacts');

/** Vendors of the project's directory, by vendor id. */
export function vendorOptions(world: World, project: Project): ManpowerOption[] {
  return activeVendors(world, project)
    .map(({ id, name }) => ({ id, name }))
    .sort(byName);
}

/**
 * What a new entry may name. With the setting `vendors`, the vendors' own cards; with `contacts` also the people of the project.
 * Ids are those of contact cards, never of vendors: two lists of one thing with different ids [inf: "options depend on a setting"].
 */
export function contactOptions(world: World, project: Project): ManpowerOption[] {
  const vendors = activeVendors(world, project);
  const cards = vendors.map(({ contactId, name }) => ({ id: contactId, name }));
  if (settingOf(world, project) === 'vendors') return cards.sort(byName);
  const ids = new Set(vendors.map(({ id }) => id));
  const people = world.contacts
    .filter((contact) => contact.active && contact.kind === 'person' && contact.vendorId !== null && ids.has(contact.vendorId))
    .map(({ id, firstName, lastName }) => ({ id, name: [firstName, lastName].filter(Boolean).join(' ') }));
  return [...cards, ...people].sort(byName);
}

/** Reads a `contact_id` of an entry; undefined when it is not among the options. */
export function contactOf(world: World, project: Project, contactId: Id): ManpowerContact | undefined {
  if (contactOptions(world, project).some(({ id }) => id === contactId))
    return { contactId, vendorId: world.contacts.get(contactId)?.vendorId ?? null };
  if (settingOf(world, project) === 'contacts') return undefined;
  const vendor = activeVendors(world, project).find(({ id }) => id === contactId);
  return vendor && { contactId: vendor.contactId, vendorId: vendor.id };
}

function activeVendors(world: World, project: Project) {
  return world.projectVendors
    .filter(({ projectId }) => projectId === project.id)
    .flatMap(({ vendorId }) => world.vendors.get(vendorId) ?? [])
    .filter(({ active }) => active);
}
