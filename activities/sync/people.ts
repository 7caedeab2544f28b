import type { BoundCompany } from '../../shared/domain/company.ts';
import { Fault, type FaultDetail } from '../../shared/domain/faults.ts';
import { hindranceOf } from '../../shared/domain/responders.ts';
import type { Responder, Responders } from '../../shared/partners/stream.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { listResponses } from '../../shared/store/connections/response-mappings.ts';
import { listTeam, type StoredMember } from '../../shared/store/people/team.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { grantClient, type PersonsReach } from '../clients.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { holdingBackOne } from '../grants/held-back.ts';
import { lapsingAs, ownerLapseOf } from '../grants/owner-lapse.ts';
import type { ClientsWish, OpenedClients } from './dependencies.ts';
import { readerOf, refusedTurn, takeTurn } from './reading.ts';

/**
 * Procore clients for the person who owns the connection, or else for one who agreed to read in their place; and for each member
 * of the team. Throws the owner's lapse if nobody may read now.
 */
export async function peopleClients(
  deps: PersonsReach & Pick<ActivityDependencies, 'pool'>,
  { tenantId, connectionId, projectLinkId, company, around }: ClientsWish,
): Promise<Pick<OpenedClients, 'procore' | 'reader' | 'refused' | 'responders' | 'responses'>> {
  const read = await withTenant(deps.pool, tenantId, async (db) => {
    const connection = await findConnection(db, connectionId);
    if (connection === undefined) throw new Error('a project link is of a connection');
    return {
      connection,
      lapse: await ownerLapseOf(db, connection),
      turn: await takeTurn(db, connection),
      team: await listTeam(db, connectionId),
      matches: await listMatches(db, connectionId),
      responses: await listResponses(db, connectionId),
    };
  });
  const { connection, lapse, turn, team, matches, responses } = read;
  if (turn.grant === null) {
    throw lapse();
  }
  const sharer = { tenantId, partId: projectLinkId };
  const as = (grantId: string) => grantClient(holdingBackOne(deps), sharer, company, grantId, around);
  const matchedTo = new Map(
    matches.flatMap(({ kind, partnerId, procoreId, state }) =>
      kind === 'person' && state === 'matched' && procoreId !== null ? [[partnerId, procoreId]] : [],
    ),
  );
  return {
    procore: await grantClient(lapsingAs(deps, lapse), sharer, company, turn.grant.grantId, around),
    reader: readerOf(turn),
    refused: (faults) => withTenant(deps.pool, tenantId, (db) => refusedTurn(db, connection, turn, faults)),
    responders: respondersOf(team, matchedTo, as),
    responses,
  };
}

/** The people of a team, and a Procore client for each: a `Fault` about one of them affects only the record at hand. */
export function respondersOf(
  team: readonly StoredMember[],
  matchedTo: ReadonlyMap<string, string>,
  as: (grantId: string) => ReturnType<typeof grantClient<BoundCompany>>,
): Responders {
  const here = team.filter(({ leftAt }) => leftAt === null);
  const all = here.map((member): Responder => {
    const { memberId, name, procoreUserId, accountOf } = member;
    const own = accountOf === null ? procoreUserId : null;
    const hindrance = hindranceOf(member);
    return { memberId, name, procoreUserId: own ?? matchedTo.get(memberId) ?? null, ...(hindrance && { hindrance }) };
  });
  return {
    all,
    async as(memberId) {
      const member = here.find((one) => one.memberId === memberId);
      if (!member)
        throw ofOnePerson('person-lacks-access', { seen: 'Whoever wrote this answer does not belong to the project any more.' });
      const hindrance = hindranceOf(member);
      if (hindrance) throw ofOnePerson(hindrance.kind, hindrance);
      return as(member.grantId ?? '');
    },
  };
}

const ofOnePerson = (
  kind: 'person-lacks-access' | 'grant-lapsed',
  { owner, seen, needed, where }: Pick<FaultDetail, 'owner' | 'seen' | 'needed' | 'where'>,
): Fault => new Fault(kind, { owner, seen, needed, where, effect: 'surely-not-done', reach: 'record' });
