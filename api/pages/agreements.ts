import { randomUUID } from 'node:crypto';
import { personActor } from '../../shared/domain/actors.ts';
import { type ConsentKind, consentOfOwner, wordsOfConsent } from '../../shared/domain/consents.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { waitsForOwner } from '../../shared/partners/settings-in-force.ts';
import { type Connection, findConnection, hasEnded } from '../../shared/store/connections/connections.ts';
import { agree, type Consent, consentsOfPerson, withdrawConsent } from '../../shared/store/grants/consents.ts';
import { servedBy } from '../../shared/store/grants/grant-uses.ts';
import { findGrantOfPerson, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { findConsentRequest, moveConsentRequest } from '../../shared/store/people/consent-requests.ts';
import { placesOfMember } from '../../shared/store/people/responders.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { askAsSet } from '../consents.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { refusals } from './refusal-page.tsx';
import type { Visit } from './visits.ts';

/** Something that the person may agree to, or has agreed to. */
export interface Agreement {
  readonly kind: ConsentKind;
  readonly words: string;
  /** Null if it is not in force. */
  readonly standing: Pick<Consent, 'consentId' | 'agreedAt'> | null;
  /** A setting waits for it. */
  readonly isAsked: boolean;
  /** They have said that they do not agree. */
  readonly isDeclined: boolean;
  /** They agreed to it as the owner; another person owns the connection now, so it does not count. */
  readonly isFormerOwners: boolean;
}

export interface Agreements {
  readonly projectName: string;
  readonly agreements: readonly Agreement[];
}

/**
 * What a person who authorized for themselves has agreed to for a connected project. They may withdraw each, even if it does not
 * count any more: the connection is another's, or their authorization has lapsed. While it is in force, also what they may agree
 * to: the owner, that everything is carried; anybody else, that the project is read as them. They see it too when they sign in to
 * see their account. Undefined if nothing is connected, or there is neither.
 */
export async function readAgreements(db: Db, visit: Visit): Promise<Agreements | undefined> {
  const found = await partyOf(db, visit);
  if (!found) return undefined;
  const { connection, grant } = found;
  const projectName = connection.boundProjectName ?? 'the project';
  const isOwner = connection.ownerGrantId === grant.grantId;
  const given = await consentsOfPerson(db, { connectionId: connection.connectionId, grantId: grant.grantId });
  const own = given.map(({ kind, words, consentId, agreedAt }) => ({
    kind,
    words,
    standing: { consentId, agreedAt },
    isAsked: false,
    isDeclined: false,
    isFormerOwners: kind === consentOfOwner && !isOwner,
  }));
  if (!(await mayAgree(db, visit, grant))) return own.length === 0 ? undefined : { projectName, agreements: own };
  const kind: ConsentKind = isOwner ? consentOfOwner : 'reader';
  const isAsked = isOwner && waitsForOwner(declarations[connection.partner], connection.partnerSettings);
  if (given.some((consent) => consent.kind === kind) || (isOwner && !isAsked)) return { projectName, agreements: own };
  const request = await findConsentRequest(db, { connectionId: connection.connectionId, kind });
  const isDeclined = request?.state === 'declined' && request.grantId === grant.grantId;
  const words = wordsOfConsent(kind, { tenantName: visit.tenantName, partnerTitle: visit.partnerTitle, projectName });
  return { projectName, agreements: [{ kind, words, standing: null, isAsked, isDeclined, isFormerOwners: false }, ...own] };
}

/** The signed-in person's grant and the connection, while the project is connected. */
async function partyOf(
  db: Db,
  { connectionId, signIn }: Visit,
): Promise<{ readonly connection: Connection; readonly grant: PersonGrant } | undefined> {
  const isHere =
    (signIn.purpose === 'authorize-person' && signIn.state === 'confirmed') ||
    (signIn.purpose === 'see-account' && signIn.state === 'exchanged');
  if (!isHere || signIn.procoreUserId === null) return undefined;
  const connection = await findConnection(db, connectionId);
  const grant = await findGrantOfPerson(db, signIn.procoreUserId);
  if (connection?.boundProjectId == null || grant === undefined) return undefined;
  return hasEnded(connection) ? undefined : { connection, grant };
}

/** Whether their authorization has not lapsed and, if they came by an account link, they belong to this project. */
const mayAgree = async (db: Db, { connectionId, signIn }: Visit, grant: PersonGrant): Promise<boolean> =>
  grant.state !== 'lapsed' && (signIn.purpose !== 'see-account' || (await isOf(db, connectionId, grant)));

/** Whether the connection is theirs, or they belong to its project: an account link may be in other hands. */
async function isOf(db: Db, connectionId: string, { grantId }: PersonGrant): Promise<boolean> {
  const { connectionIds, emailKeys } = await servedBy(db, grantId);
  if (connectionIds.includes(connectionId)) return true;
  for (const key of emailKeys)
    if ((await placesOfMember(db, key)).some((place) => place.connectionId === connectionId)) return true;
  return false;
}

/** Stores that the person agreed to the words that their page showed; refused if the page would show other words by now. */
export function agreeTo(
  dependencies: ApiDependencies,
  visit: Visit,
  shown: { readonly kind: ConsentKind; readonly words: string },
): Promise<void> {
  return withTenant(dependencies.pool, visit.tenantId, async (db) => {
    const found = await partyOf(db, visit);
    const offered = (await readAgreements(db, visit))?.agreements.find(({ kind }) => kind === shown.kind);
    if (!found || offered?.words !== shown.words) throw new PageRefusal(409, refusals.tooLate);
    if (offered.standing !== null) return;
    const { tenantId, connectionId } = visit;
    const { grantId, procoreUserId } = found.grant;
    if (!(await agree(db, { tenantId, connectionId, consentId: randomUUID(), grantId, ...shown }))) return;
    await audit(db, visit, 'consent.agree', shown.kind, procoreUserId);
    await askAsSet(db, dependencies, found.connection);
  });
}

export function withdrawFrom(dependencies: ApiDependencies, visit: Visit, kind: ConsentKind): Promise<void> {
  return withTenant(dependencies.pool, visit.tenantId, async (db) => {
    const { connectionId, signIn } = visit;
    const standing = (await readAgreements(db, visit))?.agreements.find((one) => one.kind === kind)?.standing;
    if (!standing || signIn.procoreUserId === null) return;
    const by = personActor(signIn.procoreUserId);
    await withdrawConsent(db, { connectionId, consentId: standing.consentId, by });
    await audit(db, visit, 'consent.withdraw', kind, signIn.procoreUserId);
    const connection = await findConnection(db, connectionId);
    if (connection) await askAsSet(db, dependencies, connection);
  });
}

/** Stores that the person does not agree to what they are asked, so that they are not asked again; they may still agree later. */
export function decline(dependencies: ApiDependencies, visit: Visit, kind: ConsentKind): Promise<void> {
  return withTenant(dependencies.pool, visit.tenantId, async (db) => {
    const found = await partyOf(db, visit);
    const asked = (await readAgreements(db, visit))?.agreements.find((one) => one.kind === kind);
    if (!found || !asked?.isAsked) throw new PageRefusal(409, refusals.tooLate);
    await askAsSet(db, dependencies, found.connection);
    if (!(await moveConsentRequest(db, { connectionId: visit.connectionId, kind }, 'declined'))) return;
    await audit(db, visit, 'consent.decline', kind, found.grant.procoreUserId);
    await askAsSet(db, dependencies, found.connection);
  });
}

const audit = (db: Db, { tenantId, connectionId }: Visit, action: string, kind: ConsentKind, procoreUserId: string) =>
  appendAudit(db, tenantId, [
    { actorId: personActor(procoreUserId), action, subject: `connection:${connectionId}`, fields: [kind] },
  ]);
