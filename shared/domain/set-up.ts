import { z } from 'zod';

/**
 * "Set it up for me": what a signed-in admin may have done in Procore in their own name, each task with their consent. Listed in
 * the order of execution, which is that of the partner's guide.
 */
export const setUpTasks = [
  'company-template',
  'project-template',
  'user-templates',
  'new-projects',
  'projects',
  'old-templates',
] as const;
export type SetUpTask = (typeof setUpTasks)[number];

/**
 * A task is one intended write. `asked` → `sending` (claimed: attempt and lease) → `done` | `refused` (in words, with what to do
 * by hand) | `unknown` (it may have happened) → looked up twice → `done` (it is there) | `asked` (surely not there: sent anew).
 */
export const setUpStates = ['asked', 'sending', 'unknown', 'done', 'refused'] as const;
export type SetUpState = (typeof setUpStates)[number];

/** Allowed transitions; the store makes no others. A new consent asks again for what is done or refused. */
export const setUpTransitions: Readonly<Record<SetUpState, readonly SetUpState[]>> = {
  // done: it exists already; refused: Procore does not let us, or the sign-in has ended
  asked: ['sending', 'done', 'refused'],
  sending: ['done', 'refused', 'unknown', 'asked'],
  unknown: ['done', 'refused', 'asked'],
  done: ['asked'],
  refused: ['asked'],
};

/** States from which this one can be reached. */
export const setUpSources = (to: SetUpState): readonly SetUpState[] =>
  setUpStates.filter((from) => setUpTransitions[from].includes(to));

/** The result of a task, and what is left to do by hand; shown to people, never a vendor's body. */
export const setUpWords = z.object({ seen: z.string(), needed: z.string().optional(), where: z.string().optional() });
export type SetUpWords = Readonly<z.infer<typeof setUpWords>>;

export const isOpen = (state: SetUpState): boolean => state === 'asked' || state === 'sending' || state === 'unknown';
