import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { personActor } from '../../shared/domain/actors.ts';
import { commandInputs, type StepCommandKind, stepOfCommand } from '../../shared/domain/commands.ts';
import { type OfferedProject, undoUntil } from '../../shared/domain/contractors.ts';
import { shownAddress } from '../../shared/domain/mail.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { type Command, commandsAfter, writeCommand } from '../../shared/store/commands.ts';
import { type Connection, findConnection, hasEnded } from '../../shared/store/connections/connections.ts';
import { connectedElsewhere, listOffers } from '../../shared/store/connections/offered-projects.ts';
import { findStep, type StoredStep } from '../../shared/store/connections/steps.ts';
import { findGrant, grantStands } from '../../shared/store/grants/grants.ts';
import { offerSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject, ownerReads, proposedOwner } from '../../shared/store/people/authorizations.ts';
import { type Invitation, listInvitations } from '../../shared/store/people/invitations.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { streamCounts } from '../../shared/store/records/open-records.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { type Flow, readFlow } from './flow.ts';
import { nudgeVisited } from './looks.ts';
import { refusals } from './refusal-page.tsx';
import type { Inviter } from './told.ts';
import type { Visit } from './visits.ts';

/** The decisions a contractor makes on our pages. */
export type ContractorSays = Extract<StepCommandKind, 'confirm-role' | 'choose-project' | 'connect'>;

/** How far a contractor is, and what they decide next. */
export interface Contracting {
  readonly projectName: string | null;
  readonly invitedCompany: string | null;
  /** Null: nobody was invited. */
  readonly inviter: Inviter | null;
  /** The account that signed in has another address than the invited one. */
  readonly isOther: boolean;
  /**
   * `completing`: the sign-in is being turned into an authorization. `other-owner`: another person's authorization is used by
   * now. `proposed`: they wait for the inviter to confirm that the project is read as them.
   */
  readonly standing: 'completing' | 'other-owner' | 'proposed' | 'owner';
  /** What may be shown of the owner, if that is another person. */
  readonly owner: string | null;
  /** The owner's authorization is in force and gives access: nobody replaces them. */
  readonly ownerReads: boolean;
  readonly offered: readonly OfferedProject[];
  /** Ids of those offered projects that another connection of this tenant holds. */
  readonly connected: ReadonlySet<string>;
  readonly chosen: OfferedProject | null;
  /** The person's newest command of each kind, which may be applied or not. */
  readonly said: Readonly<Record<ContractorSays, Command | null>>;
  readonly steps: Readonly<Record<ContractorSays, StoredStep | undefined>>;
  readonly bound: { readonly company: string; readonly project: string } | null;
  /** Items that exist at the partner by now. */
  readonly carried: { readonly rfis: number; readonly submittals: number };
  readonly flow: Flow;
  /** Null if the person cannot take it back any more. */
  readonly undoUntil: Date | null;
  /** They pressed Undo, and it is under way. */
  readonly isEnding: boolean;
  readonly hasEnded: boolean;
}

export const isContractor = ({ signIn }: Visit): boolean => signIn.subject === contractorSubject;

/** Reads the state for the page of a person who authorizes for the contractor. */
export async function readContracting(db: Db, visit: Visit): Promise<Contracting> {
  const { connectionId, signIn } = visit;
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) throw new Error('a visit is to a connection');
  const [invitation] = await listInvitations(db, connectionId);
  const offered = await listOffers(db, connectionId);
  const commands = await commandsAfter(db, { connectionId }, '0');
  const by = personActor(signIn.procoreUserId ?? '');
  const newest = (kind: ContractorSays | 'stop') =>
    commands.findLast((command) => command.kind === kind && command.actorId === by) ?? null;
  const step = (kind: ContractorSays) => findStep(db, connectionId, stepOfCommand[kind]);
  const said = { 'confirm-role': newest('confirm-role'), 'choose-project': newest('choose-project'), connect: newest('connect') };
  const choice = commandInputs['choose-project'].safeParse(said['choose-project']?.input);
  const ended = hasEnded(connection);
  return {
    projectName: invitation?.projectName ?? null,
    invitedCompany: invitation?.invitedCompany ?? null,
    inviter: invitation ? { name: invitation.inviterName, company: invitation.inviterCompany } : null,
    isOther: isOther(invitation, signIn),
    standing: await standingOf(db, connection, signIn),
    owner: await otherOwner(db, connection, signIn),
    ownerReads: await ownerReads(db, connection),
    offered,
    connected: await connectedElsewhere(db, connectionId),
    chosen: (choice.success && offered.find(({ projectId }) => projectId === choice.data.projectId)) || null,
    said,
    steps: {
      'confirm-role': await step('confirm-role'),
      'choose-project': await step('choose-project'),
      connect: await step('connect'),
    },
    bound:
      connection.boundProjectId === null
        ? null
        : { company: connection.companyName ?? '', project: connection.boundProjectName ?? '' },
    carried: await carriedOf(db, connection),
    flow: await readFlow(db, connection),
    undoUntil: ended ? null : undoUntil(connection, Date.now()),
    isEnding: newest('stop') !== null && !ended,
    hasEnded: ended,
  };
}

/**
 * The invited address is sealed for the worker, which compares it once it knows who signed in; before that, only the shown parts
 * can be compared.
 */
