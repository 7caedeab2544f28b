import { allHandlersFinished, defineUpdate, isCancellation, setHandler } from '@temporalio/workflow';
import { type Message, type MessageName, messages, unsealedMarker } from '../shared/domain/messages.ts';
import { failingOf, refusal } from './failure.ts';

export interface UpdateHandling<Name extends MessageName, Answer> {
  /** Shown in the UI's list of Updates: what it does and one example. */
  readonly description: string;
  /** Why it is not allowed now, in a sentence that names the field; undefined if it is allowed. Reads state only. */
  readonly objection?: (message: Message<Name>) => string | undefined;
  readonly handle: (message: Message<Name>) => Promise<Answer>;
}

/**
 * Registers an Update. Wrong shapes, payloads not sealed by us and objections are rejected before anything is written to history;
 * any later error fails only this Update.
 */
export function onUpdate<Name extends MessageName, Answer>(name: Name, handling: UpdateHandling<Name, Answer>): void {
  const handler = async (given: unknown): Promise<Answer> => {
    try {
      return await handling.handle(parsed(name, given));
    } catch (error) {
      if (isCancellation(error)) throw refusal('ended', `${name}: the workflow ended meanwhile`);
      const failing = failingOf(error);
      throw refusal(failing.reason, failing.says);
    }
  };
  const validator = (given: unknown): void => {
    const objection = handling.objection?.(parsed(name, given));
    if (objection !== undefined) throw refusal('refused', `${name}: ${objection}`);
  };
  setHandler(defineUpdate<Answer, [unknown]>(name), handler, { validator, description: handling.description });
}

function parsed<Name extends MessageName>(name: Name, given: unknown): Message<Name> {
  if (isUnsealed(given)) {
    throw refusal(
      'unsealed',
      `${name}: the payload was not sealed by Groundwork; send it from a page that uses the codec endpoint`,
    );
  }
  const result = messages[name].safeParse(given);
  if (result.success) return result.data as Message<Name>; // the schema of this name
  const says = result.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ');
  throw refusal('refused', `${name}: ${says}`);
}

const isUnsealed = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && Object.keys(unsealedMarker).some((name) => Object.hasOwn(given, name));

/** No Update is being handled at this moment. */
export const noHandlerRuns = (): boolean => allHandlersFinished();
