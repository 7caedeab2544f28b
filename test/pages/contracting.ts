import type { Visitor } from './visitor.ts';

/** Somebody who is back from Procore says who they are and what they may, chooses Harbour Tower and presses the one button. */
export async function connectHarbourTower(person: Visitor): Promise<void> {
  await person.untilHeading('Is that you?');
  await person.press('Yes, that is me');
  await person.untilHeading('Your role in Procore');
  await person.press('Yes');
  await person.untilHeading('Which project?');
  await person.press('Choose Harbour Tower');
  await person.untilHeading('Connect Harbour Tower');
  await person.press('Create connection');
}
