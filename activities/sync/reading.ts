import { randomUUID } from 'node:crypto';
import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { Fault, FaultKind } from '../../shared/domain/faults.ts';
import { shownAddress } from '../../shared/domain/mail.ts';
import { ownerAccessStep } from '../../shared/domain/steps.ts';
import type { Reader } from '../../shared/partners/stream.ts';
import { type ConnectionCause, showConnectionCauses } from '../../shared/store/attention.ts';
import { writeOnce } from '../../shared/store/commands.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { noteRefusedReader } from '../../shared/store/grants/consents.ts';
import { chooseReader, findTurn, noteTurn, ownerLacksAccess, type Turn } from '../../shared/store/grants/reading.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { ownerWordsOf } from '../grants/owner-lapse.ts';

type Place = Pick<Connection, 'tenantId' | 'connectionId' | 'ownerGrantId' | 'partner'>;

/** As whom the connection is read in this cycle. If that changed, stores it and shows who must become its owner again. */
export async function takeTurn(db: Db, connection: Place): Promise<Turn> {
  const { tenantId, connectionId } = connection;
  const turn = await chooseReader(db, connection);
  const kept = await findTurn(db, connectionId);
  if (kept && kept.grantId === (turn.grant?.grantId ?? null) && kept.why === turn.why) return turn;
  if (await noteTurn(db, connection, turn)) {
    await showConnectionCauses(db, { tenantId, connectionId, family: 'reader' }, causesOf(connection, turn));
  }
  return turn;
}

/** The person's name, else part of their address: many people read these words. */
const nameOf = (grant: { readonly procoreName: string | null; readonly procoreLogin: string | null } | null): string | null =>
  grant?.procoreName ?? (grant?.procoreLogin ? shownAddress(grant.procoreLogin) : null);

/** A new owner is asked for while the owner does not read. */
function causesOf({ connectionId, partner }: Place, { grant, owner, why }: Turn): readonly ConnectionCause[] {
  if (why === null) return [];
  const isTakenBack = owner?.state === 'revoked';
  const words = ownerWordsOf(partner);
  const say = why === 'no-access' ? words.withoutAccess : isTakenBack ? words.takenBack : words.lapsed;
  const { seen, needed, where } = say(nameOf(owner));
  const isStandIn = grant !== null && grant.grantId !== owner?.grantId;
  const meanwhile = isStandIn
    ? `${nameOf(grant) ?? 'Somebody else'} reads it meanwhile, as they agreed; what only the owner may see waits.`
    : 'Nobody else has agreed to read it: it waits, and nothing is lost.';
  return [
    {
      reason: why === 'grant-lapsed' ? 'grant-lapsed' : 'person-lacks-access',
      owner: isTakenBack ? 'admin' : 'contractor',
      subject: `reader:${connectionId}`,
      seen: `${seen} ${meanwhile}`,
      needed,
      where,
    },
  ];
}

/**
 * Identifies the reader, for what a stream stores of how far each one has read. Another level of an owner is another reader: they
 * see other items.
 */
export const readerOf = ({ grant, why, level }: Turn): Reader => ({
  key: `${grant?.procoreUserId ?? ''}:${level === null ? '' : canonicalHash(level).slice(0, 12)}`,
  standsIn: why !== null,
});

/** Refusals that say something about the person as whom a project is read. */
const ofAccess: ReadonlySet<FaultKind> = new Set([
  'person-lacks-access',
  'permission-too-low',
  'project-not-permitted',
  'company-not-visible',
]);

/**
 * After a refused read: if the owner was reading, care checks their access at once; if a stand-in, another one comes first in the
 * next cycle.
 */
export async function refusedTurn(db: Db, connection: Place, { grant, owner }: Turn, faults: readonly Fault[]): Promise<void> {
  if (grant === null || !faults.some(({ kind }) => ofAccess.has(kind))) return;
  const { tenantId, connectionId } = connection;
  if (grant.grantId !== owner?.grantId) return noteRefusedReader(db, connectionId, grant.grantId);
  if (await ownerLacksAccess(db, connectionId)) return;
  const input = { stepId: ownerAccessStep };
  await writeOnce(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input, actorId: 'system' });
}
