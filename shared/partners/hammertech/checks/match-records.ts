import { coverageOf, type ListedProject, type RecordMatch, takingPart } from '../../../domain/projects.ts';
import { listVendors, type Vendor } from '../../../procore/operations/vendors.ts';
import { type Check, type CheckContext, met } from '../../contract.ts';
import { companyRules, type Matchable, matchRecords, projectRules } from '../../matching.ts';
import { foldRegistration } from '../../names.ts';
import { allOf } from '../../pages.ts';
import { count, covered, someOf, stuck } from '../../words.ts';
import type { Employer, HammertechProject } from '../schema.ts';
import { type MatchedPeople, matchPeople } from './match-people.ts';
import { hammertechOf } from './partner.ts';

/**
 * Pairs HammerTech's projects with Procore's (by number, then name), its employers with vendors (by ABN or EIN, then name) and
 * its users with people (by e-mail address, then name). Every record is returned, matched or not. Blocks only a connection
 * without any pair of projects.
 */
export const matchBothSides: Check = async (context) => {
  const hammertech = await hammertechOf(context);
  const procore = await context.boundService();
  const projects = matchRecords(
    projectRules,
    (await allOf(hammertech.projects())).filter(isRunning).map(markedProject),
    partOf(context, await context.activeProjects()).map(markedListed),
    context.matches,
  );
  const companies = matchRecords(
    companyRules,
    (await allOf(hammertech.employers())).map(markedEmployer),
    (await listVendors(procore)).filter(({ active }) => active).map(markedVendor),
    context.matches,
  );
  return resultOf(context, projects, companies, await matchPeople(context));
};

function resultOf(
  context: CheckContext,
  projects: readonly RecordMatch[],
  companies: readonly RecordMatch[],
  people: MatchedPeople,
) {
  const keep = { matches: [...projects, ...companies, ...people.matches] };
  const matched = projects.filter(({ state }) => state === 'matched');
  if (matched.length === 0 && context.connection.projectChoice?.existing !== 'none') {
    return stuck(
      'unmatched-project',
      'admin',
      {
        seen: `None of ${count(projects.length, 'HammerTech project')} has a counterpart among the chosen Procore projects${projects.length > 0 ? `: ${someOf(projects.map(nameOf))}` : ''}.`,
        needed: 'At least one pair of projects: the same number or the same name on both sides, or one chosen by hand.',
        where: 'On this page: Matching; or in Procore: Project → Admin → General → Project Number.',
      },
      keep,
    );
  }
  const evidence = {
    projects: covered(coverageOf(projects, 'project')),
    companies: covered(coverageOf(companies, 'company')),
    ...people.evidence,
    company: context.connection.companyName,
  };
  return met(evidence, keep, [...warningsOf(projects, 'project'), ...warningsOf(companies, 'employer')]);
}

function warningsOf(matches: readonly RecordMatch[], noun: string): readonly string[] {
  const doubtful = matches.filter(({ state }) => state === 'doubtful');
  const unmatched = matches.filter(({ state, basis }) => state === 'unmatched' && basis !== 'person');
  return [
    ...(doubtful.length > 0 ? [`${count(doubtful.length, noun)} to decide by a person: ${someOf(doubtful.map(nameOf))}.`] : []),
    ...(unmatched.length > 0
      ? [`${count(unmatched.length, noun)} without a counterpart: ${someOf(unmatched.map(nameOf))}.`]
      : []),
  ];
}

const nameOf = (match: RecordMatch): string => match.partnerName;

const isRunning = ({ status }: HammertechProject): boolean =>
  !['inactive', 'closed', 'archived'].includes((status ?? '').toLowerCase());

/** Of the projects that the sync user is on, those that the admin's choice includes. */
function partOf(
  { connection, adminProjects, matches }: CheckContext,
  projects: readonly ListedProject[],
): readonly ListedProject[] {
  const takesPart = takingPart(connection.projectChoice, adminProjects);
  const byHand = new Set(
    matches.flatMap(({ kind, basis, procoreId }) => (kind === 'project' && basis === 'person' ? [procoreId] : [])),
  );
  return projects.filter(({ id }) => takesPart({ procoreId: id, basis: byHand.has(id) ? 'person' : 'none' }));
}

const foldNumber = (number: string | null): readonly string[] => {
  const folded = (number ?? '').normalize('NFKC').toUpperCase().replace(/\s+/g, '');
  return folded === '' ? [] : [folded];
};

const markedProject = ({ id, name, number, timeZone }: HammertechProject): Matchable => ({
  id,
  name: name ?? '',
  timeZone,
  marks: foldNumber(number),
});

const markedListed = ({ id, name, number, timeZone }: ListedProject): Matchable => ({
  id,
  name,
  timeZone,
  marks: foldNumber(number),
});

const registrations = (...numbers: readonly (string | null | undefined)[]): readonly string[] =>
  numbers.flatMap((number) => foldRegistration(number) ?? []);

const markedEmployer = ({ id, name, abn, ein }: Employer): Matchable => ({
  id,
  name: name ?? '',
  marks: registrations(abn, ein),
});

const markedVendor = ({ id, name, registration }: Vendor): Matchable => ({
  id,
  name,
  marks: registrations(registration?.identifier),
});