const isOther = (invitation: Invitation | undefined, { isInvited, procoreLogin }: SignIn): boolean =>
  isInvited === null
    ? invitation !== undefined && procoreLogin !== null && shownAddress(procoreLogin) !== invitation.invitedShown
    : !isInvited;

async function carriedOf(db: Db, { connectionId, boundProjectId }: Connection): Promise<Contracting['carried']> {
  const [link] = boundProjectId === null ? [] : await listProjectLinks(db, connectionId);
  const counts = link === undefined ? [] : await streamCounts(db, link.projectLinkId);
  const of = (stream: string) => counts.find((count) => count.stream === stream)?.target ?? 0;
  return { rfis: of('rfis'), submittals: of('submittals') };
}

async function otherOwner(db: Db, { ownerGrantId }: Connection, { procoreUserId }: SignIn): Promise<string | null> {
  const grant = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  if (grant === undefined || grant.procoreUserId === procoreUserId) return null;
  return grant.procoreLogin && shownAddress(grant.procoreLogin);
}

async function standingOf(db: Db, connection: Connection, signIn: SignIn): Promise<Contracting['standing']> {
  const { ownerGrantId, boundProjectId } = connection;
  const { procoreUserId, state, hasToken } = signIn;
  if (ownerGrantId === null) return 'completing';
  const grant = await findGrant(db, ownerGrantId);
  const isTaken = state !== 'confirmed' || !hasToken;
  if (grant?.procoreUserId === procoreUserId) return isTaken || grantStands(grant) ? 'owner' : 'completing';
  if ((await proposedOwner(db, connection))?.procoreUserId === procoreUserId) return 'proposed';
  return boundProjectId !== null && !isTaken ? 'completing' : 'other-owner';
}

/**
 * Stores the contractor's decision, in their name, and has its step checked. Refused if they are not, or no longer, the owner.
 */
export async function say<Kind extends ContractorSays>(
  dependencies: ApiDependencies,
  visit: Visit,
  kind: Kind,
  input: z.infer<(typeof commandInputs)[Kind]>,
): Promise<void> {
  const { tenantId, connectionId } = visit;
  await withTenant(dependencies.pool, tenantId, async (db) => {
    const { actorId, contracting } = await speaker(db, visit);
    if (contracting.bound !== null) throw new PageRefusal(409, refusals.tooLate);
    if ('projectId' in input && contracting.connected.has(input.projectId)) throw new PageRefusal(409, refusals.connectedAlready);
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind, input, actorId });
    await appendAudit(db, tenantId, [
      { actorId, action: kind, subject: `step:${stepOfCommand[kind]}`, fields: Object.keys(input) },
    ]);
  });
  nudgeVisited(dependencies, visit, [stepOfCommand[kind]]);
}

/**
 * Lets the contractor use another account while nothing is connected: a new sign-in, in this browser. Once that person has
 * confirmed who they are, they replace the former account, whose authorization ends. Returns the sign-in's id.
 */
export async function otherAccount(dependencies: ApiDependencies, visit: Visit): Promise<string> {
  const { tenantId, connectionId } = visit;
  const { linkToken, pool, settings } = dependencies;
  const signInId = randomUUID();
  await withTenant(pool, tenantId, async (db) => {
    const { actorId, contracting } = await speaker(db, visit);
    if (contracting.bound !== null) throw new PageRefusal(409, refusals.tooLate);
    await offerSignIn(db, {
      tenantId,
      signInId,
      connectionId,
      purpose: 'authorize-person',
      subject: contractorSubject,
      linkHash: hashToken(linkToken(signInId)),
      restoreEpoch: settings.restoreEpoch,
      createdBy: actorId,
      expiresAt: visit.signIn.expiresAt,
    });
    await appendAudit(db, tenantId, [{ actorId, action: 'sign-in.other-account', subject: `sign-in:${signInId}` }]);
  });
  return signInId;
}

/** Takes the connection back, within a day of its creation; what was carried over by then stays. */
export async function undo(dependencies: ApiDependencies, visit: Visit): Promise<void> {
  const { tenantId, connectionId, workflowId } = visit;
  const commandId = randomUUID();
  await withTenant(dependencies.pool, tenantId, async (db) => {
    const { actorId, contracting } = await speaker(db, visit);
    if (contracting.undoUntil === null) throw new PageRefusal(409, refusals.tooLate);
    await takeBack(db, { tenantId, connectionId, commandId, actorId });
  });
  if (workflowId !== null) void dependencies.runs.tell(workflowId, 'stop', { commandId }, commandId);
}

/** Writes the decision to take a connection back, in the name of the person given. */
export async function takeBack(
  db: Db,
  given: { readonly tenantId: string; readonly connectionId: string; readonly commandId: string; readonly actorId: string },
): Promise<void> {
  const { tenantId, connectionId, actorId } = given;
  const input = { reason: 'The contractor took the connection back.' };
  await writeCommand(db, { ...given, kind: 'stop', input });
  await appendAudit(db, tenantId, [{ actorId, action: 'stop', subject: `connection:${connectionId}`, why: input.reason }]);
}

async function speaker(db: Db, visit: Visit) {
  const { state, procoreUserId } = visit.signIn;
  const contracting = await readContracting(db, visit);
  if (!isContractor(visit) || state !== 'confirmed' || procoreUserId === null || contracting.standing !== 'owner')
    throw new PageRefusal(409, refusals.tooLate);
  return { actorId: personActor(procoreUserId), contracting };
}
