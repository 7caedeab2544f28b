import { z } from 'zod';
import { createVendor, editVendor } from '../procore/admin/vendors.ts';
import { type Verb, verb } from './admin.ts';
import { idField, personField, withPeople } from './fields.ts';

const by = personField.exactOptional();
const register = z
  .strictObject({ type: z.enum(['abn', 'ein']), identifier: z.string().min(1) })
  .nullable()
  .exactOptional()
  .meta({ description: 'The registration number; null takes it away.' });
const vendorFields = {
  emailAddress: z.string().nullable().exactOptional(),
  active: z.boolean().exactOptional(),
  parentId: idField.nullable().exactOptional(),
  register,
};

/** Company Directory: vendors. */
export const vendorVerbs: readonly Verb[] = [
  verb(
    'vendors',
    'create',
    'Adds a vendor to a company.',
    z.strictObject({ companyId: idField, by, name: z.string().min(1), ...vendorFields }),
    (world, body) => createVendor(world, withPeople(world, body)),
  ),
  verb(
    'vendors',
    'edit',
    'Changes a vendor: name, registration number, parent; `active: false` deactivates it.',
    z.strictObject({ vendorId: idField, by, name: z.string().min(1).exactOptional(), ...vendorFields }),
    (world, body) => editVendor(world, withPeople(world, body)),
  ),
];
