import { type Expression, type Selectable, type SqlBool, sql, type UpdateObject } from 'kysely';
import { isOpen, type LinkMachine, type LinkState, statesBefore } from '../../domain/mailed-links.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/**
 * What is done to every mailed link, whatever it is for; states and transitions in `shared/domain/mailed-links.ts`. What happens to it by
 * itself: `mailed-link-times.ts`. What is special of an invitation, and of a request to authorize: `invitations.ts` and
 * `authorization-requests.ts`, each with the declaration of its kind (`ofInvitation`, `ofRequest`).
 */
type LinkRows =
  | { readonly table: 'invitation'; readonly id: 'invitation_id' }
  | { readonly table: 'authorization_request'; readonly id: 'request_id' };
type LinkTable = LinkRows['table'];

/** A kind of mailed link: where its rows are, and what it has of its own. */
export type LinkKind<Own extends string = string> = LinkRows & {
  readonly machine: LinkMachine<Own>;
  /** The state of a link that was used. */
  readonly used: Own;
  /** Of a row: whether anybody is waited for by it still. */
  readonly isAwaited: Expression<SqlBool>;
};

/** What every one of them has. */
export interface MailedLink<Own extends string = string> {
  readonly state: LinkState | Own;
  /** Raised by mailing again: the link of an older one is void. */
  readonly generation: number;
  readonly linkHash: Buffer;
  /** Where it differs from ours, the database was restored and the link is void. */
  readonly restoreEpoch: string;
  readonly remindersStopped: boolean;
  /** The mail server's words, where it refused the address. */
  readonly bounce: string | null;
  /** The sign-in that was begun from its page. */
  readonly signInId: string | null;
  readonly sentAt: Date | null;
  readonly openedAt: Date | null;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}

export const linkFromRow = <Own extends string>(
  { machine }: LinkKind<Own>,
  row: Selectable<Database[LinkTable]>,
): MailedLink<Own> => ({
  state: wordOf(machine.states, row.state),
  generation: row.generation,
  linkHash: row.link_hash,
  restoreEpoch: row.restore_epoch,
  remindersStopped: row.reminders_stopped_at !== null,
  bounce: row.bounce,
  signInId: row.sign_in_id,
  sentAt: row.sent_at,
  openedAt: row.opened_at,
  endedAt: row.ended_at,
  expiresAt: row.expires_at,
});

/** The link of one generation, which begins to live now. */
export interface NewLink {
  readonly linkHash: Buffer;
  readonly restoreEpoch: string;
  readonly lifeMs: number;
}

const now = sql<Date>`clock_timestamp()`;

export const newLinkColumns = ({ linkHash, restoreEpoch, lifeMs }: NewLink) => ({
  link_hash: linkHash,
  restore_epoch: restoreEpoch,
  expires_at: sql<Date>`clock_timestamp() + ${lifeMs} * interval '1 millisecond'`,
});

/** An update of one link that may go to that state from where it stands; what goes where no link lets a person in has ended. */
const goingTo = <Own extends string>(
  db: Db,
  { table, id, machine }: LinkKind<Own>,
  linkId: string,
  state: LinkState | NoInfer<Own>,
) =>
  db
    .updateTable(table)
    .set({ state, ...(!isOpen(machine, state) && { ended_at: now }) })
    .where(id, '=', linkId)
    .where('state', 'in', [...statesBefore(machine, state)]);

