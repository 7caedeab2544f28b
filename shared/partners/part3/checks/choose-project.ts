import type { OfferedProject } from '../../../domain/contractors.ts';
import { type Check, type CheckResult, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { readOffersAgain } from './offers.ts';
import { peopleOf } from './people.ts';
import { roleOn } from './roles.ts';

/**
 * Requires one project of the contractor's own list, of which they are an admin. The list is read again until they have chosen;
 * the chosen project is checked in Procore as them.
 */
export const chooseProject: Check = async (context) => {
  const people = peopleOf(context);
  const { project: chosen } = people.decided;
  const project = people.offered.find(({ projectId }) => projectId === chosen?.projectId);
  if (chosen === null || project === undefined || project.companyId !== chosen.companyId) {
    return waiting(
      'contractor',
      {
        seen: chosen === null ? 'No project was chosen yet.' : 'The chosen project is not in the contractor’s list any more.',
        needed: 'The contractor chooses the project in their own list.',
        where: 'On their page: Which project?',
      },
      { offered: await readOffersAgain(people) },
    );
  }
  const role = await roleOn(people, project);
  const offered = people.offered.map((one) => (one === project ? { ...project, role, looked: true } : one));
  if (role === null) return { ...noAdminOf(project), keep: { offered } };
  if (await people.isKeptByAnother(project.projectId)) return { ...keptByAnother(project), keep: { offered } };
  return met({ companyId: project.companyId, projectId: project.projectId, role }, { offered });
};

/** Whoever signed in may not connect the project. */
export const noAdminOf = ({ projectName }: OfferedProject): CheckResult =>
  stuck('not-company-admin', 'contractor', {
    seen: `The account that signed in is no admin of ${projectName}.`,
    needed:
      'Admin on the Directory of the company or of the project, or Admin on both RFIs and Submittals. Ask an admin of the project or of the company in Procore for it.',
    where: `In Procore: ${projectName} → Directory → the person → Permissions; or another project of the list.`,
  });

/** Another customer's connection keeps it in step with the same project of Part3: each of the two would send every answer. */
export const keptByAnother = ({ projectName }: OfferedProject): CheckResult =>
  stuck('already-connected', 'contractor', {
    seen: `${projectName} is kept in step with this project of Part3 by another customer’s connection already.`,
    needed: 'Another project; or the other connection is ended, and this one then goes on by itself.',
    where: 'On their page: Choose another project.',
  });
