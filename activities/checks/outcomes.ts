import { type Fault, wordsOf } from '../../shared/domain/faults.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import { clipped } from '../../shared/domain/texts.ts';
import type { StatedWait } from '../../shared/domain/workflow-inputs.ts';

const longestWhy = 300;

/** The outcome for a permanent fault: stuck, in the words of the fault's own table unless the fault has better ones. */
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

/** The wait that the far side stated; undefined if it stated none. */
export function statedWaitOf(fault: Fault): StatedWait | undefined {
  const { waitUntilMs } = fault.detail;
  return waitUntilMs === undefined ? undefined : { waitUntilMs, why: clipped(fault.message, longestWhy) };
}

/** What a watch shows beside its retry: the reason first, for support. */
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
