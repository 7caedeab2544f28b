import { type Selectable, sql } from 'kysely';
import {
  type ConsentKind,
  type ConsentRequestState,
  consentKinds,
  consentRequestStates,
  consentRequestTransitions,
} from '../../domain/consents.ts';
import { endedStages } from '../connections/connections.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { remindersDue } from './mailed-link-times.ts';

/** A request for a consent to the owner of a connection; states and transitions in `shared/domain/consents.ts`. */
export interface ConsentRequest {
  readonly connectionId: string;
  readonly kind: ConsentKind;
  /** The grant of the owner who is asked. */
  readonly grantId: string;
  readonly state: ConsentRequestState;
  readonly round: number;
  readonly askedAt: Date;
  /** When the mail server took this round's mail; null: not yet. */
  readonly sentAt: Date | null;
  /** The mail server's words, if it refused the address. */
  readonly bounce: string | null;
}

const fromRow = (row: Selectable<Database['consent_request']>): ConsentRequest => ({
  connectionId: row.connection_id,
  kind: wordOf(consentKinds, row.kind),
  grantId: row.grant_id,
  state: wordOf(consentRequestStates, row.state),
  round: row.round,
  askedAt: row.asked_at,
  sentAt: row.sent_at,
  bounce: row.bounce,
});

type Which = Pick<ConsentRequest, 'connectionId' | 'kind'>;

export async function findConsentRequest(db: Db, { connectionId, kind }: Which): Promise<ConsentRequest | undefined> {
  const row = await db
    .selectFrom('consent_request')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Connections whose settings may need their owner's consent, and those with a request that has not ended. */
export async function connectionsThatAsk(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('connection as c')
    .leftJoin('consent_request as r', (join) =>
      join.onRef('r.tenant_id', '=', 'c.tenant_id').onRef('r.connection_id', '=', 'c.connection_id'),
    )
    .select('c.connection_id')
    .distinct()
    .where((where) =>
      where.or([
        where('r.state', '<>', 'ended' satisfies ConsentRequestState),
        where.and([where('c.owner_grant_id', 'is not', null), where('c.stage', 'not in', [...endedStages])]),
      ]),
    )
    .execute();
  return rows.map(({ connection_id: connectionId }) => connectionId);
}

/** Asks the owner, first or again after round `after` (0: none). Returns the round; undefined if a concurrent call asks. */
export async function beginConsentRequest(
  db: Db,
  { tenantId, connectionId, kind, grantId, after }: Which & Pick<ConsentRequest, 'grantId'> & { tenantId: string; after: number },
): Promise<number | undefined> {
  const row = await db
    .insertInto('consent_request')
    .values({ tenant_id: tenantId, connection_id: connectionId, kind, grant_id: grantId })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id', 'kind'])
        .doUpdateSet({
          grant_id: grantId,
          state: 'asked',
          round: after + 1,
          asked_at: sql<Date>`clock_timestamp()`,
          sent_at: null,
          bounce: null,
          reminders: 0,
        })
        .where('consent_request.round', '=', after),
    )
    .returning('round')
    .executeTakeFirst();
  return row?.round;
}

/** Returns whether the state changed; false if the transition is not allowed. */
export async function moveConsentRequest(db: Db, { connectionId, kind }: Which, state: ConsentRequestState): Promise<boolean> {
  const before = consentRequestStates.filter((from) => from !== state && consentRequestTransitions[from].includes(state));
  const changed = await db
    .updateTable('consent_request')
    .set({ state })
    .where('connection_id', '=', connectionId)
    .where('kind', '=', kind)
    .where('state', 'in', before)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Records the outcome of a round's mail. `bounce`: the mail server's words if it refused the address, else null. */
export async function noteConsentMail(
  db: Db,
  { connectionId, kind, round }: Which & Pick<ConsentRequest, 'round'>,
  bounce: string | null,
): Promise<void> {
  await db
    .updateTable('consent_request')
    .set(bounce === null ? { sent_at: sql<Date>`coalesce(sent_at, clock_timestamp())` } : { bounce })
    .where('connection_id', '=', connectionId)
    .where('kind', '=', kind)
    .where('round', '=', round)
    .execute();
}

export interface DueConsentReminder extends Which, Pick<ConsentRequest, 'round'> {
  /** Counts from 1. */
  readonly reminder: number;
}

/** Takes the reminders due to owners who have not answered. If several are due, only the last is sent; the others are skipped. */
export async function takeConsentReminders(db: Db, days: readonly number[]): Promise<readonly DueConsentReminder[]> {
  const due = remindersDue(days);
  const rows = await db
    .updateTable('consent_request')
    .set({ reminders: due })
    .where('state', '=', 'asked')
    .where('bounce', 'is', null)
    .where(sql<boolean>`reminders < ${due}`)
    .returning(['connection_id', 'kind', 'round', 'reminders'])
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    kind: wordOf(consentKinds, row.kind),
    round: row.round,
    reminder: row.reminders,
  }));
}
