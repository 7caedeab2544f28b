import { isDeepStrictEqual } from 'node:util';
import {
  commandInputs,
  isOfOnboarding,
  isStepCommandKind,
  type StepCommandKind,
  stepOfCommand,
} from '../../shared/domain/commands.ts';
import { messages } from '../../shared/domain/messages.ts';
import { sameChoice } from '../../shared/domain/projects.ts';
import type { Plans } from '../../shared/domain/steps.ts';
import {
  appliedDecision,
  type Command,
  findCommand,
  markApplied,
  markDropped,
  openCommands,
} from '../../shared/store/commands.ts';
import { type Connection, lockConnection, storeProjectChoice } from '../../shared/store/connections/connections.ts';
import { decideMatch } from '../../shared/store/connections/matches.ts';
import { decideResponse } from '../../shared/store/connections/response-mappings.ts';
import { endIdleAuthorizations } from '../../shared/store/grants/grant-uses.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { acceptOwner } from '../../shared/store/people/authorizations.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { findAdminProjects } from '../../shared/store/projects/project-lists.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import type { ConnectionRef, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { reopen } from './reopen.ts';

export interface Applied {
  readonly applied: boolean;
  readonly says: string;
}

const no = (says: string): Applied => ({ applied: false, says });
const yes = (says: string): Applied => ({ applied: true, says });

/**
 * Applies one person's decision to a step. The id alone is not trusted: the row must belong to this tenant and connection, be for
 * this step, be of a known kind, and parse as it did at its entry point. Idempotent.
 */
export function applyInput(deps: ActivityDependencies, input: StepRef & { readonly commandId: string }): Promise<Applied> {
  return withTenant(deps.pool, input.tenantId, (db) => applyRow(db, deps.plans, input, input.commandId));
}

/**
 * Applies the step's decisions that are not applied yet, oldest first: a check comes after the decisions it rests on. Returns the
 * result of each. `rows`: the open commands, if they were read already.
 */
export async function applyWaiting(db: Db, plans: Plans, input: StepRef, rows?: readonly Command[]): Promise<readonly Applied[]> {
  const open = rows ?? (await openCommands(db, input.connectionId));
  const waiting = open.filter(({ kind }) => isStepCommandKind(kind) && stepOfCommand[kind] === input.stepId);
  const answers: Applied[] = [];
  for (const { commandId } of waiting) answers.push(await applyRow(db, plans, input, commandId));
  return answers;
}

/** The rows among these that ask for a look at the step. */
export const looksAskedFor = (open: readonly Command[], stepId: string): readonly string[] =>
  open
    .filter(({ kind, input }) => kind === 'retryStep' && messages.retryStep.safeParse(input).data?.stepId === stepId)
    .map(({ commandId }) => commandId);

/** Applies the decisions that wait for a step, without checking the step. */
export async function applyDecisions(deps: ActivityDependencies, input: StepRef) {
  const answers = await withTenant(deps.pool, input.tenantId, (db) => applyWaiting(db, deps.plans, input));
  return { applied: answers.length, says: answers.at(-1)?.says ?? 'all that was decided is applied' };
}

/** Holds the connection's lock, so that two concurrent callers apply the same row once. */
async function applyRow(db: Db, plans: Plans, input: StepRef, commandId: string): Promise<Applied> {
  const connection = await lockConnection(db, input.connectionId);
  const command = await findCommand(db, input.connectionId, commandId);
  if (!connection || !command) return no('there is no such decision for this connection');
  if (!isStepCommandKind(command.kind) || stepOfCommand[command.kind] !== input.stepId) {
    return no(`a decision of the kind ${command.kind} does not apply to ${input.stepId}`);
  }
  if (command.appliedAt !== null) return yes('applied before');
  if (command.droppedAt !== null) return no('it was refused before, or a newer decision took its place');
  const isTooLate = isOfOnboarding(command.kind) && connection.stage !== 'onboarding';
  const answer = isTooLate
    ? no(`the onboarding is over (${connection.stage}); this was decided in it`)
    : await appliers[command.kind](db, plans, connection, command);
  // refused for good: it would be refused again
  await (answer.applied ? markApplied : markDropped)(db, command.commandId);
  return answer;
}

const carriesOver = 'what is wanted more comes with the next cycles of the project, and what came already stays';

type Applier = (db: Db, plans: Plans, connection: Connection, command: Command) => Promise<Applied>;

