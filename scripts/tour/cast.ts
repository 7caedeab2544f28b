import type { Manner } from './browsing/pace.ts';
import { type Person, personAt } from './browsing/person.ts';
import type { Browsing } from './browsing/tab.ts';
import type { JsonClient } from './http.ts';
import type { Comparisons } from './synced.ts';
import type { Truth } from './truth.ts';

/** The participants and tools of a tour. */
export interface Cast {
  /** The public API with a tenant's key. */
  api(tenant: string): JsonClient;
  readonly truth: Truth;
  readonly say: (line: string) => void;
  /** Somebody at a browser of their own. */
  person(name: string): Promise<Person>;
  /** How people go through pages. */
  readonly manner: Manner;
  /** How long anything may take before the tour gives up. */
  readonly patienceMs: number;
}

/** The people of a tour, who go through pages in the given manner; each gets a browser of their own. */
export function peopleOf(
  { manner, patienceMs }: Pick<Cast, 'manner' | 'patienceMs'>,
  browsing: Pick<Browsing, 'enter'>,
  nowMs?: () => number,
): Pick<Cast, 'person' | 'manner' | 'patienceMs'> {
  const going = { manner, patienceMs };
  return { ...going, person: async (name) => personAt(await browsing.enter(), name, going, nowMs) };
}

/** The final report on a partner. */
export interface PartnerReport {
  readonly connected: boolean;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly ms: number }[];
  readonly streams: Comparisons;
  readonly procoreCalls: number;
  readonly ms: number;
}
