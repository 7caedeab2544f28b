import { type OfferedProject, offeredProject } from '../domain/contractors.ts';
import { jsonb } from './json.ts';
import type { Db } from './tenancy.ts';

/** Projects of the contractor's own list, in the order of Procore's. */
export async function listOffers(db: Db, connectionId: string): Promise<readonly OfferedProject[]> {
  const rows = await db
    .selectFrom('offered_project')
    .select('offer')
    .where('connection_id', '=', connectionId)
    .orderBy('position')
    .execute();
  return rows.map(({ offer }) => offeredProject.parse(offer));
}

/** Takes the place of what was read before. */
export async function storeOffers(
  db: Db,
  tenantId: string,
  connectionId: string,
  offers: readonly OfferedProject[],
): Promise<void> {
  await db.deleteFrom('offered_project').where('connection_id', '=', connectionId).execute();
  if (offers.length === 0) return;
  await db
    .insertInto('offered_project')
    .values(
      offers.map((offer, position) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        procore_project_id: offer.projectId,
        procore_company_id: offer.companyId,
        position,
        offer: jsonb(offer),
      })),
    )
    .execute();
}