const appliers: Readonly<Record<StepCommandKind, Applier>> = {
  async 'choose-projects'(db, plans, connection, command) {
    const { connectionId } = connection;
    const choice = commandInputs['choose-projects'].safeParse(command.input);
    if (!choice.success) return no('the choice of projects cannot be read');
    const newest = await appliedDecision(db, connectionId, 'choose-projects');
    if (newest && BigInt(newest.sequence) > BigInt(command.sequence)) return no('a newer choice took its place');
    const list = (await findAdminProjects(db, connectionId)) ?? null;
    const after = { ...choice.data, chosenAt: command.createdAt.toISOString() };
    if (sameChoice(connection.projectChoice, after, list)) return yes('it was chosen so before; nothing changes');
    await storeProjectChoice(db, connectionId, choice.data, command.createdAt);
    return yes(await reopen(db, plans, connection, stepOfCommand['choose-projects']));
  },
  'confirm-future': async () => yes('confirmed'),
  async confirm(db, _plans, { connectionId }, command) {
    const given = commandInputs.confirm.safeParse(command.input);
    const current = await findDryRun(db, connectionId);
    if (!given.success || !current) return no('there is no dry run to confirm');
    if (given.data.dryRunAt !== current.at) return no('the dry run was repeated meanwhile; read it again');
    return yes('confirmed');
  },
  'confirm-role': async () => yes('confirmed'),
  async 'choose-project'(db, plans, connection, command) {
    if (connection.boundProjectId !== null) return no('the project is connected already');
    return reopening('choose-project')(db, plans, connection, command);
  },
  connect: async () => yes('it is connected as soon as it was looked at once more'),
  'accept-contractor': async () => yes('accepted'),
  async 'accept-owner'(db, _plans, connection, command) {
    const accepted = commandInputs['accept-owner'].safeParse(command.input);
    if (!accepted.success) return no('the decision cannot be read');
    const answer = await acceptOwner(db, connection, accepted.data);
    if (answer === 'gone') return no('that person does not wait for it any more; they sign in again');
    if (answer === 'owner-reads') return no('the owner reads the project again; nobody takes their place');
    if (answer === 'owner') return yes('the project is read as that person already');
    await endIdleAuthorizations(db);
    await showAcceptance(db, connection.connectionId);
    return yes('the project is read as that person from now on');
  },
  async 'map-response'(db, plans, connection, command) {
    const decision = commandInputs['map-response'].safeParse(command.input);
    if (!decision.success) return no('the decision cannot be read');
    const known = await decideResponse(db, connection.connectionId, { ...decision.data, decidedBy: command.actorId });
    return known
      ? yes(await reopen(db, plans, connection, stepOfCommand['map-response']))
      : no('the project offers no such response');
  },
  async 'choose-backfill'(db, plans, connection, command) {
    const choice = commandInputs['choose-backfill'].safeParse(command.input);
    if (!choice.success) return no('the decision cannot be read');
    const newest = await appliedDecision(db, connection.connectionId, 'choose-backfill');
    if (newest && BigInt(newest.sequence) > BigInt(command.sequence)) return no('a newer choice took its place');
    if (newest && isDeepStrictEqual(newest.input, choice.data)) return yes('it was chosen so before; nothing changes');
    const says = await reopen(db, plans, connection, stepOfCommand['choose-backfill']);
    return yes(connection.stage === 'onboarding' ? says : `chosen; ${carriesOver}`);
  },
  async 'decide-match'(db, plans, connection, command) {
    const { connectionId } = connection;
    const decision = commandInputs['decide-match'].safeParse(command.input);
    if (!decision.success) return no('the pair cannot be read');
    const pair = await decideMatch(db, { connectionId, decidedBy: command.actorId, ...decision.data });
    if (pair === 'unknown') return no('there is no such record of the partner');
    if (pair === 'same') return yes('it was paired so before; nothing changes');
    return yes(await reopen(db, plans, connection, stepOfCommand['decide-match']));
  },
};

/** For a decision that is read when its step is checked: reopens whatever rests on the step. */
function reopening(kind: StepCommandKind): Applier {
  return async (db, plans, connection, command) => {
    if (!commandInputs[kind].safeParse(command.input).success) return no('the decision cannot be read');
    return yes(await reopen(db, plans, connection, stepOfCommand[kind]));
  };
}

/** Whether a signed-in person's or key's request to end the connection is valid. The caller ends the connection. */
export function applyStop(deps: ActivityDependencies, input: ConnectionRef & { readonly commandId: string }): Promise<Applied> {
  return withTenant(deps.pool, input.tenantId, async (db) => {
    const command = await findCommand(db, input.connectionId, input.commandId);
    if (command?.kind !== 'stop') return no('there is no such decision for this connection');
    if (await markApplied(db, command.commandId)) {
      const subject = `connection:${input.connectionId}`;
      await appendAudit(db, input.tenantId, [{ actorId: command.actorId, action: 'connection.stop', subject }]);
    }
    return yes('it ends');
  });
}
