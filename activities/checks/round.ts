import { isDeepStrictEqual } from 'node:util';
import type { ListedProject } from '../../shared/domain/projects.ts';
import { type Outcome, restingOn, type Step } from '../../shared/domain/steps.ts';

/** What the checks of one round of care share: one list of active projects, and which outcomes changed. */
export interface Round {
  /** Reads the list once per credential; a failed read is repeated. */
  activeProjects(credentialId: string, read: () => Promise<readonly ListedProject[]>): Promise<readonly ListedProject[]>;
  /** The list as last read in this round; undefined if it was not read. */
  readonly listed: readonly ListedProject[] | undefined;
  noteOutcome(stepId: string, before: Outcome | null, after: Outcome | null): void;
  /** Whether somebody asks for this step, or the outcome of a step it rests on changed in this round. */
  asksAnew(stepId: string): boolean;
}

export function newRound(steps: readonly Step[], asked: ReadonlySet<string>): Round {
  const lists = new Map<string, Promise<readonly ListedProject[]>>();
  const changed = new Set<string>();
  let listed: readonly ListedProject[] | undefined;
  return {
    get listed() {
      return listed;
    },
    async activeProjects(credentialId, read) {
      const reading = lists.get(credentialId) ?? read();
      lists.set(credentialId, reading);
      try {
        listed = await reading;
        return listed;
      } catch (error) {
        lists.delete(credentialId);
        throw error;
      }
    },
    noteOutcome(stepId, before, after) {
      if (!isDeepStrictEqual(before, after)) changed.add(stepId);
    },
    asksAnew: (stepId) => asked.has(stepId) || [...changed].some((id) => id !== stepId && restingOn(steps, id).includes(stepId)),
  };
}
