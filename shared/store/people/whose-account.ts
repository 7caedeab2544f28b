import { type Expression, sql } from 'kysely';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';

/** A Procore account as a sign-in shows it. */
export interface SeenAccount {
  readonly procoreUserId: string;
  readonly procoreLogin: string | null;
}

/** What is known against a member's authorizing with an account. */
export type Doubt =
  /** It is another member's. */
  | { readonly kind: 'another-member'; readonly name: string }
  /** They authorized with another account before, or are matched to another in Procore: only they can say that it is right. */
  | { readonly kind: 'other-account'; readonly procoreUserId: string; readonly name: string };

/** Serialises what decides about the accounts of a tenant's members, until the transaction ends. Taken before any row is locked. */
export async function lockAccounts(db: Db, tenantId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`member accounts of ${tenantId}`}, 0))`.execute(db);
}

/** Undefined: nothing is known against it. `signInId`: the sign-in at hand, which is no evidence against itself. */
export async function doubtAbout(
  db: Db,
  { emailKey, signInId }: { readonly emailKey: string; readonly signInId: string },
  { procoreUserId, procoreLogin }: SeenAccount,
): Promise<Doubt | undefined> {
  const [key, user, login] = [sql`${emailKey}::text`, sql`${procoreUserId}::text`, sql`${procoreLogin}::text`];
  const other = otherHolder(key, { user, login }, sql`${signInId}::uuid`);
  const { rows } = await sql<{ other: string | null; user_id: string | null; name: string | null }>`
    SELECT ${other} AS other, known.user_id, known.name
    FROM (VALUES (1)) AS one LEFT JOIN LATERAL (${accountsOf(emailKey, signInId)} LIMIT 1) AS known ON true`.execute(db);
  const [found] = rows;
  if (found?.other != null) return { kind: 'another-member', name: found.other };
  if (found?.user_id == null || found.user_id === procoreUserId) return undefined;
  return { kind: 'other-account', procoreUserId: found.user_id, name: found.name ?? found.user_id };
}

/** Weaker ones do not say who somebody is. */
const sureBases = sql`k.kind = 'person' AND k.state = 'matched' AND k.basis IN ('e-mail', 'person')`;

const folded = (text: Expression<unknown>) => sql`lower(btrim(normalize(${text}, NFKC)))`;

const pending = (signInId: Expression<unknown>) =>
  sql`s.purpose = 'authorize-person' AND s.state = 'confirmed' AND s.ended_at IS NULL AND s.sign_in_id IS DISTINCT FROM ${signInId}`;

/** A member's accounts as known so far, what they said themselves first: signed in last, or else matched to. */
const accountsOf = (emailKey: string, signInId: string) => sql`
  SELECT user_id, name FROM (
    SELECT 1 AS place, s.procore_user_id AS user_id, coalesce(s.procore_user_name, s.procore_login) AS name
    FROM sign_in s WHERE s.subject = ${`member:${emailKey}`} AND ${pending(sql`${signInId}::uuid`)}
    UNION ALL
    SELECT 2, g.procore_user_id, coalesce(g.procore_name, g.procore_login)
    FROM member_account a JOIN person_grant g ON g.tenant_id = a.tenant_id AND g.grant_id = a.grant_id
    WHERE a.email_key = ${emailKey}
    UNION ALL
    SELECT 3, k.procore_id, k.procore_name
    FROM team_member m JOIN record_match k ON k.tenant_id = m.tenant_id AND k.connection_id = m.connection_id AND k.partner_id = m.member_id
    LEFT JOIN member_account a ON a.tenant_id = m.tenant_id AND a.email_key = m.email_key
    WHERE m.email_key = ${emailKey} AND m.left_at IS NULL AND ${sureBases} AND k.procore_id IS DISTINCT FROM a.former_user_id
  ) AS known ORDER BY place`;

/**
 * The name of another member whose account it is; null if it is nobody else's. A person is one address, or several under one name
 * (docs/adr/0030). An account is a member's by its login, by their last sign-in, or by a sure match. The one whose address the
 * login is keeps it, whoever used it.
 */
export const otherHolder = (
  emailKey: Expression<unknown>,
  { user, login }: { readonly user: Expression<unknown>; readonly login: Expression<unknown> },
  signInId: Expression<unknown> = sql`NULL::uuid`,
) => sql<string | null>`
  CASE WHEN ${user} IS NULL OR ${folded(login)} = ${emailKey} THEN NULL ELSE (
    SELECT min(o.name)
    FROM team_member o
    JOIN connection oc ON oc.tenant_id = o.tenant_id AND oc.connection_id = o.connection_id
    LEFT JOIN member_account oa ON oa.tenant_id = o.tenant_id AND oa.email_key = o.email_key
    LEFT JOIN person_grant og ON og.tenant_id = oa.tenant_id AND og.grant_id = oa.grant_id
    WHERE o.left_at IS NULL AND oc.stage <> ALL (${sql.val([...endedStages])}::text[]) AND o.email_key <> ${emailKey}
      AND NOT EXISTS (
        SELECT FROM team_member own
        WHERE own.email_key = ${emailKey} AND own.left_at IS NULL AND ${folded(sql`own.name`)} = ${folded(sql`o.name`)})
      AND (
        o.email_key = ${folded(login)}
        OR og.procore_user_id = ${user}
        OR EXISTS (
          SELECT FROM record_match k
          WHERE k.tenant_id = o.tenant_id AND k.connection_id = o.connection_id AND k.partner_id = o.member_id AND ${sureBases}
            AND k.procore_id = ${user} AND k.procore_id IS DISTINCT FROM oa.former_user_id)
        OR EXISTS (
          SELECT FROM sign_in s
          WHERE s.subject = 'member:' || o.email_key AND s.procore_user_id = ${user} AND ${pending(signInId)}))
  ) END`;
