import type { Person } from '../browsing/person.ts';
import { goToProcore } from '../sign-in.ts';

/** Plays somebody who returns documents: opens the link in their mail, signs in to Procore, and lets answers carry their name. */
export async function authorizeAccount(person: Person, link: string): Promise<void> {
  await person.open(link);
  await goToProcore(person);
  await person.press(/^Authorize$/);
  await person.reach(/^Thank you/);
}
