import { type OfferedProject, offeredProject } from '../../domain/contractors.ts';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';
import { endedStages } from './connections.ts';

/** The contractor's own list of projects, in Procore's order. */
export async function listOffers(db: Db, connectionId: string): Promise<readonly OfferedProject[]> {
  const rows = await db
    .selectFrom('offered_project')
    .select('offer')
    .where('connection_id', '=', connectionId)
    .orderBy('position')
    .execute();
  return rows.map(({ offer }) => offeredProject.parse(offer));
}

/** Replaces the stored list. */
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

/**
 * Procore ids of the projects that other connections of this tenant and partner, not ended, are bound to. What another tenant has
 * connected is never disclosed.
 */
export async function connectedElsewhere(db: Db, connectionId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('connection as own')
    .innerJoin('connection as other', (join) =>
      join
        .onRef('other.tenant_id', '=', 'own.tenant_id')
        .onRef('other.partner', '=', 'own.partner')
        .onRef('other.connection_id', '<>', 'own.connection_id'),
    )
    .select('other.bound_project_id as projectId')
    .where('own.connection_id', '=', connectionId)
    .where('other.bound_project_id', 'is not', null)
    .where('other.stage', 'not in', endedStages)
    .execute();
  return new Set(rows.flatMap(({ projectId }) => projectId ?? []));
}
