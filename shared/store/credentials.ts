import { sql } from 'kysely';
import type { Db } from './tenancy.ts';

export type CredentialPurpose = 'procore-service' | 'partner-login';
export type CredentialKind = 'legacy' | 'customer-app' | 'dmsa' | 'partner-login';

export interface NewCredential {
  readonly tenantId: string;
  readonly credentialId: string;
  readonly connectionId: string;
  readonly purpose: CredentialPurpose;
  readonly kind: CredentialKind;
  /** What may be shown again: `{clientId}`, or `{region, tenant, email}`. */
  readonly shown: Readonly<Record<string, string>>;
  /** The secret's last four characters. */
  readonly lastFour: string;
  /** Sealed box made by the API; the worker re-wraps it on first use. */
  readonly sealed: Buffer;
  readonly submittedBy: string;
}

/** A credential without its secret: fit to be shown. */
export interface ShownCredential {
  readonly credentialId: string;
  readonly connectionId: string;
  readonly purpose: CredentialPurpose;
  readonly kind: CredentialKind;
  readonly shown: Readonly<Record<string, string>>;
  readonly lastFour: string;
  readonly createdAt: Date;
}

export interface SealedCredential extends ShownCredential {
  readonly sealed: Buffer;
}

const columns = [
  'credential_id as credentialId',
  'connection_id as connectionId',
  'purpose',
  'kind',
  'shown',
  'last_four as lastFour',
  'created_at as createdAt',
] as const;

interface ShownRow extends Omit<ShownCredential, 'purpose' | 'kind' | 'shown'> {
  readonly purpose: string;
  readonly kind: string;
  readonly shown: unknown;
}

// The table's CHECK constraints and the typed insert below keep these words and texts.
const fromRow = <Row extends ShownRow>(row: Row) =>
  ({ ...row }) as Omit<Row, 'purpose' | 'kind' | 'shown'> & Pick<ShownCredential, 'purpose' | 'kind' | 'shown'>;

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
    .select([...columns, 'sealed'])
    .where('connection_id', '=', connectionId)
    .where('purpose', '=', purpose)
    .where('superseded_at', 'is', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The credentials in force, without their secrets. */
export async function shownCredentials(db: Db, connectionId: string): Promise<readonly ShownCredential[]> {
  const rows = await db
    .selectFrom('credential')
    .select(columns)
    .where('connection_id', '=', connectionId)
    .where('superseded_at', 'is', null)
    .orderBy('purpose')
    .execute();
  return rows.map(fromRow);
}

/** Whether a credential belongs to the connection and is in force. */
export async function isCurrentCredential(db: Db, connectionId: string, credentialId: string): Promise<boolean> {
  const row = await db
    .selectFrom('credential')
    .select('credential_id')
    .where('credential_id', '=', credentialId)
    .where('connection_id', '=', connectionId)
    .where('superseded_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
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
