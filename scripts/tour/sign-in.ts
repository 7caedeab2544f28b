import type { Person } from './browsing/person.ts';
import type { View } from './browsing/tab.ts';

/**
 * Plays the person who signs in: opens the link, presses the one button, picks themselves on Procore's page, comes back, reads
 * the page that names tenant, partner and company, and confirms.
 */
export async function signInAs(person: Person, link: string, names: readonly string[]): Promise<void> {
  await person.open(link);
  await goToProcore(person);
  await confirmOn(person, names);
}

/** From our page to Procore and back. */
export async function goToProcore(person: Person): Promise<void> {
  await person.press(/^Continue with Procore$/);
  await person.reach(/^Allow$/);
  await person.pick(person.name);
  await person.press(/^Allow$/);
}

/** Waits on the sign-in page for its question, and confirms. */
export async function confirmOn(person: Person, names: readonly string[]): Promise<View> {
  const { text } = await person.reach(/^Yes, (connect|read)/);
  const unnamed = names.filter((name) => !text.includes(name));
  if (unnamed.length > 0) throw new Error(`the confirmation page does not name ${unnamed.join(', ')}`);
  await person.press(/^Yes, (connect|read)/);
  return person.reach(/^Thank you/);
}
