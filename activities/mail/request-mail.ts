import { requestMachine } from '../../shared/domain/authorization-requests.ts';
import { consentOfOwner } from '../../shared/domain/consents.ts';
import { undoUntil } from '../../shared/domain/contractors.ts';
import { isConsentMail, type RequestMailKind } from '../../shared/domain/mail.ts';
import { type PartnerName, partnerTitles } from '../../shared/domain/partners.ts';
import { renderLetter } from '../../shared/mail/letter.ts';
import { requestLetterOf } from '../../shared/mail/request-letters.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { type Connection, findConnection, hasEnded } from '../../shared/store/connections/connections.ts';
import { servedBy } from '../../shared/store/grants/grant-uses.ts';
import type { RequestMail } from '../../shared/store/mail.ts';
import { type AuthorizationRequest, findRequest, ofRequest } from '../../shared/store/people/authorization-requests.ts';
import { memberKeyOf } from '../../shared/store/people/authorizations.ts';
import { findConsentRequest, noteConsentMail } from '../../shared/store/people/consent-requests.ts';
import { listInvitations } from '../../shared/store/people/invitations.ts';
import { placesOfMember } from '../../shared/store/people/responders.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { readTenant } from '../../shared/store/tenants/tenants.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Written } from './access.ts';
import { endedFor, settleLink } from './link-mail.ts';
import { addressOfOwner, overForOwner } from './owner-mail.ts';

/** Mails that carry the single-use link: only they decide whether the request counts as sent. */
const carriesLink = (kind: RequestMailKind): boolean => kind !== 'connected' && !isConsentMail(kind);

/** Applies the mail's result to the request. `words`: the server's, if it refused the address; null if it was sent. */
export async function settleRequestMail(db: Db, mail: RequestMail, words: string | null): Promise<void> {
  if (isConsentMail(mail.kind)) return settleConsentMail(db, mail, words);
  if (!carriesLink(mail.kind)) return;
  await settleLink(db, ofRequest, { linkId: mail.requestId, generation: mail.generation }, words);
}

async function settleConsentMail(db: Db, { requestId, generation: round }: RequestMail, words: string | null): Promise<void> {
  const { connectionId } = (await findRequest(db, requestId)) ?? {};
  if (connectionId != null) await noteConsentMail(db, { connectionId, kind: consentOfOwner, round }, words);
}

/** Recipient and text of a mail to a person who authorizes for themselves. */
export async function writeRequestMail(deps: ActivityDependencies, db: Db, mail: RequestMail): Promise<Written> {
  const request = await findRequest(db, mail.requestId);
  if (request === undefined) return { held: 'What it is about is gone.' };
  const gone = await goneFor(db, request, mail);
  if (gone !== undefined) return { held: gone };
  const person = await personOf(deps, db, request);
  if (person === undefined) return { held: 'The person belongs to no project any more.' };
  if (person === 'nowhere') return { waits: 'Nobody has said yet where the accepted owner is written to.' };
  const { links, pagesUrl, supportOf } = deps.mail;
  const token = links.tokenWith(request.requestId, request.generation, request.linkHash);
  const account = links.tokenWith(request.requestId, 0, request.accountHash);
  if (account === undefined || (carriesLink(mail.kind) && token === undefined))
    return { held: 'The key of its link is gone: ask the person again.' };
  const letter = requestLetterOf(mail.kind, {
    tenantName: (await readTenant(db)).name,
    projectName: person.projectName,
    projectNames: person.projectNames,
    partnerTitle: partnerTitles[person.partner],
    isOwner: request.connectionId !== null,
    url: token === undefined ? pagesUrl : `${pagesUrl}/authorize/${revealSecret(token)}`,
    accountUrl: `${pagesUrl}/account/${revealSecret(account)}`,
    expiresAt: request.expiresAt,
    undoUntil: person.undoUntil,
    support: supportOf(person.partner),
  });
  return { ...renderLetter(letter), to: person.address };
}

async function goneFor(db: Db, request: AuthorizationRequest, mail: RequestMail): Promise<string | undefined> {
  const ended = carriesLink(mail.kind) ? linkEndedFor(request, mail) : undefined;
  if (ended !== undefined || request.connectionId === null) return ended;
  if (!isConsentMail(mail.kind)) return overForOwner(db, request.connectionId, mail.kind);
  const asked = await findConsentRequest(db, { connectionId: request.connectionId, kind: consentOfOwner });
  return asked?.state === 'asked' && asked.round === mail.generation
    ? undefined
    : 'Nobody waits for it any more, or they were asked anew since.';
}

const linkEndedFor = (request: AuthorizationRequest, { kind, generation }: RequestMail): string | undefined =>
  endedFor(
    requestMachine,
    request,
    { generation, isReminder: kind === 'authorize-reminder' },
    { isOlder: 'The person was asked again since.', hasEnded: 'The person has authorized, has left, or the link has ended.' },
  );

interface WrittenTo {
  readonly address: string;
  readonly partner: PartnerName;
  readonly projectName: string;
  readonly projectNames: readonly string[];
  readonly undoUntil: Date | null;
}

/**
 * The recipient: a member at the address that the partner gave; a connection's owner at an address of theirs that the inviter
 * gave, never at one that Procore shows. `nowhere`: none was given. Undefined: the person belongs to no project any more.
 */
async function personOf(
  deps: ActivityDependencies,
  db: Db,
  request: AuthorizationRequest,
): Promise<WrittenTo | 'nowhere' | undefined> {
  const memberKey = memberKeyOf(request.subject);
  if (memberKey !== undefined) {
    const places = await placesOfMember(db, memberKey);
    const [place] = places;
    if (place === undefined) return undefined;
    const { email: address, partner, projectName } = place;
    const projectNames = namesWith(
      projectName,
      places.map((one) => one.projectName),
    );
    return { address, partner, projectName, projectNames, undoUntil: null };
  }
  const connection = request.connectionId === null ? undefined : await findConnection(db, request.connectionId);
  if (connection === undefined || hasEnded(connection)) return undefined;
  const invitations = await listInvitations(db, connection.connectionId);
  const { boundAt } = connection;
  const invited =
    invitations.find(({ state }) => state === 'accepted') ??
    invitations.find(({ createdAt }) => boundAt === null || createdAt <= boundAt);
  if (invited === undefined) return undefined;
  const address = await addressOfOwner(deps, db, connection, { newestFirst: invitations, by: invited });
  if (address === undefined) return 'nowhere';
  const projectName = connection.boundProjectName ?? invited.projectName;
  const projectNames = namesWith(projectName, await namesReadLike(db, connection));
  return { address, partner: connection.partner, projectName, projectNames, undoUntil: undoUntil({ boundAt }, Date.now()) };
}

/** Names of the connected projects that are read with the same authorization as this one. */
async function namesReadLike(db: Db, { ownerGrantId }: Connection): Promise<readonly string[]> {
  const names: string[] = [];
  const { connectionIds } = ownerGrantId === null ? { connectionIds: [] } : await servedBy(db, ownerGrantId);
  for (const connectionId of connectionIds) names.push((await findConnection(db, connectionId))?.boundProjectName ?? '');
  return names;
}

/** Each once, in that order; the given name is among them. */
const namesWith = (name: string, names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((one) => one !== '')).add(name),
];
