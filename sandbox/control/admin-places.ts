import { z } from 'zod';
import {
  addVendorToProject,
  createProject,
  editProject,
  removeVendorFromProject,
  setManpowerContacts,
  switchProjectTool,
} from '../procore/admin/projects.ts';
import { type Verb, verb } from './admin.ts';
import { idField, personField, withPeople } from './fields.ts';

const by = personField.exactOptional();
const text = z.string().nullable().exactOptional();
const onProject = { projectId: idField, by };

const projectFields = {
  name: z.string().min(1).exactOptional(),
  number: text,
  timeZone: text,
  address: text,
  city: text,
  stateCode: text,
  countryCode: text,
  zip: text,
  active: z.boolean().exactOptional(),
};

const companyEdit = z.strictObject({
  companyId: idField,
  name: z.string().min(1).exactOptional(),
  active: z.boolean().exactOptional(),
  free: z.boolean().exactOptional(),
  allowsUserInstalls: z.boolean().exactOptional(),
});

/** Companies, projects and their tools. */
export const placeVerbs: readonly Verb[] = [
  verb('companies', 'edit', 'Changes what a company is.', companyEdit, (world, { companyId, ...fields }) => {
    const company = world.companies.get(companyId);
    if (company === undefined) throw new RangeError(`no company has the id ${companyId}`);
    return world.companies.put({ ...company, ...fields });
  }),
  verb(
    'projects',
    'create',
    'Creates a project; users marked "add to all new projects" join it.',
    z.strictObject({ companyId: idField, by, ...projectFields, name: z.string().min(1) }),
    (world, body) => createProject(world, withPeople(world, body)),
  ),
  verb(
    'projects',
    'edit',
    'Changes a project; `active: false` deactivates it.',
    z.strictObject({ ...onProject, ...projectFields }),
    (world, body) => editProject(world, withPeople(world, body)),
  ),
  verb(
    'projects',
    'set-manpower-contacts',
    'Daily Log settings: what the company of a manpower entry is picked from; null: the switch decides.',
    z.strictObject({ ...onProject, setting: z.enum(['vendors', 'contacts']).nullable() }),
    (world, body) => setManpowerContacts(world, withPeople(world, body)),
  ),
  verb(
    'projects',
    'add-vendor',
    'Puts a company vendor into the project directory.',
    z.strictObject({ ...onProject, vendorId: idField }),
    (world, body) => ({ added: addVendorToProject(world, withPeople(world, body)) }),
  ),
  verb(
    'projects',
    'remove-vendor',
    'Takes a vendor out of the project directory.',
    z.strictObject({ ...onProject, vendorId: idField }),
    (world, body) => ({ removed: removeVendorFromProject(world, withPeople(world, body)) }),
  ),
  verb(
    'tools',
    'switch',
    'Switches a project tool (key, name or number) on or off.',
    z.strictObject({ ...onProject, tool: z.string().min(1), active: z.boolean() }),
    (world, body) => switchProjectTool(world, withPeople(world, body)),
  ),
];
