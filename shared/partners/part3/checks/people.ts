import type { CheckContext } from '../../contract.ts';
import type { PeopleContext } from '../../people.ts';

/** The state of the connection's people; every connection of this partner has it. */
export function peopleOf({ people }: CheckContext): PeopleContext {
  if (people === null) throw new Error('a connection of people is checked with what its people have done');
  return people;
}
