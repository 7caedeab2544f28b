import type { BackfillSurvey } from '../../../domain/backfill.ts';
import { faultIn } from '../../../domain/faults.ts';
import { type Check, type CheckContext, met } from '../../contract.ts';
import type { PeopleContext } from '../../people.ts';
import { waiting } from '../../words.ts';
import { surveyBackfill } from '../backfill-survey.ts';
import { peopleOf } from './people.ts';

/** How long a count is shown with its date before it is renewed. */
const countedForMs = 24 * 3_600_000;

/** Requires a choice of how much of the past is brought over. Until then the cost of each choice is counted once a day. */
export const backfill: Check = async (context) => {
  const people = peopleOf(context);
  const { backfill: chosen } = people.decided;
  if (chosen !== null) return met({ ...chosen.choice, chosenAt: chosen.at });
  const survey = await surveyWhereDue(context, people);
  const asked = waiting('admin', {
    seen: 'It is not chosen yet what of the past is brought over.',
    needed: 'None, the open items, or everything since a date.',
    where: 'On this page: Bring over.',
  });
  return survey === undefined ? asked : { ...asked, keep: { survey } };
};

/** A failed count blocks nobody's choice: another step reports whether the project can be read. */
async function surveyWhereDue(context: CheckContext, people: PeopleContext): Promise<BackfillSurvey | undefined> {
  const { countedAtMs } = people;
  if (countedAtMs !== null && Date.now() - countedAtMs < countedForMs) return undefined;
  try {
    return await surveyBackfill(context, people);
  } catch (error) {
    if (faultIn(error)?.handling === 'retry' || !faultIn(error)) throw error;
    return undefined;
  }
}
