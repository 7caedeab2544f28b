import type { BusinessRegister, Id, Vendor } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { createVendor as create, setBusinessRegister, updateVendor } from '../acts/vendors.ts';
import { adminOf } from './subjects.ts';

/** What a person can say of a vendor; `register: null` takes the registration number away. */
export interface VendorFields {
  name?: string;
  emailAddress?: string | null;
  active?: boolean;
  parentId?: Id | null;
  register?: Omit<BusinessRegister, 'id'> | null;
}

/** Company Directory: adds a vendor. */
export function createVendor(
  world: World,
  { companyId, by, register = null, ...fields }: { companyId: Id; by?: Id; name: string } & VendorFields,
): Vendor {
  return create(world, adminOf(world, companyId, by), { companyId, businessRegister: register, ...fields });
}

/** Company Directory: changes a vendor; `active: false` deactivates it, `active: true` brings it back. */
export function editVendor(
  world: World,
  { vendorId, by, register, ...fields }: { vendorId: Id; by?: Id } & VendorFields,
): Vendor {
  const vendor = world.vendors.get(vendorId);
  if (!vendor) throw new RangeError(`no vendor has the id ${vendorId}`);
  const actor = adminOf(world, vendor.companyId, by);
  const edited = updateVendor(world, actor, vendor, register === null ? { ...fields, businessRegister: null } : fields);
  return register ? setBusinessRegister(world, actor, edited, register) : edited;
}
