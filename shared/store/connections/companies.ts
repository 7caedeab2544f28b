import { sql } from 'kysely';
import { type AnyCompany, type BoundCompany, claimedCompany } from '../../domain/company.ts';
import type { Db } from '../tenancy.ts';
import { type Connection, endedStages } from './connections.ts';

/**
 * The only place that makes a `BoundCompany` (promise 5): from a connection's row, whose `bound_company_id` only `bindCompany`
 * and `bindProject` write.
 */
export function boundCompanyOf(connection: Connection): BoundCompany | undefined {
  if (connection.boundCompanyId === null) return undefined;
  // The brand exists in the types only; no other place may add it.
  return { standing: 'bound', companyId: connection.boundCompanyId, tenantId: connection.tenantId } as BoundCompany;
}

/** The company that calls may be made for: the bound one, else the claimed one, for probes only. */
export function companyOf(connection: Connection): AnyCompany | undefined {
  const bound = boundCompanyOf(connection);
  if (bound) return bound;
  return connection.claimedCompanyId === null ? undefined : claimedCompany(connection.claimedCompanyId);
}

export interface Binding {
  readonly connectionId: string;
  readonly companyId: string;
  readonly companyName: string;
  /** Actor id of the person whose confirmed sign-in proved it. */
  readonly boundBy: string;
}

export interface ProjectBinding extends Binding {
  readonly projectId: string;
  readonly projectName: string;
  /** The person the connection is read as. */
  readonly owner: { readonly id: string; readonly name: string };
}

export type BindingAnswer = 'bound' | 'already-bound' | 'other-company' | 'taken';

/**
 * Binds a connection to the company it claims, once. `other-company`: it claims or is bound to another one; `taken`: this tenant
 * has another connection of the partner bound to that company that has not ended.
 */
export async function bindCompany(db: Db, binding: Binding): Promise<BindingAnswer> {
  const row = await db
    .selectFrom('connection')
    .select(['partner', 'claimed_company_id', 'bound_company_id'])
    .where('connection_id', '=', binding.connectionId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.bound_company_id === binding.companyId) return 'already-bound';
  if (row.bound_company_id !== null || row.claimed_company_id !== binding.companyId) return 'other-company';
  const neighbour = await db
    .selectFrom('connection')
    .select('connection_id')
    .where('partner', '=', row.partner)
    .where('bound_company_id', '=', binding.companyId)
    .where('stage', 'not in', endedStages)
    .executeTakeFirst();
  if (neighbour) return 'taken';
  await db
    .updateTable('connection')
    .set({
      bound_company_id: binding.companyId,
      company_name: binding.companyName,
      bound_at: sql<Date>`clock_timestamp()`,
      bound_by: binding.boundBy,
    })
    .where('connection_id', '=', binding.connectionId)
    .execute();
  return 'bound';
}

/**
 * Binds a connection of one project to it and its company, once, with the owner as its reader. `other-company`: it is bound to
 * another project; `taken`: this tenant has another connection of the partner to that project that has not ended.
 */
export async function bindProject(db: Db, binding: ProjectBinding): Promise<BindingAnswer> {
  const { connectionId, companyId, companyName, projectId, projectName, owner } = binding;
  const row = await db
    .selectFrom('connection')
    .select(['partner', 'scope', 'bound_company_id', 'bound_project_id'])
    .where('connection_id', '=', connectionId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.scope !== 'project') throw new Error('only a connection of one project is bound to one');
  if (row.bound_project_id === projectId && row.bound_company_id === companyId) return 'already-bound';
  if (row.bound_project_id !== null) return 'other-company';
  const neighbour = await db
    .selectFrom('connection')
    .select('connection_id')
    .where('partner', '=', row.partner)
    .where('bound_company_id', '=', companyId)
    .where('bound_project_id', '=', projectId)
    .where('stage', 'not in', endedStages)
    .executeTakeFirst();
  if (neighbour) return 'taken';
  await db
    .updateTable('connection')
    .set({
      claimed_company_id: companyId,
      bound_company_id: companyId,
      company_name: companyName,
      bound_project_id: projectId,
      bound_project_name: projectName,
      bound_at: sql<Date>`clock_timestamp()`,
      bound_by: binding.boundBy,
      sync_user_id: owner.id,
      sync_user_name: owner.name,
      sync_user_ids: [owner.id],
    })
    .where('connection_id', '=', connectionId)
    .execute();
  return 'bound';
}
