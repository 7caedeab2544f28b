/** `demo`: what the tour carries; `large`: all 17 projects with 30 days each; `brief`: the demo's sites with two days each. */
export const profiles = ['demo', 'large', 'brief'] as const;
export type Profile = (typeof profiles)[number];
