import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import {
  type CredentialPurpose,
  type CredentialState,
  credentialPurposes,
  credentialSources,
  credentialStates,
  serviceKinds,
} from '../../domain/credentials.ts';
import { type StuckOutcome, stuckOfRow } from '../../domain/steps.ts';
import type { Database } from '../database.d.ts';
import { jsonb } from '../json.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { lockConnection } from './connections.ts';
import { findStep } from './steps.ts';

const kinds = [...serviceKinds, 'partner-login'] as const;
export type CredentialKind = (typeof kinds)[number];

/** A credential without its secret: safe to show. */
export interface ShownCredential {
  readonly credentialId: string;
  readonly connectionId: string;
  readonly purpose: CredentialPurpose;
  readonly kind: CredentialKind;
  /** What may be shown again: `{clientId}`, or `{region, tenant, email}`. */
  readonly shown: Readonly<Record<string, string>>;
  /** `lastFourOf` its secret. */
  readonly lastFour: string | null;
  readonly state: CredentialState;
  /** What its check saw when it was refused. */
  readonly refusal: StuckOutcome | null;
  readonly createdAt: Date;
}

export interface SealedCredential extends ShownCredential {
  /** Sealed box made by the API; the worker re-wraps it on first use. */
  readonly sealed: Buffer;
}

export interface NewCredential extends Omit<SealedCredential, 'createdAt' | 'state' | 'refusal'> {
  readonly tenantId: string;
  readonly submittedBy: string;
}

const shownTexts = z.record(z.string(), z.string());

const fromRow = (row: Omit<Selectable<Database['credential']>, 'sealed'>): ShownCredential => ({
  credentialId: row.credential_id,
  connectionId: row.connection_id,
  purpose: wordOf(credentialPurposes, row.purpose),
  kind: wordOf(kinds, row.kind),
  shown: shownTexts.parse(row.shown),
  lastFour: row.last_four,
  state: wordOf(credentialStates, row.state),
  refusal: row.refusal === null ? null : stuckOfRow(row.refusal),
  createdAt: row.created_at,
});

const now = sql<Date>`clock_timestamp()`;

/**
 * Stores a credential as the newest of its purpose and supersedes those it replaces, in the same transaction. If a live or paused
 * connection has one in force, or if the step `provenBy` is done, the new one is only proposed, replacing an earlier proposal.
 */
export async function submitCredential(db: Db, given: NewCredential, provenBy?: string): Promise<CredentialState> {
  const connection = await lockConnection(db, given.connectionId);
  const isProven = provenBy !== undefined && (await findStep(db, given.connectionId, provenBy))?.state === 'done';
  const serves = connection?.stage === 'live' || connection?.stage === 'paused' || isProven;
  const former = await currentCredential(db, given.connectionId, given.purpose);
  const state = serves && former ? 'proposed' : 'in-force';
  await supersede(db, given, state === 'proposed' ? ['proposed', 'refused'] : ['in-force', 'proposed', 'refused']);
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
      state,
    })
    .execute();
  return state;
}

type Place = Pick<ShownCredential, 'connectionId' | 'purpose'>;

async function supersede(db: Db, { connectionId, purpose }: Place, from: readonly CredentialState[]): Promise<void> {
  await db
    .updateTable('credential')
    .set({ state: 'superseded', state_at: now })
    .where('connection_id', '=', connectionId)
    .where('purpose', '=', purpose)
    .where('state', 'in', from)
    .execute();
}

const ofPurpose = (db: Db, connectionId: string, purpose: CredentialPurpose, states: readonly CredentialState[]) =>
  db
    .selectFrom('credential')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('purpose', '=', purpose)
    .where('state', 'in', states);

/** The credential in force for a purpose, sealed. */
export async function currentCredential(
  db: Db,
  connectionId: string,
  purpose: CredentialPurpose,
): Promise<SealedCredential | undefined> {
  const row = await ofPurpose(db, connectionId, purpose, ['in-force']).executeTakeFirst();
  return row && { ...fromRow(row), sealed: row.sealed };
}

/** The credential proposed to replace the one in force, sealed; not checked yet, or refused so far. */
export async function openProposal(
  db: Db,
  connectionId: string,
  purpose: CredentialPurpose,
): Promise<SealedCredential | undefined> {
  const row = await ofPurpose(db, connectionId, purpose, ['proposed', 'refused']).executeTakeFirst();
  return row && { ...fromRow(row), sealed: row.sealed };
}

/** Puts a proven proposal in force and supersedes the former. False, without a change, if it is not the open proposal. */
export async function putInForce(db: Db, proposal: Place & Pick<ShownCredential, 'credentialId'>): Promise<boolean> {
  const open = await openProposal(db, proposal.connectionId, proposal.purpose);
  if (open?.credentialId !== proposal.credentialId) return false;
  await supersede(db, proposal, ['in-force']);
  await moveCredential(db, proposal.credentialId, 'in-force', null);
  return true;
}

/** Stores why a proposal was refused; the newest reason replaces earlier ones. False if it is not an open proposal. */
export async function refuseProposal(db: Db, credentialId: string, refusal: StuckOutcome): Promise<boolean> {
  return moveCredential(db, credentialId, 'refused', refusal);
}

async function moveCredential(db: Db, credentialId: string, to: CredentialState, refusal: StuckOutcome | null): Promise<boolean> {
  const changed = await db
    .updateTable('credential')
    .set({ state: to, state_at: now, refusal: refusal === null ? null : jsonb(refusal) })
    .where('credential_id', '=', credentialId)
    .where('state', 'in', [...credentialSources(to), to])
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** The credentials of a connection that have not been superseded, without their secrets. */
export async function shownCredentials(db: Db, connectionId: string): Promise<readonly ShownCredential[]> {
  const rows = await db
    .selectFrom('credential')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('state', '<>', 'superseded')
    .orderBy('purpose')
    .orderBy('created_at')
    .execute();
  return rows.map((row) => fromRow(row));
}

/** A credential by its id, in force or not, without its secret. */
export async function findCredential(db: Db, credentialId: string): Promise<ShownCredential | undefined> {
  const row = await db.selectFrom('credential').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
  return row && fromRow(row);
}

/** Replaces the sealed box by the worker's envelope made from it; a no-op if another worker was first. */
export async function rewrapCredential(db: Db, credentialId: string, former: Buffer, sealed: Buffer): Promise<void> {
  await db
    .updateTable('credential')
    .set({ sealed })
    .where('credential_id', '=', credentialId)
    .where('sealed', '=', former)
    .execute();
}
