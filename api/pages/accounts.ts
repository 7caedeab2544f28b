import { randomUUID } from 'node:crypto';
import { personActor } from '../../shared/domain/actors.ts';
import { undoUntil } from '../../shared/domain/contractors.ts';
import { commandsAfter, commandsBy } from '../../shared/store/commands.ts';
import { type Connection, findConnection, findConnections, hasEnded } from '../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { servedBy } from '../../shared/store/grants/grant-uses.ts';
import { findGrantOfPerson, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { membersToReturn, placesOfMember } from '../../shared/store/people/responders.ts';
import { tellTakenBack } from '../../shared/store/people/taken-back.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { connectionRun } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { lookAtUses, nudgeAll } from '../use-looks.ts';
import { PageRefusal } from './answers.tsx';
import { takeBack } from './contracting.ts';
import { refusals } from './refusal-page.tsx';
import type { Visit } from './visits.ts';

/** A connection that is read with the person's authorization. */
export interface OwnedConnection {
  readonly connectionId: string;
  readonly projectName: string;
  /** They connected it themselves, rather than taking it over from a former owner. */
  readonly isConnector: boolean;
  /** It was decided to end it, and that is under way. */
  readonly isEnding: boolean;
  /** Null if they cannot take it back by themselves any more. */
  readonly undoUntil: Date | null;
}

/** What a signed-in person has authorized at one tenant. */
export interface Account {
  /** Null if there is none, or none any more. */
  readonly grant: PersonGrant | null;
  /** Projects on which their answers carry their name. */
  readonly answersOn: readonly string[];
  readonly owns: readonly OwnedConnection[];
  /** The member as whom they can authorize again, after a revocation of their own or a lapse; null: nobody. */
  readonly returnsAs: { readonly emailKey: string; readonly connectionId: string; readonly answersOn: readonly string[] } | null;
  /** Projects whose connections they have taken back since they signed in, and that have ended. */
  readonly takenBack: readonly string[];
}

/** Reads the account of the person who signed in to Procore, and of nobody else. */
export async function readAccount(db: Db, { signIn }: Visit): Promise<Account> {
  const { procoreUserId, createdAt } = signIn;
  const grant = procoreUserId === null ? undefined : await findGrantOfPerson(db, procoreUserId);
  const by = personActor(procoreUserId ?? '');
  const takenBack = await takenBackBy(db, by, createdAt);
  const returnsAs = procoreUserId === null ? null : await returningAs(db, procoreUserId);
  if (grant === undefined) return { grant: null, answersOn: [], owns: [], returnsAs, takenBack };
  const uses = await servedBy(db, grant.grantId);
  const answersOn = new Set<string>();
  for (const key of uses.emailKeys) for (const { projectName } of await placesOfMember(db, key)) answersOn.add(projectName);
  const owns: OwnedConnection[] = [];
  for (const connectionId of uses.connectionIds) {
    const connection = await findConnection(db, connectionId);
    if (connection !== undefined) owns.push(await ownedBy(db, connection, by));
  }
  return { grant, answersOn: [...answersOn], owns, returnsAs, takenBack };
}

async function returningAs(db: Db, procoreUserId: string): Promise<Account['returnsAs']> {
  for (const emailKey of await membersToReturn(db, procoreUserId)) {
    const places = await placesOfMember(db, emailKey);
    const [place] = places;
    if (place) return { emailKey, connectionId: place.connectionId, answersOn: places.map(({ projectName }) => projectName) };
  }
  return null;
}

async function ownedBy(db: Db, connection: Connection, actorId: string): Promise<OwnedConnection> {
  const { connectionId, boundProjectName } = connection;
  const decided = await commandsAfter(db, { connectionId }, '0');
  return {
    connectionId,
    projectName: boundProjectName ?? '',
    isConnector: decided.findLast(({ kind }) => kind === 'connect')?.actorId === actorId,
    isEnding: decided.some(({ kind }) => kind === 'stop'),
    undoUntil: undoUntil(connection, Date.now()),
  };
}

async function takenBackBy(db: Db, actorId: string, since: Date): Promise<readonly string[]> {
  const stopped = (await commandsBy(db, actorId, since)).filter(({ kind }) => kind === 'stop');
  const connections = await findConnections(
    db,
    stopped.map(({ connectionId }) => connectionId),
  );
  return [...connections.values()].filter(hasEnded).map(({ boundProjectName }) => boundProjectName ?? '');
}

const isSignedIn = ({ signIn }: Visit): boolean => signIn.purpose === 'see-account' && signIn.state === 'exchanged';

/**
 * Ends the person's own authorization: nothing is written or read with it from now on. Whoever invited them is told by mail. A
 * second press has no effect.
 */
export async function revokeOwn(dependencies: ApiDependencies, visit: Visit): Promise<void> {
  const { tenantId, signIn } = visit;
  const { pool, runs, settings } = dependencies;
  const { mails, looks } = await withTenant(pool, tenantId, async (db) => {
    if (!isSignedIn(visit)) throw new PageRefusal(409, refusals.tooLate);
    const { grant } = await readAccount(db, visit);
    if (grant === null || !(await revokeGrant(db, grant.grantId))) return { mails: [], looks: [] };
    const told = await tellTakenBack(db, { tenantId, grantId: grant.grantId, restoreEpoch: settings.restoreEpoch });
    const actorId = personActor(signIn.procoreUserId ?? '');
    const asked = await lookAtUses(db, dependencies, { tenantId, actorId }, await servedBy(db, grant.grantId));
    await appendAudit(db, tenantId, [{ actorId, action: 'grant.revoke', subject: `grant:${grant.grantId}` }]);
    return { mails: told, looks: asked };
  });
  nudgeAll(dependencies, looks);
  for (const mailId of mails) await runs.sendMail({ tenantId, mailId });
}

/** As whom a person who is signed in to see their account authorizes again. Throws the page that says so if there is nobody. */
export async function whoReturns(dependencies: ApiDependencies, visit: Visit): Promise<NonNullable<Account['returnsAs']>> {
  const { returnsAs } = await withTenant(dependencies.pool, visit.tenantId, (db) => readAccount(db, visit));
  if (!isSignedIn(visit) || returnsAs === null) throw new PageRefusal(409, refusals.tooLate);
  return returnsAs;
}

/** Takes back a connection of theirs, within a day of its creation. A second press has no effect. */
export async function undoOwn(dependencies: ApiDependencies, visit: Visit, connectionId: string): Promise<void> {
  const { tenantId, signIn } = visit;
  const commandId = randomUUID();
  const workflowId = await withTenant(dependencies.pool, tenantId, async (db) => {
    const { owns } = await readAccount(db, visit);
    const owned = owns.find((one) => one.connectionId === connectionId);
    if (isSignedIn(visit) && owned?.isEnding) return undefined;
    const connection = owned?.undoUntil ? await findConnection(db, connectionId) : undefined;
    if (!isSignedIn(visit) || connection === undefined) throw new PageRefusal(409, refusals.tooLate);
    await takeBack(db, { tenantId, connectionId, commandId, actorId: personActor(signIn.procoreUserId ?? '') });
    return connectionRun(tenantId, connection);
  });
  if (workflowId !== undefined) void dependencies.runs.tell(workflowId, 'stop', { commandId }, commandId);
}
