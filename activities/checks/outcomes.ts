import { type Fault, wordsOf } from '../../shared/domain/faults.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import type { StatedWait } from '../../shared/domain/workflow-inputs.ts';

const longestText = 600;
const longestWhy = 300;

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** What a permanent fault means for a step: stuck, in the words of the fault's own table where nobody said it better. */
export function outcomeOfFault(fault: Fault): Outcome {
  const { seen, needed, where } = wordsOf(fault);
  return {
    state: 'stuck',
    reason: fault.kind,
    on: fault.owner,
    seen: clip(seen, longestText),
    needed: clip(needed, longestText),
    where: clip(where, longestText),
  };
}

/** The far side said until when it does not want to be asked; undefined where it did not. */
export function statedWaitOf(fault: Fault): StatedWait | undefined {
  const { waitUntilMs } = fault.detail;
  return waitUntilMs === undefined ? undefined : { waitUntilMs, why: clip(fault.message, longestWhy) };
}

/** What a watch tells beside its retry: the reason first, for support. */
export function reasonOf(outcome: Outcome): string {
  switch (outcome.state) {
    case 'met':
      return 'met';
    case 'waiting':
      return `waiting for ${outcome.on}: ${outcome.seen} Needed: ${outcome.needed}`;
    case 'stuck':
      return `${outcome.reason}: ${outcome.seen} Needed: ${outcome.needed}`;
  }
}
