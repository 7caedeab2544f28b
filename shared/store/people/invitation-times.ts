import { sql } from 'kysely';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';
import { ofInvitation } from './invitations.ts';
import { type ExpiredLink, expireLinks } from './mailed-link-times.ts';

/**
 * Expires invitations and returns them. `isTold`: whether the inviter is told; of one that was passed on its successor reports.
 * Also of one by which somebody signed in: they cannot come back by it, and nothing is connected.
 */
export async function expireInvitations(db: Db): Promise<readonly (ExpiredLink & { readonly isTold: boolean })[]> {
  return (await expireLinks(db, ofInvitation)).map((link) => ({ ...link, isTold: link.was !== 'passed-on' }));
}

/** How long ended invitations are kept, with their sealed addresses and mails (docs/security.md). */
const endedInvitationDays = 90;

/**
 * Deletes invitations that ended long ago; returns how many. The one that connected a project is kept as long as its connection:
 * it has the partner's project and the owner's address.
 */
export async function sweepInvitations(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('invitation')
    .where('ended_at', '<', sql<Date>`clock_timestamp() - ${endedInvitationDays} * interval '1 day'`)
    .where((where) =>
      where.not(where.and([where('state', '=', 'accepted'), where('connection_id', 'in', ofConnectedProject(db))])),
    )
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

const ofConnectedProject = (db: Db) =>
  db
    .selectFrom('connection')
    .select('connection_id')
    .where('bound_project_id', 'is not', null)
    .where('stage', 'not in', [...endedStages]);
