import { Fault } from '../../../domain/faults.ts';
import { type Check, type CheckResult, met, type PartnerLoginFacts } from '../../contract.ts';
import { allOf } from '../../pages.ts';
import type { PeopleContext } from '../../people.ts';
import { someOf, stuck, waiting } from '../../words.ts';
import type { Part3Client } from '../client.ts';
import type { Part3Project } from '../schema.ts';
import { login, partnerLogin } from '../settings.ts';
import { part3Of } from './part3.ts';
import { peopleOf } from './people.ts';
import { isSameOrganisation, type Leaders, leadersOf, leadersSeen } from './project-leaders.ts';

/**
 * Proves by a real read that the token is of the organisation that was submitted with it, and sees the project that the connection
 * is for. One that was proven before needs only see the project: an organisation may be renamed at Part3.
 */
export const verifyPartner: Check = async (context) => {
  if (context.partnerLogin === null) {
    return waiting('admin', {
      seen: 'No access token of Part3 was submitted yet.',
      needed: 'The name of your organisation at Part3 and its access token.',
      where: 'On this page: Part3 token.',
    });
  }
  try {
    const part3 = await part3Of(context);
    const projects = await allOf(part3.projects());
    const wanted = projectOf(peopleOf(context));
    return wanted === null
      ? await ofOrganisation(part3, projects, context.partnerLogin)
      : await ofProject(part3, projects, context.partnerLogin, wanted);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'partner-credential-rejected') throw error;
    return stuck('partner-credential-rejected', 'admin', {
      seen: 'Part3 does not accept this token.',
      ...login.cure,
    });
  }
};

interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly isBound: boolean;
}

/** The project of Part3 that the connection is for; null: nobody was invited to one, or the invitation was taken back. */
function projectOf({ invitation, boundProject }: PeopleContext): Wanted | null {
  const isBound = boundProject !== null;
  if (invitation === null || (!isBound && invitation.state === 'withdrawn')) return null;
  return { id: invitation.partnerProjectId, name: invitation.partnerProjectName, isBound };
}

const isActive = ({ status }: Part3Project): boolean => status !== 'archived';

async function ofOrganisation(
  part3: Part3Client,
  projects: readonly Part3Project[],
  submitted: PartnerLoginFacts,
): Promise<CheckResult> {
  const active = projects.filter(isActive);
  if (active.length === 0) {
    return notForThis({
      seen: 'Part3 accepts the token, but shows it no active project.',
      needed: 'A token that sees the project which is to be connected.',
    });
  }
  const organisation = nameIn(submitted);
  const leaders = await leadersSeen(part3, active, organisation);
  if (!leaders.names.some(isSameOrganisation(organisation))) return ofAnother(organisation, leaders);
  const names = active.map(({ name, id }) => name ?? id);
  return met({ projects: active.length, examples: someOf(names, 3), organisation });
}

async function ofProject(
  part3: Part3Client,
  projects: readonly Part3Project[],
  submitted: PartnerLoginFacts,
  wanted: Wanted,
): Promise<CheckResult> {
  const project = projects.find(({ id }) => id === wanted.id);
  const organisation = nameIn(submitted);
  if (project === undefined) {
    const { names } = await leadersSeen(part3, projects.filter(isActive), organisation);
    const shown = names.length === 0 ? '' : `projects of ${someOf(names, 3)}, but `;
    return notForThis({
      seen: `Part3 shows this token ${shown}not the project ${wanted.name}, which this connection is for.`,
      needed: `A token of the prime consultant of ${wanted.name}, with the name of its organisation.`,
    });
  }
  if (!wanted.isBound && !isActive(project)) {
    return notForThis({
      seen: `${wanted.name} is archived at Part3: nothing can be written there.`,
      needed: 'The project reopened there, or an invitation to another one.',
      where: `At Part3: ${wanted.name}; or on this page: Contractor → Invite.`,
    });
  }
  if (!submitted.serves) {
    const leaders = await leadersOf(part3, project);
    if (!leaders.names.some(isSameOrganisation(organisation))) return ofAnother(organisation, leaders);
  }
  const warnings = isActive(project) ? [] : [`${wanted.name} is archived at Part3: nothing can be written there.`];
  return met({ projects: projects.filter(isActive).length, examples: wanted.name, organisation }, {}, warnings);
}

const nameIn = ({ shown }: PartnerLoginFacts): string => partnerLogin.parse(shown).organisation;

/** The organisation of a token cannot be asked for: it is told by who leads the projects that Part3 shows it. */
function ofAnother(organisation: string, { names, others, projects }: Leaders): CheckResult {
  const where = someOf(projects, 3);
  if (others.some(isSameOrganisation(organisation))) {
    return notForThis({
      seen: `${organisation} takes part in ${where} at Part3, but does not lead it as prime consultant${names.length === 0 ? '' : `: ${someOf(names, 3)} does`}.`,
      needed: 'The name and the token of the prime consultant’s organisation.',
    });
  }
  if (names.length === 0) {
    return notForThis({
      seen: `Part3 names no prime consultant of ${where}, so it cannot be told whose token this is.`,
      needed: `${organisation} as prime consultant of the project.`,
      where: 'At Part3: the project → Companies.',
    });
  }
  return notForThis({
    seen: `Part3 shows this token projects of ${someOf(names, 3)}, none of ${organisation}, the name that was submitted with it.`,
    needed: `The token of ${organisation}; or, if that is another name of it, the name that Part3 shows.`,
  });
}

const notForThis = (words: { readonly seen: string; readonly needed: string; readonly where?: string }): CheckResult =>
  stuck('partner-scope-missing', 'admin', {
    where: 'At Part3: the settings of your organisation; then submit name and token on this page: Part3 token.',
    ...words,
  });
