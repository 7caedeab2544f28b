import { coverageOf, type RecordMatch } from '../../../domain/projects.ts';
import { listProjectUsers } from '../../../procore/operations/project-users.ts';
import { type Check, type ListedMember, met } from '../../contract.ts';
import { type Matchable, matchRecords, personRules } from '../../matching.ts';
import { foldEmail } from '../../names.ts';
import { allOf } from '../../pages.ts';
import type { PeopleContext } from '../../people.ts';
import { covered } from '../../words.ts';
import type { Part3Client } from '../client.ts';
import { part3Of } from './part3.ts';
import { peopleOf } from './people.ts';

/** The contractor's and the owner's people are none of the design team. */
const designRoles: ReadonlySet<string> = new Set(['prime-consultant', 'consultant']);

/**
 * Finds the design team in Procore: who authorized an account is known by it, whatever their address there; the others by e-mail, then by
 * name. Nobody holds up going live: who is not found takes part in no item yet.
 */
export const matchPeople: Check = async (context) => {
  const people = peopleOf(context);
  const projectId = people.boundProject?.id ?? '';
  const team = await teamOf(await part3Of(context), people.invitation?.partnerProjectId ?? '');
  const users = await listProjectUsers(await people.asOwnerBound(), projectId);
  const authorized = authorizedMatches(people, team);
  const matches = matchRecords(
    personRules,
    team.map(({ memberId, name, emailKey }): Matchable => ({ id: memberId, name, marks: [emailKey] })),
    users.map(({ id, name, email }): Matchable => ({ id, name, marks: marksOf(email) })),
    [...authorized, ...context.matches.filter(({ partnerId }) => !authorized.some((known) => known.partnerId === partnerId))],
  );
  return met({ people: covered(coverageOf(matches, 'person')) }, { team, matches });
};

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

/** As if a person had decided it: they said themselves who they are. */
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
