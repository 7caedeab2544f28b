import { randomUUID } from 'node:crypto';
import type { RequestCause } from '../../domain/authorization-requests.ts';
import type { RequestMailKind } from '../../domain/mail.ts';
import { linkLifeMs } from '../../domain/mailed-links.ts';
import type { InvitationLinks } from '../../security/invitation-links.ts';
import { queueMail } from '../mail.ts';
import type { Db } from '../tenancy.ts';
import { askAgain, beginRequest, requestOf } from './authorization-requests.ts';
import { contractorSubject, memberSubject } from './authorizations.ts';
import { noteAsked } from './team.ts';

/** What links are made with; whoever writes to people has it. */
export interface AskingWith {
  readonly links: InvitationLinks;
  readonly restoreEpoch: string;
}

/** A member by their folded address, or whoever owns a connection. */
export type Asked = { readonly tenantId: string } & ({ readonly emailKey: string } | { readonly connectionId: string });

const mailOf = {
  asked: 'authorize',
  lapsed: 'lapsed',
  'no-access': 'no-access',
  connected: 'connected',
} as const satisfies Record<RequestCause, RequestMailKind>;

/** The link to a person's own account is that of no generation. */
const accountGeneration = 0;

const subjectOf = (who: Asked) =>
  'emailKey' in who
    ? { subject: memberSubject(who.emailKey), connectionId: null }
    : { subject: contractorSubject, connectionId: who.connectionId };

/**
 * Writes to a person who was not written to before, or had left and came back: their request, and its mail in the outbox. Answers the
 * mail's id; undefined where they were asked already, however often and on however many projects that is found.
 */
export async function askOnce(db: Db, using: AskingWith, who: Asked, cause: RequestCause): Promise<string | undefined> {
  const begun = await begin(db, using, who, cause);
  if (begun !== undefined) return queueRequest(db, using, who, { requestId: begun, generation: 1, cause });
  const known = await requestOf(db, subjectOf(who));
  return known?.state === 'withdrawn' ? askOnceMore(db, using, who, cause) : undefined;
}

/** The row with the links of a person; undefined: it was there before. */
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

/** The id of the owner's request, whose account link lasts. Who was never written to gets a row, and no mail by it. */
export async function requestOfOwner(
  db: Db,
  using: AskingWith,
  owner: { readonly tenantId: string; readonly connectionId: string },
): Promise<string | undefined> {
  return (await begin(db, using, owner, 'connected')) ?? (await requestOf(db, subjectOf(owner)))?.requestId;
}

/** Writes to them whatever was before, with another link. Undefined: somebody else did just now. */
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
  who: Asked,
  { cause, requestId, generation }: { readonly cause: RequestCause; readonly requestId: string; readonly generation: number },
): Promise<string> {
  if ('emailKey' in who) await noteAsked(db, who.tenantId, who.emailKey);
  const kind = mailOf[cause];
  const businessKey = `${kind}:${requestId}:${generation}`;
  return queueMail(db, { tenantId: who.tenantId, businessKey, kind, requestId, generation, restoreEpoch });
}
