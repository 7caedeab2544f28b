import { attachGrant } from '../../../shared/store/authorizations.ts';
import { bindProject } from '../../../shared/store/companies.ts';
import { listOffers, storeOffers } from '../../../shared/store/offered-projects.ts';
import { decideResponse, listResponses, storeResponses } from '../../../shared/store/response-mappings.ts';
import { authorizingSignIns } from '../../../shared/store/sign-ins.ts';
import { listTeam, noteAsked, noteAuthorized, storeTeam } from '../../../shared/store/team.ts';
import type { Attacks } from './attack.ts';

/** Whose people sign in themselves: what they may choose, who they are, what they authorized. */
export const onPeople = {
  listOffers: (db, { connectionId }) => listOffers(db, connectionId),
  storeOffers: (db, { tenantId, connectionId }) => storeOffers(db, tenantId, connectionId, []),
  listTeam: (db, { connectionId }) => listTeam(db, connectionId),
  storeTeam: (db, { tenantId, connectionId }) => storeTeam(db, tenantId, connectionId, []),
  noteAsked: (db, { tenantId, mark }) => noteAsked(db, tenantId, mark),
  noteAuthorized: (db, { tenantId, mark, grants }) => noteAuthorized(db, tenantId, mark, grants.refreshing),
  listResponses: (db, { connectionId }) => listResponses(db, connectionId),
  storeResponses: (db, { tenantId, connectionId }) => storeResponses(db, tenantId, connectionId, []),
  decideResponse: (db, { connectionId, mark }) =>
    decideResponse(db, connectionId, { responseId: mark, name: null, decidedBy: 'attack' }),
  attachGrant: (db, { tenantId, signIns, grants }) => attachGrant(db, tenantId, signIns.authorized, grants.refreshing),
  authorizingSignIns: (db, { connectionId }) => authorizingSignIns(db, connectionId),
  bindProject: (db, { connectionId, mark }) =>
    bindProject(db, {
      connectionId,
      companyId: mark,
      companyName: mark,
      projectId: mark,
      projectName: mark,
      owner: { id: mark, name: mark },
      boundBy: mark,
    }),
} satisfies Attacks;
