import { type Expression, type Selectable, type SqlBool, sql, type UpdateObject } from 'kysely';
import { isOpen, type LinkMachine, type LinkState, statesBefore } from '../../domain/mailed-links.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/**
 * Operations on every mailed link, whatever its purpose; states and transitions in `shared/domain/mailed-links.ts`. Timed
 * changes: `mailed-link-times.ts`. What is specific to invitations and to requests to authorize: `invitations.ts` and
 * `authorization-requests.ts`, each declaring its kind (`ofInvitation`, `ofRequest`).
 */
type LinkRows =
  | { readonly table: 'invitation'; readonly id: 'invitation_id' }
  | { readonly table: 'authorization_request'; readonly id: 'request_id' };
type LinkTable = LinkRows['table'];

/** A kind of mailed link: where its rows are, and what is specific to it. */
export type LinkKind<Own extends string = string> = LinkRows & {
  readonly machine: LinkMachine<Own>;
  /** The state of a link that was used. */
  readonly used: Own;
  /** Whether a row still waits for a person to come. */
  readonly isAwaited: Expression<SqlBool>;
};

/** What every mailed link has. */
export interface MailedLink<Own extends string = string> {
  readonly state: LinkState | Own;
  /** Incremented by mailing again: the links of older generations are void. */
  readonly generation: number;
  readonly linkHash: Buffer;
  /** If it differs from ours, the database was restored and the link is void. */
  readonly restoreEpoch: string;
  readonly remindersStopped: boolean;
  /** The mail server's words, if it refused the address. */
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

/** The link of one generation, whose life begins when it is stored. */
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

/** An update of one link to a state that its present state allows; sets `ended_at` if the new state is not an open one. */
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

/** Returns whether the state changed; false if the transition is not allowed. */
export async function moveLink<Own extends string>(
  db: Db,
  kind: LinkKind<Own>,
  linkId: string,
  state: LinkState | NoInfer<Own>,
): Promise<boolean> {
  const changed = await goingTo(db, kind, linkId, state).executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The mail server took the mail of this generation. Returns whether that was new. */
export async function markSent(db: Db, { table, id }: LinkKind, linkId: string, generation: number): Promise<boolean> {
  const changed = await db
    .updateTable(table)
    .set({ sent_at: now, state: sql<string>`CASE WHEN state = 'created' THEN 'sent' ELSE state END` })
    .where(id, '=', linkId)
    .where('generation', '=', generation)
    .where('sent_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The address was refused for good; `words` are the server's. Returns whether the link bounced by that. */
export async function markBounced(db: Db, kind: LinkKind, linkId: string, generation: number, words: string): Promise<boolean> {
  const bouncing = goingTo(db, kind, linkId, 'bounced').set({ bounce: words }).where('generation', '=', generation);
  return (await bouncing.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Somebody pressed a button on its page; the link stays valid. Returns whether it was the first press: only that counts. */
export async function markOpened(db: Db, kind: LinkKind, linkId: string): Promise<boolean> {
  const changed = await goingTo(db, kind, linkId, 'opened').set({ opened_at: now }).executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The person wants no more reminders of it. */
export async function stopReminders(db: Db, { table, id }: LinkKind, linkId: string): Promise<void> {
  await db.updateTable(table).set({ reminders_stopped_at: now }).where(id, '=', linkId).execute();
}

export interface NextGeneration extends NewLink {
  /** The generation that was read: two concurrent attempts to mail again make one mail. */
  readonly generation: number;
}

/**
 * Starts another generation, whose link is the only valid one. `own`: columns of its kind to reset with it. False if it was
 * mailed again meanwhile, or has ended for good.
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
 * Binds the sign-in that was begun from its page to the link, replacing `before`. Returns the id of the sign-in that counts: a
 * concurrent press may have been first. Undefined if the link has ended.
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

/** Whether a sign-in came by a link of this kind, and whether that is open. Locks the link against a withdrawal meanwhile. */
export async function standingOfLink(db: Db, { table, machine }: LinkKind, signInId: string): Promise<'none' | 'open' | 'ended'> {
  const row = await db.selectFrom(table).select('state').where('sign_in_id', '=', signInId).forUpdate().executeTakeFirst();
  if (row === undefined) return 'none';
  return isOpen(machine, row.state) ? 'open' : 'ended';
}

/**
 * Marks the link used whose sign-in binds a Procore identity, and voids it; `own`: columns of its kind to set. Runs in the
 * transaction that binds. Returns the link's id; undefined if the sign-in came by no open link.
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
