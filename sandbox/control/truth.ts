import { z } from 'zod';
import type { HammerTech } from '../hammertech/state.ts';
import type { World } from '../kernel/world.ts';
import { companiesOf, secretsOf } from './companies.ts';
import { idField } from './fields.ts';
import { type Route, read, readAll } from './route.ts';

const ledgerQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Only requests after this `seq`.' }),
  operation: z.string().optional(),
  company: idField.optional(),
  project: z.string().optional(),
  side: z.enum(['login', 'procore', 'hammertech', 'hammertech-auth', 'storage']).optional(),
  limit: z.coerce.number().int().min(1).default(10_000),
});

/** What can be seen: companies, secrets, every request, every true record. */
export function truthRoutes(world: World, hammertech: HammerTech): Route[] {
  return [
    readAll('/companies', 'The companies with projects, apps, templates and the named people.', () => companiesOf(world)),
    readAll('/vendors', 'The vendors of every company with their registration numbers and projects.', () =>
      world.vendors.all().map((vendor) => ({ ...vendor, projectIds: projectsOf(world, vendor.id) })),
    ),
    readAll('/files', 'The files that hang on records, with their sizes and sums.', () => world.storage.files.all()),
    readAll('/tokens', 'Everything secret ever issued, on both far sides.', () => secretsOf(world, hammertech)),
    read('/ledger', 'Requests, oldest first.', ledgerQuery, ({ after, limit, ...filters }) =>
      world.ledger.after(after, filters, limit),
    ),
    read(
      '/ledger/records',
      'The true records of a resource with author and history, deleted ones included.',
      z.strictObject({ resource: z.string().min(1) }),
      ({ resource }) => world.ledger.records(resource),
    ),
  ];
}

const projectsOf = (world: World, vendorId: string): string[] =>
  world.projectVendors.filter((one) => one.vendorId === vendorId).map(({ projectId }) => projectId);
