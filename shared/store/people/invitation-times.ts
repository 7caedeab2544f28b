import { sql } from 'kysely';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';
import { ofInvitation } from './invitations.ts';
import { type ExpiredLink, expireLinks } from './mailed-link-times.ts';

/**
 * Those whose time is over end; answers of which whoever invited is told: not those that were passed on, of which the next one tells, nor
 * those by which somebody has signed in.
 */
export async function expireInvitations(db: Db): Promise<readonly ExpiredLink[]> {
  return (await expireLinks(db, ofInvitation)).filter(({ was, isAwaited }) => was !== 'passed-on' && isAwaited);
}

/** What has ended is kept for this long, with its sealed addresses and its mails (docs/security.md). */
const endedInvitationDays = 90;

/**
 * Deletes invitations that ended long ago; answers how many. One by which a project was connected stays while the connection does: it says
 * which project of the partner that is, and where its owner is written to.
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
