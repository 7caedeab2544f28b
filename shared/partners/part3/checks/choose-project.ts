import { type Check, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';
import { roleInCompany, roleInProject } from './roles.ts';

/** One project of the contractor's own list, of which they are an admin. Whatever was chosen is looked at in Procore as them. */
export const chooseProject: Check = async (context) => {
  const people = peopleOf(context);
  const { project: chosen } = people.decided;
  const project = people.offered.find(({ projectId }) => projectId === chosen?.projectId);
  if (chosen === null || project === undefined || project.companyId !== chosen.companyId) {
    return waiting('contractor', {
      seen: chosen === null ? 'No project was chosen yet.' : 'The chosen project is not in the contractor’s list any more.',
      needed: 'The contractor chooses the project in their own list.',
      where: 'On their page: Company and project.',
    });
  }
  const client = await people.asOwnerIn(project.companyId);
  const role = (await roleInCompany(client)) ?? (await roleInProject(client, project.projectId));
  const seen = people.offered.map((one) => (one === project ? { ...project, role, looked: true } : one));
  if (role !== null) return met({ companyId: project.companyId, projectId: project.projectId, role }, { offered: seen });
  return stuck(
    'not-company-admin',
    'contractor',
    {
      seen: `The account that signed in is no admin of ${project.projectName}.`,
      needed: 'Admin on the Directory of the company or of the project, or Admin on both RFIs and Submittals.',
      where: `In Procore: ${project.projectName} → Directory → the person → Permissions; or another project of the list.`,
    },
    { offered: seen },
  );
};
