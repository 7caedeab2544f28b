import { partnerTitles } from '../shared/domain/partners.ts';
import { declarations } from '../shared/partners/registry.ts';
import { type Connection, findConnection } from '../shared/store/connections/connections.ts';
import type { Db } from '../shared/store/tenancy.ts';
import { notFound, Problem } from './problem.ts';

/**
 * A connection of the caller whose people sign in themselves. Not found where it is none of theirs; refused where the partner writes with
 * a service credential: nobody of such a connection is asked what these operations are about.
 */
export async function needPeople(db: Db, connectionId: string): Promise<Connection> {
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) throw notFound();
  if (declarations[connection.partner].principal !== 'people') {
    const title = partnerTitles[connection.partner];
    throw new Problem('not-now', `A connection of ${title} has no such thing: its people do not sign in themselves.`);
  }
  return connection;
}
