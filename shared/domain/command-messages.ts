import { isStepCommandKind, stepOfCommand } from './commands.ts';
import { type MessageName, messages } from './messages.ts';

/** An Update as it is sent for a command row. */
export interface CommandMessage {
  readonly name: MessageName;
  readonly message: unknown;
  /** Whether the run itself marks the row as applied; else an answered Update means it is applied. */
  readonly runApplies: boolean;
  /** The next check of its step applies the row by itself: the row is kept even if a run cannot take it yet. */
  readonly keeps?: boolean;
}

/** Updates whose message contains the id of the command row. */
const namesItsRow = new Set<MessageName>(['provideInput', 'resolveItem', 'stop']);

const isMessageName = (kind: string): kind is MessageName => Object.hasOwn(messages, kind);

/**
 * The Update that tells a run about a command row: the API sends it first, `upkeep` resends it until it is applied. A decision
 * on a step is sent as `retryStep`; any other row's kind is the name of its Update, and its input the fields. Undefined for an
 * unknown kind.
 */
export function messageOfCommand(command: {
  readonly commandId: string;
  readonly kind: string;
  readonly input: unknown;
}): CommandMessage | undefined {
  const { commandId, kind } = command;
  if (isStepCommandKind(kind)) {
    const stepId = stepOfCommand[kind];
    // An Update carries no authority: the step is checked, and its check re-reads the row, in onboarding and in care alike.
    return { name: 'retryStep', message: { stepId }, runApplies: true, keeps: true };
  }
  if (!isMessageName(kind)) return undefined;
  const fields = typeof command.input === 'object' && command.input !== null ? { ...command.input } : {};
  // the row holds whatever else was requested
  if (kind === 'syncNow') return { name: kind, message: 'reason' in fields ? { reason: fields.reason } : {}, runApplies: false };
  if (kind === 'stop') return { name: kind, message: { commandId }, runApplies: true };
  if (kind === 'resolveItem')
    return { name: kind, message: { itemId: 'itemId' in fields ? fields.itemId : null, commandId }, runApplies: true };
  return { name: kind, message: fields, runApplies: namesItsRow.has(kind) };
}
