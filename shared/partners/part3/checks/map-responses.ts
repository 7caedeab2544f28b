import { listSubmittalResponses } from '../../../procore/operations/submittal-responses.ts';
import { type Check, met } from '../../contract.ts';
import { count, someOf, stuck } from '../../words.ts';
import { meaningOf } from '../responses.ts';
import { peopleOf } from './people.ts';

/** Every response that the project offers means something in Part3, or is known to mean nothing. A new one that comes later asks. */
export const mapResponses: Check = async (context) => {
  const people = peopleOf(context);
  if (!context.connection.modules.includes('submittals')) return met({ responses: 0 });
  const offered = await listSubmittalResponses(await people.asOwnerBound(), people.boundProject?.id ?? '');
  const decided = new Map(people.responses.filter(({ decidedBy }) => decidedBy !== null).map((row) => [row.responseId, row]));
  const responses = offered.map((response) => {
    const before = decided.get(response.id);
    return before ? { ...before, name: response.name, considered: response.considered } : meaningOf(response);
  });
  const asked = responses.filter(({ state }) => state === 'new').map(({ name }) => name);
  if (asked.length === 0) {
    return met({ mapped: responses.filter(({ state }) => state === 'mapped').length, of: responses.length }, { responses });
  }
  return stuck(
    'unmapped-response',
    'admin',
    {
      seen: `${count(asked.length, 'response')} of the project in Procore ${asked.length === 1 ? 'has' : 'have'} no meaning in Part3 yet: ${someOf(asked)}.`,
      needed: 'For each of them the response that people choose in Part3, or that it is never chosen there.',
      where: 'On this page: Responses.',
    },
    { responses },
  );
};
