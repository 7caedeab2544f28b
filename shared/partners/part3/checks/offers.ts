import type { OfferedProject } from '../../../domain/contractors.ts';
import type { ListedProject } from '../../../domain/projects.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { type ListedCompany, listCompanies } from '../../../procore/operations/companies.ts';
import { listProjects } from '../../../procore/operations/projects.ts';
import { nameScore } from '../../names.ts';
import type { PeopleContext } from '../../people.ts';
import { roleInCompany, roleInProject } from './roles.ts';

/** The most projects looked at one by one, those named most like the invited one first; others are looked at once chosen. */
const looksAtMost = 12;

/**
 * The contractor's own list: the active projects of all their companies, with their role in each. Companies that our app is not
 * connected to show none.
 */
export async function readOffers(people: PeopleContext): Promise<readonly OfferedProject[]> {
  const companies = await listCompanies(await people.asOwner());
  const wanted = people.invitation?.partnerProjectName ?? '';
  const offered: OfferedProject[] = [];
  for (const company of companies) {
    if (company.active) offered.push(...(await offersIn(people, company, wanted)));
  }
  return offered;
}

/**
 * The same list, read again with one call, and one per active company: known roles stay, and a project new to the list is looked
 * at once chosen.
 */
export async function readOffersAgain(people: PeopleContext): Promise<readonly OfferedProject[]> {
  const companies = await listCompanies(await people.asOwner());
  const known = new Map(people.offered.map((offer) => [`${offer.companyId} ${offer.projectId}`, offer]));
  const offered: OfferedProject[] = [];
  for (const company of companies.filter(({ active }) => active)) {
    const projects = (await unlessRefused(listProjects(await people.asOwnerIn(company.id), 'active'))) ?? [];
    for (const project of projects) {
      const { role, looked } = known.get(`${company.id} ${project.id}`) ?? { role: null, looked: false };
      offered.push(offerOf(company, project, { role, looked }));
    }
  }
  return offered;
}

async function offersIn(people: PeopleContext, company: ListedCompany, wanted: string): Promise<readonly OfferedProject[]> {
  const client = await people.asOwnerIn(company.id);
  const projects = await unlessRefused(listProjects(client, 'active'));
  if (!projects) return [];
  const role = await roleInCompany(client);
  if (role !== null) return projects.map((project) => offerOf(company, project, { role, looked: true }));
  const byLikeness = [...projects].sort((left, right) => nameScore(right.name, wanted) - nameScore(left.name, wanted));
  const offers: OfferedProject[] = [];
  for (const [place, project] of byLikeness.entries()) {
    const looked = place < looksAtMost;
    offers.push(offerOf(company, project, { role: looked ? await roleInProject(client, project.id) : null, looked }));
  }
  return offers;
}

const offerOf = (
  { id: companyId, name: companyName }: ListedCompany,
  { id: projectId, name: projectName, number, city, timeZone }: ListedProject,
  seen: Pick<OfferedProject, 'role' | 'looked'>,
): OfferedProject => ({ companyId, companyName, projectId, projectName, number, city, timeZone, ...seen });
