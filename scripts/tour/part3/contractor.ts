import type { Person } from '../browsing/person.ts';
import { goToProcore } from '../sign-in.ts';

/**
 * Plays the general contractor from the link in the mail to the connected project: signs in, confirms who they are and that they
 * may connect, chooses the project and presses the one button. Throws if a page does not name what it should.
 */
export async function connectProject(
  person: Person,
  link: string,
  wanted: { readonly project: string; readonly inviter: string; readonly account: string },
): Promise<void> {
  const { project, inviter, account } = wanted;
  await person.open(link);
  await readOn(person, /^Continue with Procore$/, [project, inviter]);
  await goToProcore(person);
  // after an interruption, a person continues where they were
  const next: readonly (readonly [RegExp, readonly string[]])[] = [
    [/^Yes, that is me$/, [account]],
    [/^Yes$/, []],
    [new RegExp(`^Choose ${project}$`), [project]],
    [/^Create connection$/, [project, inviter]],
  ];
  const isConnected = new RegExp(`^${project} is connected$`);
  const any = new RegExp([isConnected, ...next.map(([button]) => button)].map(({ source }) => `(?:${source})`).join('|'));
  for (;;) {
    const { heading, buttons } = await person.reach(any);
    if (isConnected.test(heading)) return;
    const [button, names] = next.find(([words]) => buttons.some((one) => words.test(one))) ?? [any, []];
    await readOn(person, button, names);
    await person.press(button);
  }
}

async function readOn(person: Person, button: RegExp, names: readonly string[]): Promise<void> {
  const { heading, text } = await person.reach(button);
  const unnamed = names.filter((name) => !text.includes(name));
  if (unnamed.length > 0) throw new Error(`the page "${heading}" does not name ${unnamed.join(', ')}`);
}
