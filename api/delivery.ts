import { z } from 'zod';
import { messageOfCommand } from '../shared/domain/command-messages.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { findCommand, markApplied, markDelivered, withdrawCommand, writeCommand } from '../shared/store/commands.ts';
import type { Connection } from '../shared/store/connections/connections.ts';
import type { Db } from '../shared/store/tenancy.ts';
import { appendAudit } from '../shared/store/tenants/audit.ts';
import { secretObjection } from '../shared/temporal/payload-guard.ts';
import { carriesSecret } from '../shared/temporal/without-secrets.ts';
import type { ApiDependencies, Delivery } from './dependencies.ts';
import { Problem } from './problem.ts';
import type { Answer, Caller } from './route.ts';

/** A decision to be delivered to a run. `subject`: what it is about, for the audit log, e.g. `step:confirm`. */
const decision = z.object({
  kind: z.string(),
  input: z.unknown(),
  connectionId: z.string(),
  projectLinkId: z.string().exactOptional(),
  workflowId: z.string(),
  subject: z.string(),
  why: z.string().exactOptional(),
});
export type Decision = Readonly<z.infer<typeof decision>>;

/** The response to a decision. */
export interface Change {
  readonly commandId: string;
  /** false: stored, and delivered by `upkeep`. */
  readonly delivered: boolean;
  readonly says: string;
  readonly answer: unknown;
}

/** The workflow id of the run that takes the connection's decisions now; throws `not-now` if none ever will again. */
export function connectionRun(tenantId: string, connection: Connection): string {
  const { stage, connectionId } = connection;
  if (stage === 'disconnected' || stage === 'expired')
    throw new Problem('not-now', `The connection is ${stage}; make a new onboarding.`);
  return stage === 'onboarding' ? workflowIds.onboarding(tenantId, connectionId) : workflowIds.care(tenantId, connectionId);
}

/**
 * Stores and delivers the caller's decision: first its row, in the transaction that read what it is about, then the Update, with
 * a deadline. 200 with the run's answer; 202 if the run could not be reached in time (`upkeep` delivers it); 409 if the run
 * refuses: then only the audit entry is kept.
 */
export async function decide(
  caller: Caller,
  dependencies: ApiDependencies,
  read: (db: Db) => Promise<Decision>,
): Promise<Answer & { readonly body: Change }> {
  const commandId = caller.idFor('command');
  const decided = await caller.once('command', decision, async (db) => {
    const found = await read(db);
    const { kind, input, connectionId, projectLinkId, subject, why } = found;
    // the same id comes again under an Idempotency-Key whose stored answer is void
    if ((await findCommand(db, connectionId, commandId)) !== undefined) return found;
    // refused before any row or audit entry holds it
    if (carriesSecret([input, why])) throw new Problem('not-now', secretObjection(`Update ${kind}`));
    await writeCommand(db, {
      tenantId: caller.tenantId,
      commandId,
      connectionId,
      projectLinkId,
      kind,
      input,
      actorId: caller.actorId,
    });
    const fields = typeof input === 'object' && input !== null ? Object.keys(input) : [];
    await appendAudit(db, caller.tenantId, [{ actorId: caller.actorId, action: kind, subject, fields, ...(why && { why }) }]);
    return found;
  });
  const delivery = await tell(caller, dependencies, decided, commandId);
  if (delivery.kind === 'refused') throw new Problem('not-now', delivery.says);
  const delivered = delivery.kind === 'answered';
  const says = delivered ? saysOf(delivery.answer) : delivery.says;
  const answer = delivered ? (delivery.answer ?? null) : null;
  return { status: delivered ? 200 : 202, body: { commandId, delivered, says, answer } };
}

async function tell(caller: Caller, dependencies: ApiDependencies, decision: Decision, commandId: string): Promise<Delivery> {
  const command = messageOfCommand({ commandId, kind: decision.kind, input: decision.input });
  if (command === undefined) throw new Error(`no Update for a command of kind ${decision.kind}`);
  const delivery = await dependencies.runs.tell(decision.workflowId, command.name, command.message, commandId);
  if (delivery.kind === 'refused' && command.keeps)
    return { kind: 'later', says: `Stored; it applies when its step comes. ${delivery.says}` };
  if (delivery.kind === 'refused') {
    await caller.inTenant(async (db) => {
      await withdrawCommand(db, commandId);
      await caller.takeBack(db, 'command');
    });
  }
  if (delivery.kind === 'answered') {
    await caller.inTenant(async (db) => {
      await markDelivered(db, commandId);
      if (!command.runApplies) await markApplied(db, commandId);
    });
  }
  return delivery;
}

const saysOf = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'says' in answer && typeof answer.says === 'string' ? answer.says : 'done';
