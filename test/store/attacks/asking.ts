import { randomBytes } from 'node:crypto';
import { invitationLinks } from '../../../shared/security/invitation-links.ts';
import { endIdleAuthorizations, isServing, servedBy } from '../../../shared/store/grants/grant-uses.ts';
import { askOnce, askOnceMore } from '../../../shared/store/people/asking.ts';
import {
  askAgain,
  beginRequest,
  endRequestLink,
  findRequest,
  requestOf,
} from '../../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../../shared/store/people/authorizations.ts';
import { listResponders, membersToReturn, placesOfMember } from '../../../shared/store/people/responders.ts';
import type { Attacks } from './attack.ts';

const using = { links: invitationLinks(randomBytes(32).toString('base64')), restoreEpoch: 'one' };
const link = { linkHash: Buffer.from('attack'), restoreEpoch: 'one', lifeMs: 60_000 };

/** Who is asked to authorize Procore for themselves, and what their authorization serves. */
export const onRequests = {
  beginRequest: (db, { tenantId, requests, mark }) =>
    beginRequest(db, {
      ...link,
      tenantId,
      requestId: requests.created.replace(/^./, '0'),
      subject: memberSubject(`attack-${mark}`),
      connectionId: null,
      cause: 'asked',
      accountHash: Buffer.from('attack too'),
    }),
  findRequest: (db, { requests }) => findRequest(db, requests.sent),
  requestOf: (db, { mark }) => requestOf(db, { subject: memberSubject(mark), connectionId: null }),
  askAgain: (db, { requests }) => askAgain(db, requests.sent, 'asked', { ...link, generation: 1 }),
  askOnce: (db, { tenantId, mark }) => askOnce(db, using, { tenantId, emailKey: `new-${mark}` }, 'asked'),
  askOnceMore: (db, { tenantId, mark }) => askOnceMore(db, using, { tenantId, emailKey: mark }, 'asked'),
  endRequestLink: (db, { mark }) => endRequestLink(db, memberSubject(mark)),

  placesOfMember: (db, { mark }) => placesOfMember(db, mark),
  membersToReturn: (db, { mark }) => membersToReturn(db, `lapsed-${mark}`),
  listResponders: (db, { connectionId }) => listResponders(db, connectionId),
  servedBy: (db, { grants }) => servedBy(db, grants.live),
  isServing: async (db, { grants }) => ((await isServing(db, grants.live)) ? ['it serves'] : []),
  endIdleAuthorizations: (db) => endIdleAuthorizations(db),
} satisfies Attacks;
