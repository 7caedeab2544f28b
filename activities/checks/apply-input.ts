import { commandInputs, isStepCommandKind, type StepCommandKind, stepOfCommand } from '../../shared/domain/commands.ts';
import { appendAudit } from '../../shared/store/audit.ts';
import { type Command, commandsAfter, findCommand, markApplied } from '../../shared/store/commands.ts';
import { storeProjectChoice } from '../../shared/store/connections.ts';
import { findDryRun } from '../../shared/store/dry-runs.ts';
import { decideMatch } from '../../shared/store/matches.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { ConnectionRef, StepRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface Applied {
  readonly applied: boolean;
  readonly says: string;
}

const no = (says: string): Applied => ({ applied: false, says });

/**
 * Applies one person's decision to a step. The id alone decides nothing: the row must be of this tenant and connection, for this
 * step, of a kind we know, and as its door parsed it. Applying it twice changes nothing.
 */
export function applyInput(deps: ActivityDependencies, input: StepRef & { readonly commandId: string }): Promise<Applied> {
  return withTenant(deps.pool, input.tenantId, async (db) => {
    const command = await findCommand(db, input.connectionId, input.commandId);
    return command ? applyRow(db, input, command) : no('there is no such decision for this connection');
  });
}

/**
 * Applies what was decided about the step and not delivered yet, oldest first: a check comes after the decisions it rests on. Answers
 * how many there were.
 */
export async function applyWaiting(db: Db, input: StepRef): Promise<number> {
  const open = (await commandsAfter(db, { connectionId: input.connectionId }, '0')).filter(({ appliedAt }) => appliedAt === null);
  const waiting = open.filter(({ kind }) => isStepCommandKind(kind) && stepOfCommand[kind] === input.stepId);
  for (const command of waiting) await applyRow(db, input, command);
  return waiting.length;
}

async function applyRow(db: Db, input: StepRef, command: Command): Promise<Applied> {
  if (!isStepCommandKind(command.kind) || stepOfCommand[command.kind] !== input.stepId) {
    return no(`a decision of the kind ${command.kind} does not apply to ${input.stepId}`);
  }
  if (command.appliedAt !== null) return { applied: true, says: 'applied before' };
  const answer = await appliers[command.kind](db, input, command);
  // Refused for good: it would be refused again, and must not be delivered for ever.
  await markApplied(db, command.commandId);
  return answer;
}

const appliers: Readonly<Record<StepCommandKind, (db: Db, ref: ConnectionRef, command: Command) => Promise<Applied>>> = {
  async 'choose-projects'(db, ref, command) {
    const choice = commandInputs['choose-projects'].safeParse(command.input);
    if (!choice.success) return no('the choice of projects cannot be read');
    await storeProjectChoice(db, ref.connectionId, choice.data);
    return { applied: true, says: 'the choice of projects is stored' };
  },
  async confirm(db, ref, command) {
    const given = commandInputs.confirm.safeParse(command.input);
    const current = await findDryRun(db, ref.connectionId);
    if (!given.success || !current) return no('there is no dry run to confirm');
    if (given.data.dryRunAt !== current.at) return no('the dry run was repeated meanwhile; read it again');
    return { applied: true, says: 'confirmed' };
  },
  async 'decide-match'(db, ref, command) {
    const decision = commandInputs['decide-match'].safeParse(command.input);
    if (!decision.success) return no('the pair cannot be read');
    const known = await decideMatch(db, { connectionId: ref.connectionId, decidedBy: command.actorId, ...decision.data });
    return known ? { applied: true, says: 'the pair is stored' } : no('there is no such record of the partner');
  },
};

/** Whether a signed-in person's or key's wish to end the connection stands. Ending it is up to whoever asked. */
export function applyStop(deps: ActivityDependencies, input: ConnectionRef & { readonly commandId: string }): Promise<Applied> {
  return withTenant(deps.pool, input.tenantId, async (db) => {
    const command = await findCommand(db, input.connectionId, input.commandId);
    if (command?.kind !== 'stop') return no('there is no such decision for this connection');
    if (await markApplied(db, command.commandId)) {
      const subject = `connection:${input.connectionId}`;
      await appendAudit(db, input.tenantId, [{ actorId: command.actorId, action: 'connection.stop', subject }]);
    }
    return { applied: true, says: 'it ends' };
  });
}
