import { stepOfCommand } from '../../domain/commands.ts';
import { showConnectionCauses } from '../attention.ts';
import { type Connection, findConnection, hasEnded } from '../connections/connections.ts';
import { findStep } from '../connections/steps.ts';
import type { Db } from '../tenancy.ts';
import { proposedOwner } from './authorizations.ts';
import { ownerAddress } from './owner-addresses.ts';

type Awaiting = Pick<Connection, 'connectionId' | 'stage' | 'boundProjectId' | 'ownerGrantId' | 'proposedOwnerGrantId'>;

/**
 * Whether the connection waits for the inviter's acceptance: a person or company other than the invited one connects the project,
 * or another person waits to replace an owner who cannot read.
 */
export async function needsAcceptance(db: Db, connection: Awaiting): Promise<boolean> {
  if (hasEnded(connection)) return false;
  if (connection.boundProjectId !== null) return (await proposedOwner(db, connection)) !== undefined;
  const step = await findStep(db, connection.connectionId, stepOfCommand['accept-contractor']);
  return step?.outcome?.state === 'waiting' && step.outcome.on === 'admin';
}

/**
 * Shows that wait as one attention item of the connection, at any stage, and a second item if an accepted person has no mail
 * address. Resolves items that no longer apply. Idempotent.
 */
export async function showAcceptance(db: Db, connectionId: string): Promise<void> {
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) return;
  const { tenantId, boundProjectId } = connection;
  const cause = {
    reason: 'acceptance-missing',
    owner: 'admin',
    subject: `acceptance:${boundProjectId === null ? 'contractor' : 'owner'}`,
    seen:
      boundProjectId === null
        ? 'Another person or company connects the project than was invited. Nothing is connected yet.'
        : 'The owner’s authorization does not read the project, and another person than was invited signed in. Nothing is read as them.',
    needed: 'Whoever invited says that it is right, or invites again.',
    where: 'On this page: Contractor → That is right.',
  } as const;
  const isOver = hasEnded(connection);
  const causes = [
    ...((await needsAcceptance(db, connection)) ? [cause] : []),
    ...(!isOver && (await ownerAddress(db, connection)) === 'wanted' ? [addressWanted] : []),
  ];
  await showConnectionCauses(db, { tenantId, connectionId, family: 'acceptance' }, causes);
}

const addressWanted = {
  reason: 'address-missing',
  owner: 'admin',
  subject: 'acceptance:address',
  seen: 'Whoever reads the project was accepted, and not invited at an address of theirs: no mail goes to them.',
  needed: 'Whoever invited sends the acceptance of that person once more, with their e-mail address.',
  where: 'On this page: Contractor → That is right.',
} as const;
