import { z } from 'zod';
import type { World } from '../kernel/world.ts';
import { secretsOf as part3Secrets } from '../part3/truth.ts';
import { companiesOf, secretsOf } from './companies.ts';
import { idField } from './fields.ts';
import type { Partners } from './partners.ts';
import { type Route, read, readAll } from './route.ts';

const ledgerQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Only requests after this `seq`.' }),
  operation: z.string().optional(),
  company: idField.optional(),
  project: z.string().optional(),
  side: z.enum(['login', 'procore', 'storage', 'hammertech', 'hammertech-auth', 'part3']).optional(),
  limit: z.coerce.number().int().min(1).default(10_000),
});

/** What can be seen: companies, secrets, every request, every true record. */
export function truthRoutes(world: World, { hammertech, part3 }: Partners): Route[] {
  return [
    readAll('/companies', 'The companies with projects, apps, templates and the named people.', () => companiesOf(world)),
    readAll('/vendors', 'The vendors of every company with their registration numbers and projects.', () =>
      world.vendors.all().map((vendor) => ({ ...vendor, projectIds: projectsOf(world, vendor.id) })),
    ),
    readAll('/tokens', 'Everything secret ever issued, on all far sides.', () => [
      ...secretsOf(world, hammertech),
      ...part3Secrets(part3),
    ]),
    readAll('/files', 'The files that hang on records, with their sizes and sums.', () => world.storage.files.all()),
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