/** Whether it went there; not from where it may not. */
export async function moveLink<Own extends string>(
  db: Db,
  kind: LinkKind<Own>,
  linkId: string,
  state: LinkState | NoInfer<Own>,
): Promise<boolean> {
  const changed = await goingTo(db, kind, linkId, state).executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The mail server took the mail of this generation. */
export async function markSent(db: Db, { table, id }: LinkKind, linkId: string, generation: number): Promise<void> {
  await db
    .updateTable(table)
    .set({ sent_at: now, state: sql<string>`CASE WHEN state = 'created' THEN 'sent' ELSE state END` })
    .where(id, '=', linkId)
    .where('generation', '=', generation)
    .where('sent_at', 'is', null)
    .execute();
}

/** The address was refused for good; `words` are the server's. */
export async function markBounced(db: Db, kind: LinkKind, linkId: string, generation: number, words: string): Promise<void> {
  await goingTo(db, kind, linkId, 'bounced').set({ bounce: words }).where('generation', '=', generation).execute();
}

/** Somebody pressed a button on its page. Counts once; the link stays good. */
export async function markOpened(db: Db, kind: LinkKind, linkId: string): Promise<void> {
  await goingTo(db, kind, linkId, 'opened').set({ opened_at: now }).execute();
}

/** The person wants no more reminders of it. */
export async function stopReminders(db: Db, { table, id }: LinkKind, linkId: string): Promise<void> {
  await db.updateTable(table).set({ reminders_stopped_at: now }).where(id, '=', linkId).execute();
}

export interface NextGeneration extends NewLink {
  /** The generation that was seen: two who mail again at once make one mail. */
  readonly generation: number;
}

/**
 * Another generation, whose link alone is good from now on; `own`: columns of its kind that begin anew with it. False: it was mailed again
 * meanwhile, or has ended for good.
 */
export async function nextGeneration(
  db: Db,
  kind: LinkKind,
  linkId: string,
  { generation, ...link }: NextGeneration,
  own: UpdateObject<Database, LinkTable>,
): Promise<boolean> {
  const changed = await goingTo(db, kind, linkId, 'created')
    .set(newLinkColumns(link))
    .set({ generation: generation + 1, reminders: 0, bounce: null, sent_at: null, opened_at: null, ended_at: null })
    .set(own)
    .where('generation', '=', generation)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/**
 * Ties the sign-in that was begun from its page to it, in the place of `before`. Answers whose sign-in counts: another press may have been
 * first. Undefined: it has ended.
 */
export async function bindSignIn(
  db: Db,
  { table, id, machine }: LinkKind,
  linkId: string,
  signIn: { readonly signInId: string; readonly before: string | null },
): Promise<string | undefined> {
  const row = await db
    .updateTable(table)
    .set((set) => ({
      sign_in_id: set
        .case()
        .when('sign_in_id', 'is not distinct from', signIn.before)
        .then(signIn.signInId)
        .else(set.ref('sign_in_id'))
        .end(),
    }))
    .where(id, '=', linkId)
    .where('state', 'in', [...machine.open])
    .returning('sign_in_id')
    .executeTakeFirst();
  return row?.sign_in_id ?? undefined;
}

/** Whether a sign-in came by a link of this kind, and that one still stands. Locks it, so that nobody takes it back meanwhile. */
export async function standingOfLink(db: Db, { table, machine }: LinkKind, signInId: string): Promise<'none' | 'open' | 'ended'> {
  const row = await db.selectFrom(table).select('state').where('sign_in_id', '=', signInId).forUpdate().executeTakeFirst();
  if (row === undefined) return 'none';
  return isOpen(machine, row.state) ? 'open' : 'ended';
}

/**
 * A Procore identity is bound by the sign-in of this link, which is void from now on; `own`: columns of its kind that tell of it. In the unit
 * of work that binds. Answers the link's id; undefined: the sign-in came by no open one.
 */
export async function markUsed(
  db: Db,
  { table, id, machine, used }: LinkKind,
  signInId: string,
  own: UpdateObject<Database, LinkTable> = {},
): Promise<string | undefined> {
  const row = await db
    .updateTable(table)
    .set({ state: used, ended_at: now, link_hash: sql<Buffer>`sha256(link_hash)` })
    .set(own)
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', [...statesBefore(machine, used)])
    .returning((row) => row.ref(id).as('linkId'))
    .executeTakeFirst();
  return row?.linkId;
}
