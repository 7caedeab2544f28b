import { partnerTitles } from '../shared/domain/partners.ts';
import { declarations } from '../shared/partners/registry.ts';
import { type Connection, findConnection } from '../shared/store/connections/connections.ts';
import type { Db } from '../shared/store/tenancy.ts';
import { notFound, Problem } from './problem.ts';

/**
 * A connection of the caller whose people sign in themselves. Throws `not-found` if it is not theirs; `not-now` if the partner
 * writes with a service credential, since these operations do not apply to such a connection.
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
