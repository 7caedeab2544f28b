import { stepOfCommand } from '../domain/commands.ts';
import { showConnectionCauses } from './attention.ts';
import { proposedOwner } from './authorizations.ts';
import { type Connection, endedStages, findConnection } from './connections.ts';
import { findStep } from './steps.ts';
import type { Db } from './tenancy.ts';

type Awaiting = Pick<Connection, 'connectionId' | 'stage' | 'boundProjectId' | 'ownerGrantId' | 'proposedOwnerGrantId'>;

/**
 * Whether nothing goes on before whoever invited says that it is right: another person or company connects the project than was invited, or
 * another person waits to take the place of an owner who does not read.
 */
export async function needsAcceptance(db: Db, connection: Awaiting): Promise<boolean> {
  if (endedStages.some((stage) => stage === connection.stage)) return false;
  if (connection.boundProjectId !== null) return (await proposedOwner(db, connection)) !== undefined;
  const step = await findStep(db, connection.connectionId, stepOfCommand['accept-contractor']);
  return step?.outcome?.state === 'waiting' && step.outcome.on === 'admin';
}

/** Shows that wait as one item of the connection, whatever its stage; resolves it where nobody waits any more. May be repeated. */
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
  const causes = (await needsAcceptance(db, connection)) ? [cause] : [];
  await showConnectionCauses(db, { tenantId, connectionId, family: 'acceptance' }, causes);
}
