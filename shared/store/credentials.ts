import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from './database.d.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

const purposes = ['procore-service', 'partner-login'] as const;
export type CredentialPurpose = (typeof purposes)[number];

const kinds = ['legacy', 'customer-app', 'dmsa', 'partner-login'] as const;
export type CredentialKind = (typeof kinds)[number];

/** A credential without its secret: fit to be shown. */
export interface ShownCredential {
  readonly credentialId: string;
  readonly connectionId: string;
  readonly purpose: CredentialPurpose;
  readonly kind: CredentialKind;
  /** What may be shown again: `{clientId}`, or `{region, tenant, email}`. */
  readonly shown: Readonly<Record<string, string>>;
  /** The secret's last four characters. */
  readonly lastFour: string;
  readonly createdAt: Date;
}

export interface SealedCredential extends ShownCredential {
  /** Sealed box made by the API; the worker re-wraps it on first use. */
  readonly sealed: Buffer;
}

export interface NewCredential extends Omit<SealedCredential, 'createdAt'> {
  readonly tenantId: string;
  readonly submittedBy: string;
}

const shownTexts = z.record(z.string(), z.string());

const fromRow = (row: Omit<Selectable<Database['credential']>, 'sealed'>): ShownCredential => ({
  credentialId: row.credential_id,
  connectionId: row.connection_id,
  purpose: wordOf(purposes, row.purpose),
  kind: wordOf(kinds, row.kind),
  shown: shownTexts.parse(row.shown),
  lastFour: row.last_four,
  createdAt: row.created_at,
});

/** Stores a credential as the newest of its purpose; the one before is superseded in the same transaction. */
export async function submitCredential(db: Db, given: NewCredential): Promise<void> {
  await db
    .updateTable('credential')
    .set({ superseded_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', given.connectionId)
    .where('purpose', '=', given.purpose)
    .where('superseded_at', 'is', null)
    .execute();
  await db
    .insertInto('credential')
    .values({
      tenant_id: given.tenantId,
      credential_id: given.credentialId,
      connection_id: given.connectionId,
      purpose: given.purpose,
      kind: given.kind,
      shown: JSON.stringify(given.shown),
      last_four: given.lastFour,
      sealed: given.sealed,
      submitted_by: given.submittedBy,
    })
    .execute();
}

/** The credential in force for a purpose, sealed. */
export async function currentCredential(
  db: Db,
  connectionId: string,
  purpose: CredentialPurpose,
): Promise<SealedCredential | undefined> {
  const row = await db
    .selectFrom('credential')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('purpose', '=', purpose)
    .where('superseded_at', 'is', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row && { ...fromRow(row), sealed: row.sealed };
}

/**
 * The credentials in force, without their secrets.
 *
 * @onlyTests
 */
export async function shownCredentials(db: Db, connectionId: string): Promise<readonly ShownCredential[]> {
  const rows = await db
    .selectFrom('credential')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('superseded_at', 'is', null)
    .orderBy('purpose')
    .execute();
  return rows.map((row) => fromRow(row));
}

/** A credential by its id, in force or not, without its secret. */
export async function findCredential(db: Db, credentialId: string): Promise<ShownCredential | undefined> {
  const row = await db.selectFrom('credential').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
  return row && fromRow(row);
}

/** Puts the worker's own envelope in place of the box it was made from; a no-op if another worker was first. */
export async function rewrapCredential(db: Db, credentialId: string, former: Buffer, sealed: Buffer): Promise<void> {
  await db
    .updateTable('credential')
    .set({ sealed })
    .where('credential_id', '=', credentialId)
    .where('sealed', '=', former)
    .execute();
}
