import { coverageOf, type RecordMatch } from '../../../domain/projects.ts';
import { listProjectUsers } from '../../../procore/operations/project-users.ts';
import { type Check, type ListedMember, met } from '../../contract.ts';
import { type Matchable, matchRecords, personRules } from '../../matching.ts';
import { foldEmail } from '../../names.ts';
import { allOf } from '../../pages.ts';
import type { PeopleContext } from '../../people.ts';
import { covered } from '../../words.ts';
import type { Part3Client } from '../client.ts';
import { absenceCounts, wholeFor } from './absence.ts';
import { part3Of } from './part3.ts';
import { peopleOf } from './people.ts';

/** Only these companies' people are the design team, not the contractor's or the owner's. */
const designRoles: ReadonlySet<string> = new Set(['prime-consultant', 'consultant']);

/**
 * Finds the design team in Procore: those with an authorized account by that account, whatever their address there; the others
 * by e-mail, then by name. Unmatched people do not block going live: they just take part in no item yet. Read as the project's
 * reader: people found before stay found if a stand-in is not shown them.
 */
export const matchPeople: Check = async (context) => {
  const people = peopleOf(context);
  const projectId = people.boundProject?.id ?? '';
  const team = await teamOf(await part3Of(context), people.invitation?.partnerProjectId ?? '');
  const { users, reader } = await people.asReader(async (procore, as) => ({
    users: await listProjectUsers(procore, projectId),
    reader: as,
  }));
  const before = await people.readAs();
  const authorized = authorizedMatches(people, team);
  const known = [...authorized, ...context.matches.filter(({ partnerId }) => !authorized.some(isAbout(partnerId)))];
  const found = known.filter(({ kind, state }) => kind === 'person' && state === 'matched');
  const missing = found.filter(({ procoreId }) => users.every(({ id }) => id !== procoreId));
  const listed = users.map(({ id, name, email }): Matchable => ({ id, name, marks: marksOf(email) }));
  const counts = absenceCounts(reader, before);
  const matches = matchRecords(
    personRules,
    team.map(({ memberId, name, emailKey }): Matchable => ({ id: memberId, name, marks: [emailKey] })),
    counts ? listed : [...listed, ...missing.map(stillThere)],
    counts ? known : known.map((match) => (found.includes(match) ? { ...match, basis: 'person' } : match)),
  );
  const evidence = { people: covered(coverageOf(matches, 'person')), readAs: wholeFor(reader, before, missing.length) };
  return met(evidence, { team, matches: counts ? matches : matches.map((match) => withBasisOf(found, match)) });
};

const isAbout =
  (partnerId: string) =>
  (match: RecordMatch): boolean =>
    match.partnerId === partnerId;

/** A person whom this reader is not shown. */
const stillThere = ({ procoreId, procoreName }: RecordMatch): Matchable => ({
  id: procoreId ?? '',
  name: procoreName ?? '',
  marks: [],
});

/** Pairs found before were passed in as decided; this restores how they were found. */
function withBasisOf(found: readonly RecordMatch[], match: RecordMatch): RecordMatch {
  const before = found.find(isAbout(match.partnerId));
  return before ? { ...match, basis: before.basis, score: before.score } : match;
}

async function teamOf(part3: Part3Client, partnerProjectId: string): Promise<readonly ListedMember[]> {
  const companies = (await allOf(part3.companies(partnerProjectId))).filter(({ role }) => designRoles.has(role));
  const team: ListedMember[] = [];
  for (const { id } of companies) {
    for (const { id: memberId, name, email, returns, leftAt } of await allOf(part3.members(id))) {
      const emailKey = foldEmail(email);
      if (leftAt === null && email !== null && emailKey !== undefined) {
        team.push({ memberId, name: name ?? email, email: email.trim(), emailKey, returns });
      }
    }
  }
  return team;
}

/** Treated as decided by a person: they stated themselves who they are. */
const authorizedMatches = ({ team }: PeopleContext, listed: readonly ListedMember[]): readonly RecordMatch[] =>
  team.flatMap(({ memberId, name, procoreUserId, authorization }) =>
    authorization === 'live' && procoreUserId !== null && listed.some((member) => member.memberId === memberId)
      ? [
          {
            kind: 'person',
            partnerId: memberId,
            partnerName: name,
            procoreId: procoreUserId,
            procoreName: null,
            basis: 'person',
            score: 1,
            state: 'matched',
          },
        ]
      : [],
  );

const marksOf = (email: string | null): readonly string[] => {
  const folded = foldEmail(email);
  return folded === undefined ? [] : [folded];
};
