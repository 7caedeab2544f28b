import { ofRequest } from '../../../shared/store/people/authorization-requests.ts';
import { ofInvitation } from '../../../shared/store/people/invitations.ts';
import { expireLinks, takeReminders } from '../../../shared/store/people/mailed-link-times.ts';
import {
  bindSignIn,
  type LinkKind,
  markBounced,
  markOpened,
  markSent,
  markUsed,
  moveLink,
  nextGeneration,
  standingOfLink,
  stopReminders,
} from '../../../shared/store/people/mailed-links.ts';
import type { Attacks } from './attack.ts';
import type { Ids } from './world.ts';

/** Where the rows of a kind are found: one that was created, one that was sent, and the sign-in that came by the latter. */
interface Rows {
  readonly created: string;
  readonly sent: string;
  readonly signInId: string;
}

const next = { generation: 1, linkHash: Buffer.from('attack'), restoreEpoch: 'one', lifeMs: 60_000 };

const on = (kind: LinkKind, rows: (ids: Ids) => Rows): Attacks => ({
  moveLink: (db, ids) => moveLink(db, kind, rows(ids).sent, 'opened'),
  markSent: (db, ids) => markSent(db, kind, rows(ids).created, 1),
  markBounced: (db, ids) => markBounced(db, kind, rows(ids).created, 1, 'attack'),
  markOpened: (db, ids) => markOpened(db, kind, rows(ids).sent),
  stopReminders: (db, ids) => stopReminders(db, kind, rows(ids).sent),
  nextGeneration: (db, ids) => nextGeneration(db, kind, rows(ids).sent, next, {}),
  bindSignIn: (db, ids) => bindSignIn(db, kind, rows(ids).created, { signInId: ids.signIns.offered, before: null }),
  standingOfLink: (db, ids) => standingOfLink(db, kind, rows(ids).signInId),
  markUsed: (db, ids) => markUsed(db, kind, rows(ids).signInId),
  takeReminders: (db) => takeReminders(db, kind, [1, 3], 'one'),
  expireLinks: (db) => expireLinks(db, kind),
});

const named = (kind: string, attacks: Attacks): Attacks =>
  Object.fromEntries(Object.entries(attacks).map(([name, attack]) => [`${name} ${kind}`, attack]));

/** What is done to mailed links of every kind, by ids. */
export const onMailedLinks: Attacks = {
  ...named(
    'of an invitation',
    on(ofInvitation, ({ invitations, signIns }) => ({ ...invitations, signInId: signIns.confirmed })),
  ),
  ...named(
    'of a request',
    on(ofRequest, ({ requests, signIns }) => ({ ...requests, signInId: signIns.authorized })),
  ),
};
