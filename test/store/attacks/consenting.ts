import { randomBytes } from 'node:crypto';
import { invitationLinks } from '../../../shared/security/invitation-links.ts';
import { requestOfOwner } from '../../../shared/store/people/asking.ts';
import { askForConsent, remindOfConsents } from '../../../shared/store/people/consent-asking.ts';
import {
  beginConsentRequest,
  connectionsThatAsk,
  findConsentRequest,
  moveConsentRequest,
  noteConsentMail,
  takeConsentReminders,
} from '../../../shared/store/people/consent-requests.ts';
import type { Attacks } from './attack.ts';

const using = { links: invitationLinks(randomBytes(32).toString('base64')), restoreEpoch: 'one' };
const kind = 'all-non-private';

/** Owners who are asked for what a setting waits for. */
export const onConsentRequests = {
  connectionsThatAsk: (db) => connectionsThatAsk(db),
  findConsentRequest: (db, { connectionId }) => findConsentRequest(db, { connectionId, kind }),
  beginConsentRequest: (db, { tenantId, connectionId, grants }) =>
    beginConsentRequest(db, { tenantId, connectionId, kind, grantId: grants.live, after: 1 }),
  moveConsentRequest: (db, { connectionId }) => moveConsentRequest(db, { connectionId, kind }, 'declined'),
  noteConsentMail: (db, { connectionId }) => noteConsentMail(db, { connectionId, kind, round: 1 }, 'attack'),
  takeConsentReminders: (db) => takeConsentReminders(db, [1, 3]),
  requestOfOwner: (db, { tenantId, connectionId }) => requestOfOwner(db, using, { tenantId, connectionId }),
  askForConsent: (db, { tenantId, connectionId, grants }) =>
    askForConsent(db, using, { tenantId, connectionId, boundProjectId: null, ownerGrantId: grants.live, stage: 'live' }, false),
  remindOfConsents: (db, { tenantId }) => remindOfConsents(db, using, tenantId, [1, 3]),
} satisfies Attacks;
