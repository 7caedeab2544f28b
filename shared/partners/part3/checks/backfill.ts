import { type Check, met } from '../../contract.ts';
import { waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

/** Somebody chose what of the past is brought over. */
export const backfill: Check = async (context) => {
  const { backfill: chosen } = peopleOf(context).decided;
  if (chosen !== null) return met({ ...chosen.choice, chosenAt: chosen.at });
  return waiting('admin', {
    seen: 'It is not chosen yet what of the past is brought over.',
    needed: 'None, the open items, or everything since a date.',
    where: 'On this page: Bring over.',
  });
};
