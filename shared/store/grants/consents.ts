import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type ConsentKind, consentKinds, consentOfOwner } from '../../domain/consents.ts';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { type GrantState, grantStates } from './grants.ts';

/**
 * What a person agreed to. It is in force unless it was withdrawn or the authorization it was given with was revoked; an owner's
 * consent only while they own the connection.
 */
export interface Consent {
  readonly consentId: string;
  readonly connectionId: string;
  readonly kind: ConsentKind;
  readonly grantId: string;
  readonly grantState: GrantState;
  readonly procoreUserId: string;
  readonly procoreName: string | null;
  readonly procoreLogin: string | null;
  readonly words: string;
  readonly agreedAt: Date;
  readonly withdrawnAt: Date | null;
  readonly withdrawnBy: string | null;
  /** When Procore last refused a read as this person. */
  readonly refusedAt: Date | null;
}

type Row = Selectable<Database['consent']> &
  Pick<Selectable<Database['person_grant']>, 'state' | 'procore_user_id' | 'procore_name' | 'procore_login'>;

const fromRow = (row: Row): Consent => ({
  consentId: row.consent_id,
  connectionId: row.connection_id,
  kind: wordOf(consentKinds, row.kind),
  grantId: row.grant_id,
  grantState: wordOf(grantStates, row.state),
  procoreUserId: row.procore_user_id,
  procoreName: row.procore_name,
  procoreLogin: row.procore_login,
  words: row.words,
  agreedAt: row.agreed_at,
  withdrawnAt: row.withdrawn_at,
  withdrawnBy: row.withdrawn_by,
  refusedAt: row.refused_at,
});

const consentsOf = (db: Db, connectionId: string) =>
  db
    .selectFrom('consent as c')
    .innerJoin('person_grant as g', (join) =>
      join.onRef('g.tenant_id', '=', 'c.tenant_id').onRef('g.grant_id', '=', 'c.grant_id'),
    )
    .selectAll('c')
    .select(['g.state', 'g.procore_user_id', 'g.procore_name', 'g.procore_login'])
    .where('c.connection_id', '=', connectionId);

const standingOf = (db: Db, connectionId: string) =>
  consentsOf(db, connectionId)
    .innerJoin('connection as n', (join) =>
      join.onRef('n.tenant_id', '=', 'c.tenant_id').onRef('n.connection_id', '=', 'c.connection_id'),
    )
    .where('c.withdrawn_at', 'is', null)
    .where('g.state', '<>', 'revoked')
    .where((where) => where.or([where('c.kind', '<>', consentOfOwner), where('c.grant_id', '=', where.ref('n.owner_grant_id'))]));

/** All consents ever given for a connection, newest first. */
export async function listConsents(db: Db, connectionId: string): Promise<readonly Consent[]> {
  const rows = await consentsOf(db, connectionId).orderBy('c.agreed_at', 'desc').orderBy('c.consent_id').execute();
  return rows.map(fromRow);
}

/** Whether the person who agreed is a known team member who has left this project. */
export const hasLeft = (consent: 'c' | 'k') => sql<boolean>`coalesce((
  SELECT bool_and(m.left_at IS NOT NULL) FROM member_account a JOIN team_member m ON m.tenant_id = a.tenant_id AND m.email_key = a.email_key
  WHERE a.grant_id = ${sql.ref(`${consent}.grant_id`)} AND m.connection_id = ${sql.ref(`${consent}.connection_id`)}), false)`;

/** Consents in force, oldest first; those of readers whom Procore refused come last, the longest ago first. */
export async function standingConsents(db: Db, connectionId: string, kind: ConsentKind): Promise<readonly Consent[]> {
  const rows = await standingOf(db, connectionId)
    .where('c.kind', '=', kind)
    .where(hasLeft('c'), '=', false)
    .orderBy('c.refused_at', (order) => order.asc().nullsFirst())
    .orderBy('c.agreed_at')
    .orderBy('c.consent_id')
    .execute();
  return rows.map(fromRow);
}

/** What one person agreed to and has not withdrawn, whether in force or not. */
export async function consentsOfPerson(
  db: Db,
  { connectionId, grantId }: Pick<Consent, 'connectionId' | 'grantId'>,
): Promise<readonly Consent[]> {
  const rows = await consentsOf(db, connectionId)
    .where('c.grant_id', '=', grantId)
    .where('c.withdrawn_at', 'is', null)
    .orderBy('c.kind')
    .execute();
  return rows.map(fromRow);
}

/** Kinds of consent in force: `reader` of anybody; those that settings wait for of the present owner. */
export async function consentsInForce(db: Db, connectionId: string): Promise<readonly ConsentKind[]> {
  const rows = await standingOf(db, connectionId).execute();
  const given = new Set(rows.map(({ kind }) => kind));
  return consentKinds.filter((kind) => given.has(kind));
}

export interface NewConsent extends Pick<Consent, 'consentId' | 'connectionId' | 'kind' | 'grantId' | 'words'> {
  readonly tenantId: string;
}

/** Stores once that a person agreed; returns whether it was new. */
export async function agree(db: Db, given: NewConsent): Promise<boolean> {
  const made = await db
    .insertInto('consent')
    .values({
      tenant_id: given.tenantId,
      consent_id: given.consentId,
      connection_id: given.connectionId,
      kind: given.kind,
      grant_id: given.grantId,
      words: given.words,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'kind', 'grant_id']).where('withdrawn_at', 'is', null).doNothing(),
    )
    .returning('consent_id')
    .executeTakeFirst();
  return made !== undefined;
}

/** Final: agreeing again makes a new consent. Returns false if it was withdrawn already. */
export async function withdrawConsent(
  db: Db,
  { connectionId, consentId, by }: { readonly connectionId: string; readonly consentId: string; readonly by: string },
): Promise<boolean> {
  const changed = await db
    .updateTable('consent')
    .set({ withdrawn_at: sql<Date>`clock_timestamp()`, withdrawn_by: by })
    .where('connection_id', '=', connectionId)
    .where('consent_id', '=', consentId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Procore refused a read as that person; others who agreed are preferred. */
export async function noteRefusedReader(db: Db, connectionId: string, grantId: string): Promise<void> {
  await db
    .updateTable('consent')
    .set({ refused_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'reader')
    .where('grant_id', '=', grantId)
    .where('withdrawn_at', 'is', null)
    .execute();
}
