import { nameScore } from '../../names.ts';
import { allOf } from '../../pages.ts';
import type { Part3Client } from '../client.ts';
import type { Part3Project } from '../schema.ts';

/** The companies of some projects by their part in them. */
export interface Leaders {
  /** Names of the prime consultants. */
  readonly names: readonly string[];
  /** Names of all others. */
  readonly others: readonly string[];
  /** Names of the projects. */
  readonly projects: readonly string[];
}

/** The most projects looked at one by one: those that changed last. */
const looksAtMost = 12;

/** Equal but for case, accents, spaces and punctuation. */
export const isSameOrganisation =
  (name: string) =>
  (other: string): boolean =>
    nameScore(name, other) === 1;

export async function leadersOf(part3: Part3Client, { id, name }: Part3Project): Promise<Leaders> {
  const companies = await allOf(part3.companies(id));
  const named = (isMeant: boolean) =>
    companies.flatMap(({ name: of, role }) => (of === null || (role === 'prime-consultant') !== isMeant ? [] : [of]));
  return { names: named(true), others: named(false), projects: [name ?? id] };
}

/** Who leads these projects, as far as it must be read to find one that this organisation leads. */
export async function leadersSeen(part3: Part3Client, projects: readonly Part3Project[], organisation: string): Promise<Leaders> {
  let seen: Leaders = { names: [], others: [], projects: [] };
  for (const project of projects.slice(-looksAtMost).reverse()) {
    const found = await leadersOf(part3, project);
    seen = joined(seen, found);
    if (found.names.some(isSameOrganisation(organisation))) return seen;
  }
  return seen;
}

const joined = (one: Leaders, other: Leaders): Leaders => ({
  names: distinct([...one.names, ...other.names]),
  others: distinct([...one.others, ...other.others]),
  projects: distinct([...one.projects, ...other.projects]),
});

/** The first spelling of each. */
const distinct = (names: readonly string[]): readonly string[] =>
  names.filter((name, place) => names.findIndex(isSameOrganisation(name)) === place);
