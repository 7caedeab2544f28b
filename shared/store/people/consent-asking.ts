import { consentOfOwner } from '../../domain/consents.ts';
import { type ConnectionCause, showConnectionCauses } from '../attention.ts';
import { type Connection, hasEnded } from '../connections/connections.ts';
import { consentsInForce } from '../grants/consents.ts';
import { findGrant, grantStands } from '../grants/grants.ts';
import { queueMail } from '../mail.ts';
import type { Db } from '../tenancy.ts';
import { type AskingWith, requestOfOwner } from './asking.ts';
import {
  beginConsentRequest,
  type ConsentRequest,
  findConsentRequest,
  moveConsentRequest,
  takeConsentReminders,
} from './consent-requests.ts';

const kind = consentOfOwner;

type Asking = Pick<Connection, 'tenantId' | 'connectionId' | 'boundProjectId' | 'ownerGrantId' | 'stage'>;

/**
 * Aligns the request for the owner's consent with what the settings need (`isWanted`): asks each owner once, ends the request
 * once it is not needed or the consent is given, and shows the wait. Idempotent. Returns the id of the mail it queued, if any.
 */
export async function askForConsent(
  db: Db,
  using: AskingWith,
  connection: Asking,
  isWanted: boolean,
): Promise<string | undefined> {
  const { tenantId, connectionId } = connection;
  const known = await findConsentRequest(db, { connectionId, kind });
  const isOpen = isWanted && connection.boundProjectId !== null && !hasEnded(connection);
  const isGiven = isOpen && (await consentsInForce(db, connectionId)).includes(kind);
  let mailId: string | undefined;
  if (!isOpen) await moveConsentRequest(db, { connectionId, kind }, 'ended');
  else if (isGiven) await moveConsentRequest(db, { connectionId, kind }, 'agreed');
  else mailId = await askOwner(db, using, connection, known);
  const now = isOpen && !isGiven ? await findConsentRequest(db, { connectionId, kind }) : undefined;
  await showConnectionCauses(db, { tenantId, connectionId, family: 'consent' }, now ? [causeOf(now)] : []);
  return mailId;
}

/** Asks once per owner and each time the setting is made; an owner without a usable grant is asked after they sign in again. */
async function askOwner(
  db: Db,
  using: AskingWith,
  { tenantId, connectionId, ownerGrantId }: Asking,
  known: ConsentRequest | undefined,
): Promise<string | undefined> {
  const owner = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  if (owner === undefined || !grantStands(owner)) return undefined;
  if (known !== undefined && known.state !== 'ended' && known.grantId === owner.grantId) return undefined;
  const requestId = await requestOfOwner(db, using, { tenantId, connectionId });
  const asking = { tenantId, connectionId, kind, grantId: owner.grantId, after: known?.round ?? 0 };
  const round = requestId === undefined ? undefined : await beginConsentRequest(db, asking);
  if (requestId === undefined || round === undefined) return undefined;
  const businessKey = `consent:${connectionId}:${kind}:${round}`;
  const { restoreEpoch } = using;
  return queueMail(db, { tenantId, businessKey, kind: 'consent', requestId, generation: round, restoreEpoch });
}

/** Queues a reminder for every owner who has not answered for that many days. */
export async function remindOfConsents(db: Db, using: AskingWith, tenantId: string, days: readonly number[]): Promise<void> {
  for (const { connectionId, round, reminder } of await takeConsentReminders(db, days)) {
    const requestId = await requestOfOwner(db, using, { tenantId, connectionId });
    if (requestId === undefined) continue;
    const businessKey = `consent-reminder:${connectionId}:${kind}:${round}:${reminder}`;
    const { restoreEpoch } = using;
    await queueMail(db, { tenantId, businessKey, kind: 'consent-reminder', requestId, generation: round, restoreEpoch });
  }
}

const meanwhile = 'Meanwhile only items that a member of the design team takes part in are carried.';

function causeOf({ state, bounce }: ConsentRequest): ConnectionCause {
  const asked = 'All items that are not private are asked for in the settings.';
  const about = { reason: 'consent-missing', subject: `consent:${state}` } as const;
  if (state === 'asked' && bounce === null)
    return {
      ...about,
      owner: 'contractor',
      seen: `${asked} Whoever connected the project was asked by mail and has not answered yet. ${meanwhile}`,
      needed: 'They say whether they agree.',
      where: 'In the mail that asks for it: Read and decide.',
    };
  const said =
    bounce !== null && state === 'asked'
      ? `The mail server of their address refused the mail that asks for it: ${bounce}.`
      : state === 'declined'
        ? 'Whoever connected the project does not agree.'
        : 'The consent was given and withdrawn.';
  return {
    ...about,
    owner: 'admin',
    seen: `${asked} ${said} ${meanwhile}`,
    needed: 'The setting is taken back; or they agree after all, by the link to their account.',
    where: 'In the settings of the connection: intake. They agree in the mail about the connection: Your account.',
  };
}
