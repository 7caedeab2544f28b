import type { ResponseMapping } from '../../../domain/contractors.ts';
import { listSubmittalResponses, type SubmittalResponse } from '../../../procore/operations/submittal-responses.ts';
import { type Check, met } from '../../contract.ts';
import { foldName } from '../../names.ts';
import { count, someOf, stuck } from '../../words.ts';
import { meaningOf } from '../responses.ts';
import { absenceCounts, wholeFor } from './absence.ts';
import { peopleOf } from './people.ts';

/**
 * Requires that every response the project offers has a meaning in Part3, or is known to have none. A person is asked about
 * later ones. Read as the project's reader: what a stand-in is not shown still counts as offered.
 */
export const mapResponses: Check = async (context) => {
  const people = peopleOf(context);
  if (!context.connection.modules.includes('submittals')) return met({ responses: 0 });
  const { offered, reader } = await people.asReader(async (procore, as) => ({
    offered: await listSubmittalResponses(procore, people.boundProject?.id ?? ''),
    reader: as,
  }));
  const before = await people.readAs();
  const missing = people.responses.filter(({ responseId }) => offered.every(({ id }) => id !== responseId));
  const decided = new Map(people.responses.filter(({ decidedBy }) => decidedBy !== null).map((row) => [row.responseId, row]));
  const formers = [...missing.filter(({ decidedBy }) => decidedBy !== null), ...people.formerResponses];
  const shown = offered.map((response) => {
    const { id: responseId, name, considered } = response;
    const known = decided.get(responseId) ?? formers.find((former) => isSame(former, response));
    return known ? { ...known, responseId, name, considered } : meaningOf(response);
  });
  const responses = absenceCounts(reader, before) ? shown : [...shown, ...missing];
  const asked = responses.filter(({ state }) => state === 'new').map(({ name }) => name);
  if (asked.length === 0) {
    const mapped = responses.filter(({ state }) => state === 'mapped').length;
    return met({ mapped, of: responses.length, readAs: wholeFor(reader, before, missing.length) }, { responses });
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

/** One that was taken off and offered anew has another id: what was decided of it holds by its name and what it counts as. */
const isSame = ({ name, considered }: ResponseMapping, offered: SubmittalResponse): boolean =>
  considered === offered.considered && foldName(name) === foldName(offered.name);
