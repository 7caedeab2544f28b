import { timeStamp } from '../hammertech/records.ts';
import type { HammerTech } from '../hammertech/state.ts';
import type { Id, Person } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import type { Random } from './random.ts';

const dayMs = 86_400_000;

/** Employees of the builder who log in to HammerTech under the same address. */
const sameAddress = 12;

interface Customer {
  tenant: string;
  companyId: Id;
}

/**
 * The users of one HammerTech customer, as such lists look: most have the address that Procore knows, spelt with other case or stray
 * blanks; one has a private address; one has none; one is unknown to Procore.
 */
export function seedUsers(world: World, hammertech: HammerTech, { tenant, companyId }: Customer, random: Random): void {
  const modified = timeStamp(new Date(world.clock.nowMs() - 60 * dayMs));
  const put = (name: string, email: string | null): void => {
    hammertech.users.put({ tenant, record: { id: random.guid(), name, email, status: 'active', modified } });
  };
  const employees = world.companyUsers
    .filter((user) => user.companyId === companyId && user.isEmployee)
    .flatMap(({ personId }) => world.people.get(personId) ?? [])
    .filter(({ serviceOfAppId }) => serviceOfAppId === null);
  const [privately, without, ...others] = employees.filter((person) => isAlone(person, employees));
  for (const [index, person] of others.slice(0, sameAddress).entries()) put(nameOf(person), spelt(person.email, index));
  if (privately) put(nameOf(privately), `private-${random.hex(6)}@mail.example`);
  if (without) put(nameOf(without), null);
  put('Nobody Inparticular', `nobody@${tenant}.example`);
}

const nameOf = ({ firstName, lastName }: Person): string => `${firstName} ${lastName}`.trim();

const isAlone = (person: Person, all: readonly Person[]): boolean =>
  all.filter((other) => nameOf(other).toLowerCase() === nameOf(person).toLowerCase()).length === 1;

const spelt = (email: string, index: number): string =>
  index % 3 === 0 ? email.toUpperCase() : index % 3 === 1 ? `  ${email} ` : email;
