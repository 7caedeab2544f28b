import { sql } from 'kysely';
import { z } from 'zod';
import { type DatedProjectList, type ListedProject, seenProject } from '../../domain/projects.ts';
import type { Db } from '../tenancy.ts';

const seenProjects = z.array(seenProject);

/** Stores the admin's own list of projects; it replaces the one before, but keeps since when each project was listed. */
export async function storeAdminProjects(
  db: Db,
  tenantId: string,
  connectionId: string,
  captured: { readonly projects: readonly ListedProject[]; readonly by: string; readonly at: Date },
): Promise<void> {
  const before = new Map((await findAdminProjects(db, connectionId))?.projects.map(({ id, since }) => [id, since]));
  const at = captured.at.toISOString();
  const projects = captured.projects.map((project) => ({ ...project, since: before.get(project.id) ?? at }));
  const row = { captured_at: captured.at, captured_by: captured.by, projects: JSON.stringify(projects) };
  await db
    .insertInto('admin_project_list')
    .values({ tenant_id: tenantId, connection_id: connectionId, ...row })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(row))
    .execute();
}

export async function findAdminProjects(db: Db, connectionId: string): Promise<DatedProjectList | undefined> {
  const row = await db
    .selectFrom('admin_project_list')
    .select(['captured_at', 'projects', 'on_projects', 'grew_at'])
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return (
    row && {
      capturedAt: row.captured_at.toISOString(),
      projects: seenProjects.parse(row.projects),
      progress: row.on_projects === null ? null : { on: row.on_projects, grewAt: row.grew_at?.toISOString() ?? null },
    }
  );
}

/** Records how many projects the sync user is on; a growing number means that somebody is adding it. */
export async function noteProjects(db: Db, connectionId: string, on: number): Promise<void> {
  await db
    .updateTable('admin_project_list')
    .set({
      on_projects: on,
      grew_at: sql<Date | null>`CASE WHEN on_projects < ${on} THEN clock_timestamp() ELSE grew_at END`,
    })
    .where('connection_id', '=', connectionId)
    .execute();
}

/** Procore was asked to add the sync user to projects: they appear one by one after that. */
export async function noteAdding(db: Db, connectionId: string): Promise<void> {
  await db
    .updateTable('admin_project_list')
    .set({ on_projects: sql<number>`coalesce(on_projects, 0)`, grew_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .execute();
}
