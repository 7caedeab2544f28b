import { randomUUID } from 'node:crypto';
import { takeUpHistory } from '../../../shared/store/connections/history.ts';
import { connectedElsewhere } from '../../../shared/store/connections/offered-projects.ts';
import {
  agree,
  consentsInForce,
  consentsOfPerson,
  listConsents,
  noteRefusedReader,
  standingConsents,
  withdrawConsent,
} from '../../../shared/store/grants/consents.ts';
import {
  chooseReader,
  findTurn,
  markOwnerAsked,
  noteTurn,
  ownerLacksAccess,
  ownersToAsk,
} from '../../../shared/store/grants/reading.ts';
import type { Attacks } from './attack.ts';

/** What people agreed to, as whom a connection is read, and what an earlier connection has left. */
export const onReading = {
  listConsents: (db, { connectionId }) => listConsents(db, connectionId),
  standingConsents: (db, { connectionId }) => standingConsents(db, connectionId, 'reader'),
  consentsOfPerson: (db, { connectionId, grants }) => consentsOfPerson(db, { connectionId, grantId: grants.live }),
  consentsInForce: (db, { connectionId }) => consentsInForce(db, connectionId),
  agree: (db, { tenantId, connectionId, grants }) =>
    agree(db, {
      tenantId,
      consentId: randomUUID(),
      connectionId,
      kind: 'all-non-private',
      grantId: grants.live,
      words: 'attack',
    }),
  withdrawConsent: (db, { connectionId, consentId }) => withdrawConsent(db, { connectionId, consentId, by: 'attack' }),
  noteRefusedReader: (db, { connectionId, grants }) => noteRefusedReader(db, connectionId, grants.live),
  chooseReader: (db, { connectionId, grants }) => chooseReader(db, { connectionId, ownerGrantId: grants.lapsed }),
  ownerLacksAccess: (db, { connectionId }) => ownerLacksAccess(db, connectionId),
  noteTurn: (db, { tenantId, connectionId }) => noteTurn(db, { tenantId, connectionId }, { grant: null, why: 'no-access' }),
  findTurn: (db, { connectionId }) => findTurn(db, connectionId),
  ownersToAsk: (db) => ownersToAsk(db, 100),
  markOwnerAsked: (db, { connectionId }) => markOwnerAsked(db, connectionId),
  connectedElsewhere: (db, { formerConnectionId }) => connectedElsewhere(db, formerConnectionId),
  takeUpHistory: (db, { takingConnectionId, mark }) =>
    takeUpHistory(db, { connectionId: takingConnectionId, partnerProjectId: mark }),
} satisfies Attacks;
