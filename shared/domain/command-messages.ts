import { isStepCommandKind, stepOfCommand } from './commands.ts';
import { type MessageName, messages } from './messages.ts';

/** An Update as it is sent for a command row. */
export interface CommandMessage {
  readonly name: MessageName;
  readonly message: unknown;
  /** Whether the run itself marks the row as applied; else an answered Update means that it was. */
  readonly runApplies: boolean;
  /** The next check of its step applies the row by itself: a run that cannot take it yet is no reason to take it back. */
  readonly keeps?: boolean;
}

/** Update names whose message names the command row. */
const namesItsRow = new Set<MessageName>(['provideInput', 'resolveItem', 'stop']);

const isMessageName = (kind: string): kind is MessageName => Object.hasOwn(messages, kind);

/**
 * The Update that tells a run about a command row: the API sends it first, `upkeep` again until it is applied. A decision on a step
 * is sent as `retryStep`; any other row has the name of its Update as kind and its fields as input. Undefined: not a kind we know.
 */
export function messageOfCommand(command: {
  readonly commandId: string;
  readonly kind: string;
  readonly input: unknown;
}): CommandMessage | undefined {
  const { commandId, kind } = command;
  if (isStepCommandKind(kind)) {
    const stepId = stepOfCommand[kind];
    // An Update carries no authority: the step is looked at, and its check re-reads the row, in onboarding and in care alike.
    return { name: 'retryStep', message: { stepId }, runApplies: true, keeps: true };
  }
  if (!isMessageName(kind)) return undefined;
  const fields = typeof command.input === 'object' && command.input !== null ? { ...command.input } : {};
  // what else was wished for stands in the row
  if (kind === 'syncNow') return { name: kind, message: 'reason' in fields ? { reason: fields.reason } : {}, runApplies: false };
  if (kind === 'stop') return { name: kind, message: { commandId }, runApplies: true };
  if (kind === 'resolveItem')
    return { name: kind, message: { itemId: 'itemId' in fields ? fields.itemId : null, commandId }, runApplies: true };
  return { name: kind, message: fields, runApplies: namesItsRow.has(kind) };
}
