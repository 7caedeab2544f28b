import { requestMachine } from '../../shared/domain/authorization-requests.ts';
import { type PartnerName, partnerTitles } from '../../shared/domain/partners.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findConnection, hasEnded } from '../../shared/store/connections/connections.ts';
import { resolveToken, type TokenDoor } from '../../shared/store/doors.ts';
import { type AuthorizationRequest, findRequest } from '../../shared/store/people/authorization-requests.ts';
import { memberKeyOf } from '../../shared/store/people/authorizations.ts';
import { placesOfMember } from '../../shared/store/people/responders.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants/tenants.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Help } from './layout.tsx';
import { isGood } from './mailed-links.ts';
import { bearerForm, helpOf } from './visits.ts';

/** What a person who came by the link in their own mail is shown. */
export interface RequestVisit {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly partner: PartnerName;
  readonly partnerTitle: string;
  readonly help: Help;
  readonly request: AuthorizationRequest;
  /** The connection through which they sign in. */
  readonly connectionId: string;
  readonly projectNames: readonly string[];
}

/**
 * Finds the request of a single-use link. Undefined if there is none, it is void, used, expired or from before a restore, or the
 * person has left.
 */
export async function findRequestVisit(dependencies: ApiDependencies, token: string): Promise<RequestVisit | undefined> {
  const visit = await findBy(dependencies, 'resolve_authorization_link', token);
  return visit && isGood(requestMachine, visit.request, dependencies) ? visit : undefined;
}

/**
 * Finds the person of an account link; it does not expire. Undefined if there is none, or nothing of theirs is connected any
 * more.
 */
export const findAccountVisit = (dependencies: ApiDependencies, token: string): Promise<RequestVisit | undefined> =>
  findBy(dependencies, 'resolve_account_link', token);

async function findBy(dependencies: ApiDependencies, door: TokenDoor, token: string): Promise<RequestVisit | undefined> {
  if (!bearerForm.test(token)) return undefined;
  const found = await resolveToken(dependencies.pool, door, hashToken(token));
  if (found === undefined) return undefined;
  const { tenantId } = found;
  return withTenant(dependencies.pool, tenantId, async (db) => {
    const request = await findRequest(db, found.rowId);
    const [place, ...more] = request === undefined ? [] : await placesOf(db, request);
    if (request === undefined || place === undefined) return undefined;
    return {
      tenantId,
      tenantName: (await readTenant(db)).name,
      partner: place.partner,
      partnerTitle: partnerTitles[place.partner],
      help: helpOf(dependencies, place.partner),
      request,
      connectionId: place.connectionId,
      projectNames: [...new Set([place, ...more].map(({ projectName }) => projectName))],
    };
  });
}

async function placesOf(db: Db, { subject, connectionId }: AuthorizationRequest) {
  const memberKey = memberKeyOf(subject);
  if (memberKey !== undefined) return placesOfMember(db, memberKey);
  const connection = connectionId === null ? undefined : await findConnection(db, connectionId);
  if (connection === undefined || hasEnded(connection)) return [];
  return [{ connectionId: connection.connectionId, partner: connection.partner, projectName: connection.boundProjectName ?? '' }];
}
