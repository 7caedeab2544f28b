import { openCauses } from '../../../shared/store/attention-view.ts';
import { bindProject } from '../../../shared/store/connections/companies.ts';
import { listOffers, storeOffers } from '../../../shared/store/connections/offered-projects.ts';
import {
  decideResponse,
  formerResponses,
  listResponses,
  storeResponses,
} from '../../../shared/store/connections/response-mappings.ts';
import { authorizingSignIns } from '../../../shared/store/grants/sign-ins.ts';
import { needsAcceptance, showAcceptance } from '../../../shared/store/people/acceptances.ts';
import {
  acceptOwner,
  attachGrant,
  contractorSubject,
  nameOwner,
  proposedOwner,
  takeUpAgain,
} from '../../../shared/store/people/authorizations.ts';
import { membersOf } from '../../../shared/store/people/members.ts';
import {
  eraseOwnerAddresses,
  needOwnAddress,
  ownerAddress,
  storeOwnerAddress,
  useInvitedAddress,
} from '../../../shared/store/people/owner-addresses.ts';
import { readAgainBy } from '../../../shared/store/people/returning-owners.ts';
import { endUse, listTeam, noteAuthorized, releaseAccount, storeAccess, storeTeam } from '../../../shared/store/people/team.ts';
import { doubtAbout } from '../../../shared/store/people/whose-account.ts';
import { backfillStandings } from '../../../shared/store/projects/backfill-progress.ts';
import { findSurvey, storeSurvey } from '../../../shared/store/projects/backfill-surveys.ts';
import { openRecords, streamCounts } from '../../../shared/store/records/open-records.ts';
import type { Attacks } from './attack.ts';
import { offerOf } from './people-rows.ts';
import { stream } from './world.ts';

const member = { name: 'attack', email: 'attack', emailKey: 'attack', returns: false };
const response = { name: 'attack', considered: null, state: 'none', partnerName: null, decidedBy: 'attack' } as const;

/** A connection whose people sign in themselves: what they may choose, who authorized what, what responses mean. */
export const onPeople = {
  listOffers: (db, { connectionId }) => listOffers(db, connectionId),
  storeOffers: (db, ids) => storeOffers(db, ids.tenantId, ids.connectionId, [{ ...offerOf(ids), projectName: 'attack' }]),
  membersOf: (db, { connectionId }) => membersOf(db, connectionId).execute(),
  listTeam: (db, { connectionId }) => listTeam(db, connectionId),
  storeTeam: (db, { tenantId, connectionId, mark }) => storeTeam(db, tenantId, connectionId, [{ memberId: mark, ...member }]),
  storeAccess: (db, { connectionId, mark }) => storeAccess(db, connectionId, mark, { rfis: 'Admin', submittals: 'Admin' }),
  noteAuthorized: (db, { tenantId, mark, grants }) => noteAuthorized(db, tenantId, mark, grants.refreshing),
  endUse: (db, { mark }) => endUse(db, mark),
  releaseAccount: (db, { mark }) => releaseAccount(db, mark),
  doubtAbout: (db, { mark, signIns }) =>
    doubtAbout(db, { emailKey: mark, signInId: signIns.exchanged }, { procoreUserId: 'attack', procoreLogin: null }),
  proposedOwner: (db, { connectionId, grants }) =>
    proposedOwner(db, { connectionId, ownerGrantId: grants.lapsed, proposedOwnerGrantId: grants.live }),
  needsAcceptance: (db, { connectionId, grants, mark }) =>
    needsAcceptance(db, {
      connectionId,
      stage: 'live',
      boundProjectId: mark,
      ownerGrantId: grants.lapsed,
      proposedOwnerGrantId: grants.live,
    }),
  showAcceptance: (db, { connectionId }) => showAcceptance(db, connectionId),
  nameOwner: (db, { connectionId, grants, mark }) =>
    nameOwner(db, { connectionId, ownerGrantId: grants.live }, { id: mark, name: 'Mallory' }),
  acceptOwner: (db, { tenantId, connectionId, grants, mark }) =>
    acceptOwner(
      db,
      {
        tenantId,
        connectionId,
        ownerGrantId: grants.lapsed,
        proposedOwnerGrantId: grants.live,
        boundCompanyId: mark,
        boundProjectId: null,
      },
      { companyId: mark, procoreUserId: mark },
    ),
  storeOwnerAddress: (db, { tenantId, connectionId, mark }) =>
    storeOwnerAddress(db, { tenantId, connectionId }, { procoreUserId: mark, sealedAddress: Buffer.from('attack') }),
  needOwnAddress: (db, { tenantId, connectionId, mark }) => needOwnAddress(db, { tenantId, connectionId }, `other-${mark}`),
  useInvitedAddress: (db, { connectionId, mark }) => useInvitedAddress(db, connectionId, `nowhere-${mark}`),
  eraseOwnerAddresses: (db) => eraseOwnerAddresses(db),
  ownerAddress: (db, { connectionId, grants }) => ownerAddress(db, { connectionId, ownerGrantId: grants.live }),
  attachGrant: (db, { tenantId, signIns, grants }) => attachGrant(db, tenantId, signIns.authorized, grants.live),
  takeUpAgain: (db, { takingConnectionId, grants }) => takeUpAgain(db, [takingConnectionId], grants.lapsed),
  readAgainBy: (db, { connectionId, mark }) =>
    readAgainBy(db, { connectionId, subject: contractorSubject, procoreUserId: `lapsed-${mark}` }),
  authorizingSignIns: (db, { connectionId }) => authorizingSignIns(db, connectionId),
  bindProject: (db, { connectionId, companyId, procoreProjectId }) =>
    bindProject(db, {
      connectionId,
      companyId,
      companyName: 'attack',
      projectId: procoreProjectId,
      projectName: 'attack',
      owner: { id: 'attack', name: 'attack' },
      boundBy: 'attack',
    }),
  storeSurvey: (db, { tenantId, connectionId, mark }) =>
    storeSurvey(db, tenantId, connectionId, { survey: { rfis: null, submittals: null }, budgetKey: mark }),
  backfillStandings: (db, { connectionId }) => backfillStandings(db, connectionId),
  openCauses: (db, { connectionId }) => openCauses(db, connectionId, 10),
  openRecords: (db, { projectLinkId }) => openRecords(db, projectLinkId, { streams: [stream], after: undefined, limit: 10 }),
  streamCounts: (db, { projectLinkId }) => streamCounts(db, projectLinkId),
  findSurvey: (db, { connectionId }) => findSurvey(db, connectionId),
  listResponses: (db, { connectionId }) => listResponses(db, connectionId),
  formerResponses: (db, { connectionId }) => formerResponses(db, connectionId),
  storeResponses: (db, { tenantId, connectionId, mark }) =>
    storeResponses(db, tenantId, connectionId, [{ responseId: mark, ...response }]),
  decideResponse: (db, { connectionId, mark }) =>
    decideResponse(db, connectionId, { responseId: mark, name: null, decidedBy: 'attack' }),
} satisfies Attacks;
