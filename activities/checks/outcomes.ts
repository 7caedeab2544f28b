import { type Fault, wordsOf } from '../../shared/domain/faults.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import { clipped } from '../../shared/domain/texts.ts';
import type { StatedWait } from '../../shared/domain/workflow-inputs.ts';

const longestWhy = 300;

/** What a permanent fault means for a step: stuck, in the words of the fault's own table where nobody said it better. */
export function outcomeOfFault(fault: Fault): Outcome {
  const { seen, needed, where } = wordsOf(fault);
  return {
    state: 'stuck',
    reason: fault.kind,
    on: fault.owner,
    seen: clipped(seen),
    needed: clipped(needed),
    where: clipped(where),
  };
}

/** The far side said until when it does not want to be asked; undefined where it did not. */
export function statedWaitOf(fault: Fault): StatedWait | undefined {
  const { waitUntilMs } = fault.detail;
  return waitUntilMs === undefined ? undefined : { waitUntilMs, why: clipped(fault.message, longestWhy) };
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
