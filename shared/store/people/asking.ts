import { randomUUID } from 'node:crypto';
import type { RequestCause } from '../../domain/authorization-requests.ts';
import type { RequestMailKind } from '../../domain/mail.ts';
import { linkLifeMs } from '../../domain/mailed-links.ts';
import type { InvitationLinks } from '../../security/invitation-links.ts';
import { queueMail } from '../mail.ts';
import type { Db } from '../tenancy.ts';
import { askAgain, beginRequest, requestOf } from './authorization-requests.ts';
import { contractorSubject, memberSubject } from './authorizations.ts';

/** What is needed to make links and write to people. */
export interface AskingWith {
  readonly links: InvitationLinks;
  readonly restoreEpoch: string;
}

/** A member by their folded address, or the owner of a connection. */
export type Asked = { readonly tenantId: string } & ({ readonly emailKey: string } | { readonly connectionId: string });

const mailOf = {
  asked: 'authorize',
  lapsed: 'lapsed',
  'no-access': 'no-access',
  connected: 'connected',
} as const satisfies Record<RequestCause, RequestMailKind>;

/** Generation 0 marks the link to a person's own account, which has no generations. */
const accountGeneration = 0;

const subjectOf = (who: Asked) =>
  'emailKey' in who
    ? { subject: memberSubject(who.emailKey), connectionId: null }
    : { subject: contractorSubject, connectionId: who.connectionId };

/**
 * Writes to a person for the first time, or again after they left and came back: stores their request and queues its mail.
 * Returns the mail's id; undefined if they were asked already, whatever the number of calls and projects.
 */
export async function askOnce(db: Db, using: AskingWith, who: Asked, cause: RequestCause): Promise<string | undefined> {
  const begun = await begin(db, using, who, cause);
  if (begun !== undefined) return queueRequest(db, using, who, { requestId: begun, generation: 1, cause });
  const known = await requestOf(db, subjectOf(who));
  return known?.state === 'withdrawn' ? askOnceMore(db, using, who, cause) : undefined;
}

/** Inserts the row with a person's links. Undefined if it existed before. */
async function begin(db: Db, using: AskingWith, who: Asked, cause: RequestCause): Promise<string | undefined> {
  const { links, restoreEpoch } = using;
  const requestId = randomUUID();
  const isNew = await beginRequest(db, {
    tenantId: who.tenantId,
    requestId,
    ...subjectOf(who),
    cause,
    linkHash: links.tokenHash(requestId, 1),
    accountHash: links.tokenHash(requestId, accountGeneration),
    restoreEpoch,
    lifeMs: linkLifeMs,
  });
  return isNew ? requestId : undefined;
}

/** Returns the id of the owner's request, whose account link lasts. An owner never written to gets a row without a mail. */
export async function requestOfOwner(
  db: Db,
  using: AskingWith,
  owner: { readonly tenantId: string; readonly connectionId: string },
): Promise<string | undefined> {
  return (await begin(db, using, owner, 'connected')) ?? (await requestOf(db, subjectOf(owner)))?.requestId;
}

/** Writes to them again with a new link, whatever happened before. Undefined if a concurrent call did so first. */
export async function askOnceMore(db: Db, using: AskingWith, who: Asked, cause: RequestCause): Promise<string | undefined> {
  const known = await requestOf(db, subjectOf(who));
  if (known === undefined) return askOnce(db, using, who, cause);
  const { requestId } = known;
  const generation = known.generation + 1;
  const linkHash = using.links.tokenHash(requestId, generation);
  const { restoreEpoch } = using;
  const next = { generation: known.generation, linkHash, restoreEpoch, lifeMs: linkLifeMs };
  if (!(await askAgain(db, requestId, cause, next))) return undefined;
  return queueRequest(db, using, who, { requestId, generation, cause });
}

async function queueRequest(
  db: Db,
  { restoreEpoch }: AskingWith,
  { tenantId }: Asked,
  { cause, requestId, generation }: { readonly cause: RequestCause; readonly requestId: string; readonly generation: number },
): Promise<string> {
  const kind = mailOf[cause];
  const businessKey = `${kind}:${requestId}:${generation}`;
  return queueMail(db, { tenantId, businessKey, kind, requestId, generation, restoreEpoch });
}
