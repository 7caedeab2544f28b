import type { OfferedProject } from '../../../domain/contractors.ts';
import { type Check, type CheckResult, met } from '../../contract.ts';
import { foldEmail, nameScore } from '../../names.ts';
import type { OwnerFacts, PeopleContext } from '../../people.ts';
import { alreadyConnected, stuck, waiting } from '../../words.ts';
import { keptByAnother, noAdminOf } from './choose-project.ts';
import { takenBack } from './invitation.ts';
import { peopleOf } from './people.ts';
import { roleOn } from './roles.ts';

/** From this name similarity on, the connecting company counts as the invited one. */
const sameCompanyFrom = 0.8;

/**
 * Binds company and project, because a signed-in admin pressed the button that names both. If another person or company connects
 * than was invited (a forwarded link), the prime consultant must first accept it.
 */
export const createConnection: Check = async (context) => {
  const people = peopleOf(context);
  const { boundProject, decided, invitation, owner } = people;
  if (boundProject !== null) {
    // both may have connected before either of them carried anything
    if (await people.isKeptByAnother(boundProject.id)) return stuck('already-connected', 'admin', alreadyConnected('part3'));
    return met((await people.lastEvidence()) ?? { projectId: boundProject.id });
  }
  if (invitation?.state === 'withdrawn') return takenBack;
  const { connect, project: chosen } = decided;
  const project = people.offered.find(({ projectId }) => projectId === connect?.projectId);
  const isCurrent = connect !== null && chosen?.projectId === connect.projectId && chosen.companyId === connect.companyId;
  if (!isCurrent || project === undefined || owner === null) return notPressed;
  // proven at the choice, which may be days ago
  const role = await roleOn(people, project);
  if (role === null) return noAdminOf(project);
  if (await people.isKeptByAnother(project.projectId)) return keptByAnother(project);
  const differs = differenceFrom(people, project, owner);
  if (differs !== null && !isAccepted(people, project, owner)) return primeDecides(differs);
  const { companyId, projectId } = project;
  return met(
    { companyId, projectId, role, connectedAt: connect.at },
    {
      projectBinding: {
        project,
        owner: { id: owner.procoreUserId, name: owner.name ?? '', isInvited: isInvited(people, owner) },
      },
    },
  );
};

const notPressed: CheckResult = waiting('contractor', {
  seen: 'The project is chosen and not connected yet.',
  needed: 'The contractor presses the button that names company and project.',
  where: 'On their page: Create connection.',
});

/** Compared as at the sign-in; true if nobody was invited, since then nobody else is meant. */
const isInvited = ({ invitation }: PeopleContext, { login }: OwnerFacts): boolean =>
  invitation === null || foldEmail(login) === foldEmail(invitation.email);

/** How the connecting person or company differs from the invited one; null: in nothing that matters. */
function differenceFrom(people: PeopleContext, { companyName }: OfferedProject, owner: OwnerFacts): string | null {
  const { invitation } = people;
  if (invitation === null) return null;
  const isSamePerson = isInvited(people, owner);
  const isSameCompany = nameScore(companyName, invitation.companyName) >= sameCompanyFrom;
  if (isSamePerson && isSameCompany) return null;
  if (isSamePerson) return `The contractor connects the company ${companyName}; invited was ${invitation.companyName}.`;
  const who = 'Another account than the invited address connects the project';
  return isSameCompany ? `${who}.` : `${who}, in the company ${companyName}; invited was ${invitation.companyName}.`;
}

const isAccepted = ({ decided }: PeopleContext, { companyId }: OfferedProject, { procoreUserId }: OwnerFacts): boolean =>
  decided.accepted?.companyId === companyId && decided.accepted.procoreUserId === procoreUserId;

const primeDecides = (seen: string): CheckResult =>
  waiting('admin', {
    seen,
    needed: 'Whoever invited them says that this is right, or invites again.',
    where: 'On this page: Contractor → That is right.',
  });
