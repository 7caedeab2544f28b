import { Fault } from '../../../domain/faults.ts';
import { coverageOf, type RecordMatch } from '../../../domain/projects.ts';
import type { Evidence } from '../../../domain/steps.ts';
import { type DirectoryPerson, listPeople } from '../../../procore/operations/people.ts';
import type { CheckContext } from '../../contract.ts';
import { type Matchable, matchRecords, personRules } from '../../matching.ts';
import { foldEmail } from '../../names.ts';
import { allOf } from '../../pages.ts';
import { covered } from '../../words.ts';
import type { HammertechUser } from '../schema.ts';
import { settings } from '../settings.ts';
import { hammertechOf } from './partner.ts';

export interface MatchedPeople {
  readonly matches: readonly RecordMatch[];
  /** Counts only: a check's outcome leaves the process, so it names nobody. */
  readonly evidence: Evidence;
}

/**
 * Pairs the people who log in to HammerTech with the people of Procore's directory: by e-mail address, then by name. Differing
 * addresses contradict even an equal name: then a person decides. Off if the module is off, and never blocks going live.
 */
export async function matchPeople(context: CheckContext): Promise<MatchedPeople> {
  const { modules, settings: given } = context.connection;
  if (!modules.includes('people')) return { matches: [], evidence: {} };
  const users = await usersOf(context);
  if (users === undefined)
    return { matches: kept(context), evidence: { people: 'HammerTech does not show its users to this login' } };
  const { matchBy } = settings.parse(given).people;
  const rules = matchBy === 'e-mail' ? { ...personRules, doubtFrom: Number.POSITIVE_INFINITY } : personRules;
  const people = (await listPeople(await context.boundService())).map(markedPerson);
  const matches = matchRecords(rules, users.filter(isActive).map(markedUser), people, context.matches);
  const toDecide = matches.filter(({ state }) => state === 'doubtful').length;
  const without = matches.filter(({ state }) => state === 'unmatched').length;
  return {
    matches,
    evidence: {
      people: covered(coverageOf(matches, 'person')),
      ...(toDecide > 0 && { peopleToDecide: toDecide }),
      ...(without > 0 && { peopleWithoutCounterpart: without }),
    },
  };
}

/** Undefined: the login may not read them, which blocks nothing. */
async function usersOf(context: CheckContext): Promise<readonly HammertechUser[] | undefined> {
  try {
    return await allOf((await hammertechOf(context)).users());
  } catch (error) {
    if (error instanceof Fault && error.kind === 'partner-scope-missing') return undefined;
    throw error;
  }
}

/** Keeps the known matches if the list cannot be read now. */
const kept = ({ matches }: CheckContext): readonly RecordMatch[] => matches.filter(({ kind }) => kind === 'person');

const isActive = ({ status }: HammertechUser): boolean => (status ?? 'active').toLowerCase() !== 'inactive';

const emails = (email: string | null): readonly string[] => {
  const folded = foldEmail(email);
  return folded === undefined ? [] : [folded];
};

const markedUser = ({ id, name, email }: HammertechUser): Matchable => ({ id, name: name ?? '', marks: emails(email) });

const markedPerson = ({ id, name, email }: DirectoryPerson): Matchable => ({ id, name, marks: emails(email) });
