import { randomUUID } from 'node:crypto';
import type { ConsentKind } from '../../shared/domain/consents.ts';
import { wordsOfConsent } from '../../shared/domain/consents.ts';
import { signedInActor } from '../../shared/domain/contractors.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { settingsInForce } from '../../shared/partners/settings-in-force.ts';
import { appendAudit } from '../../shared/store/audit.ts';
import { type Connection, endedStages, findConnection } from '../../shared/store/connections.ts';
import { agree, type Consent, standingConsents, withdrawConsent } from '../../shared/store/consents.ts';
import { findGrantOfPerson, type PersonGrant } from '../../shared/store/grants.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { refusals } from './refusal-page.tsx';
import type { Visit } from './visits.ts';

/** Something that the person may agree to, or has agreed to. */
export interface Agreement {
  readonly kind: ConsentKind;
  readonly words: string;
  /** Null: it does not stand. */
  readonly standing: Pick<Consent, 'consentId' | 'agreedAt'> | null;
  /** Somebody waits for it. */
  readonly isAsked: boolean;
}

export interface Agreements {
  readonly projectName: string;
  readonly agreements: readonly Agreement[];
}

/**
 * What whoever authorized for themselves may agree to for a connected project: its owner that all of it is carried, everybody else that it
 * is read as them. Undefined: nothing is connected, or their authorization does not stand.
 */
export async function readAgreements(db: Db, visit: Visit): Promise<Agreements | undefined> {
  const found = await standingOf(db, visit);
  if (!found) return undefined;
  const { connection, grant } = found;
  const { connectionId, boundProjectName } = connection;
  const projectName = boundProjectName ?? 'the project';
  const kind: ConsentKind = connection.ownerGrantId === grant.grantId ? 'all-non-private' : 'reader';
  const stand = await standingConsents(db, connectionId, kind);
  // what an owner before has agreed to is the present one's to take back
  const own = kind === 'reader' ? stand.find(({ grantId }) => grantId === grant.grantId) : stand[0];
  const isAsked = own === undefined && kind === 'all-non-private' && isWidened(connection);
  if (kind === 'all-non-private' && own === undefined && !isAsked) return { projectName, agreements: [] };
  const words = wordsOfConsent(kind, { tenantName: visit.tenantName, partnerTitle: visit.partnerTitle, projectName });
  return { projectName, agreements: [{ kind, words, standing: own ?? null, isAsked }] };
}

/** Whether the settings ask for what only that consent puts in force. */
function isWidened({ partner, partnerSettings }: Connection): boolean {
  const under = (consents: readonly ConsentKind[]) =>
    JSON.stringify(settingsInForce(declarations[partner], partnerSettings, consents));
  return under([]) !== under(['all-non-private']);
}

async function standingOf(
  db: Db,
  { connectionId, signIn }: Visit,
): Promise<{ readonly connection: Connection; readonly grant: PersonGrant } | undefined> {
  if (signIn.purpose !== 'authorize-person' || signIn.state !== 'confirmed' || signIn.procoreUserId === null) return undefined;
  const connection = await findConnection(db, connectionId);
  const grant = await findGrantOfPerson(db, signIn.procoreUserId);
  if (connection?.boundProjectId == null || grant === undefined || grant.state === 'lapsed') return undefined;
  return endedStages.some((stage) => stage === connection.stage) ? undefined : { connection, grant };
}

/** Keeps that the person agreed to the words that their page showed; refused where it would show others by now. */
export function agreeTo(
  { pool }: ApiDependencies,
  visit: Visit,
  shown: { readonly kind: ConsentKind; readonly words: string },
): Promise<void> {
  return withTenant(pool, visit.tenantId, async (db) => {
    const found = await standingOf(db, visit);
    const offered = (await readAgreements(db, visit))?.agreements.find(({ kind }) => kind === shown.kind);
    if (!found || offered?.words !== shown.words) throw new PageRefusal(409, refusals.tooLate);
    const { tenantId, connectionId } = visit;
    const { grantId, procoreUserId } = found.grant;
    if (!(await agree(db, { tenantId, connectionId, consentId: randomUUID(), grantId, ...shown }))) return;
    await audit(db, visit, 'consent.agree', shown.kind, procoreUserId);
  });
}

export function withdrawFrom({ pool }: ApiDependencies, visit: Visit, kind: ConsentKind): Promise<void> {
  return withTenant(pool, visit.tenantId, async (db) => {
    const { connectionId, signIn } = visit;
    const standing = (await readAgreements(db, visit))?.agreements.find((one) => one.kind === kind)?.standing;
    if (!standing || signIn.procoreUserId === null) return;
    const by = signedInActor(signIn.procoreUserId);
    await withdrawConsent(db, { connectionId, consentId: standing.consentId, by });
    await audit(db, visit, 'consent.withdraw', kind, signIn.procoreUserId);
  });
}

const audit = (db: Db, { tenantId, connectionId }: Visit, action: string, kind: ConsentKind, procoreUserId: string) =>
  appendAudit(db, tenantId, [
    { actorId: signedInActor(procoreUserId), action, subject: `connection:${connectionId}`, fields: [kind] },
  ]);
