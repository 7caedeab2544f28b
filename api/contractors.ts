import { personActor } from '../shared/domain/actors.ts';
import { commandInputs } from '../shared/domain/commands.ts';
import { undoUntil } from '../shared/domain/contractors.ts';
import { shownAddress } from '../shared/domain/mail.ts';
import { appliedDecision } from '../shared/store/commands.ts';
import { type Connection, hasEnded } from '../shared/store/connections/connections.ts';
import { listOffers } from '../shared/store/connections/offered-projects.ts';
import { findGrant, type GrantState } from '../shared/store/grants/grants.ts';
import { newestOfOpenLinks } from '../shared/store/grants/sign-ins.ts';
import { needsAcceptance } from '../shared/store/people/acceptances.ts';
import { contractorSubject, proposedOwner } from '../shared/store/people/authorizations.ts';
import { listInvitations } from '../shared/store/people/invitations.ts';
import type { Db } from '../shared/store/tenancy.ts';

interface Named {
  readonly id: string;
  /** Null if it is not in the contractor's list any more. */
  readonly name: string | null;
}

/** Who connects a project, and how far they are. Addresses are shown in part only. */
export interface ContractorView {
  readonly invited: { readonly company: string; readonly address: string; readonly projectName: string } | null;
  readonly signedIn: {
    readonly procoreUserId: string;
    readonly name: string | null;
    readonly login: string | null;
    /** `signing-in`: identified, but not confirmed yet, or not made an owner yet. */
    readonly state: 'signing-in' | 'authorized' | 'lapsed' | 'revoked';
  } | null;
  /** Who signed in to replace an owner who does not read, and waits for the inviter to accept them. */
  readonly proposedOwner: { readonly procoreUserId: string; readonly name: string | null; readonly login: string | null } | null;
  /** The bound one; before that, the contractor's choice. */
  readonly company: Named | null;
  readonly project: Named | null;
  /** The person who connects is not the one who was invited: nothing continues until the inviter accepts them. */
  readonly needsAcceptance: boolean;
  /** Whom an acceptance would accept now; null if nobody has chosen a project, or it is connected and nobody waits to own it. */
  readonly acceptanceOf: { readonly companyId: string; readonly procoreUserId: string } | null;
  readonly connectedAt: Date | null;
  readonly undoUntil: Date | null;
}

export async function readContractor(db: Db, connection: Connection): Promise<ContractorView> {
  const { connectionId, boundAt } = connection;
  const [invitation] = await listInvitations(db, connectionId);
  const signedIn = await whoSignedIn(db, connection);
  const { company, project } = await placeOf(db, connection, signedIn);
  const isOpen = connection.boundProjectId === null;
  const proposed = await proposedOwner(db, connection);
  return {
    invited: invitation
      ? { company: invitation.invitedCompany, address: invitation.invitedShown, projectName: invitation.projectName }
      : null,
    signedIn,
    proposedOwner: proposed
      ? { procoreUserId: proposed.procoreUserId, name: proposed.procoreName, login: shown(proposed.procoreLogin) }
      : null,
    company,
    project,
    needsAcceptance: await needsAcceptance(db, connection),
    acceptanceOf: acceptanceOf(isOpen ? signedIn : (proposed ?? null), company),
    connectedAt: boundAt,
    undoUntil: hasEnded(connection) ? null : undoUntil(connection, Date.now()),
  };
}

const authorizationOf = (state: GrantState): 'authorized' | 'lapsed' | 'revoked' =>
  state === 'lapsed' || state === 'revoked' ? state : 'authorized';

async function whoSignedIn(db: Db, { connectionId, ownerGrantId }: Connection): Promise<ContractorView['signedIn']> {
  const grant = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  if (grant) {
    const { procoreUserId, procoreName, procoreLogin, state } = grant;
    return { procoreUserId, name: procoreName, login: shown(procoreLogin), state: authorizationOf(state) };
  }
  const signIn = await newestOfOpenLinks(db, connectionId, contractorSubject);
  if (!signIn?.procoreUserId) return null;
  const { procoreUserId, procoreUserName, procoreLogin } = signIn;
  return { procoreUserId, name: procoreUserName, login: shown(procoreLogin), state: 'signing-in' };
}

const shown = (login: string | null): string | null => login && shownAddress(login);

async function placeOf(
  db: Db,
  connection: Connection,
  signedIn: ContractorView['signedIn'],
): Promise<Pick<ContractorView, 'company' | 'project'>> {
  const { connectionId, boundCompanyId, companyName, boundProjectId, boundProjectName } = connection;
  if (boundCompanyId !== null && boundProjectId !== null) {
    return { company: { id: boundCompanyId, name: companyName }, project: { id: boundProjectId, name: boundProjectName } };
  }
  const decision = await appliedDecision(db, connectionId, 'choose-project');
  const choice = commandInputs['choose-project'].safeParse(decision?.input);
  // a former owner's choice does not count
  if (!choice.success || signedIn === null || decision?.by !== personActor(signedIn.procoreUserId)) return nowhere;
  const { companyId, projectId } = choice.data;
  const offer = (await listOffers(db, connectionId)).find((one) => one.projectId === projectId);
  return {
    company: { id: companyId, name: offer?.companyName ?? null },
    project: { id: projectId, name: offer?.projectName ?? null },
  };
}

const acceptanceOf = (who: { readonly procoreUserId: string } | null, company: Named | null): ContractorView['acceptanceOf'] =>
  company && who ? { companyId: company.id, procoreUserId: who.procoreUserId } : null;

const nowhere = { company: null, project: null };
