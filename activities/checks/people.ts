import { personActor } from '../../shared/domain/actors.ts';
import { commandInputs, type StepCommandKind } from '../../shared/domain/commands.ts';
import {
  type BoundCompany,
  type ClaimedCompany,
  claimedCompany,
  type NoCompany,
  noCompany,
} from '../../shared/domain/company.ts';
import { Fault, faultIn } from '../../shared/domain/faults.ts';
import { isOpenOrAccepted } from '../../shared/domain/invitations.ts';
import { hindranceOf } from '../../shared/domain/responders.ts';
import type { InvitationFacts, OwnerFacts, PeopleContext, Said, TeamMember } from '../../shared/partners/people.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { appliedDecision } from '../../shared/store/commands.ts';
import { boundCompanyOf } from '../../shared/store/connections/companies.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { listOffers } from '../../shared/store/connections/offered-projects.ts';
import { formerResponses, listResponses } from '../../shared/store/connections/response-mappings.ts';
import { lastEvidence } from '../../shared/store/connections/steps.ts';
import { noteRefusedReader } from '../../shared/store/grants/consents.ts';
import { findGrant, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { chooseReader } from '../../shared/store/grants/reading.ts';
import { newestOfOpenLinks, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject, proposedOwner } from '../../shared/store/people/authorizations.ts';
import { type Invitation, listInvitations } from '../../shared/store/people/invitations.ts';
import { listTeam, type StoredMember } from '../../shared/store/people/team.ts';
import { findSurvey } from '../../shared/store/projects/backfill-surveys.ts';
import { authorOfPeople, mayOwnStreams } from '../../shared/store/projects/stream-owners.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { grantClient } from '../clients.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { lapseOf, lapsingAs } from '../grants/owner-lapse.ts';
import type { Surroundings } from '../surroundings.ts';
import { readerOf } from '../sync/reading.ts';

/** What the rows say about a connection's people. */
export interface PeopleRows {
  readonly invitation: InvitationFacts | null;
  readonly signIn: SignIn | undefined;
  readonly grant: PersonGrant | undefined;
  readonly isOwnerProposed: boolean;
  readonly offered: PeopleContext['offered'];
  readonly decided: PeopleContext['decided'];
  readonly team: readonly TeamMember[];
  /** Grant ids of the members who have not left, by member id. */
  readonly grantOfMember: ReadonlyMap<string, string>;
  readonly responses: PeopleContext['responses'];
  readonly formerResponses: PeopleContext['formerResponses'];
  readonly countedAtMs: PeopleContext['countedAtMs'];
}

export async function readPeople(
  { vault }: Pick<ActivityDependencies, 'vault'>,
  db: Db,
  connection: Connection,
): Promise<PeopleRows> {
  const { tenantId, connectionId, ownerGrantId } = connection;
  const invitation = invitationThatCounts(await listInvitations(db, connectionId), connection);
  const grant = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  const team = await listTeam(db, connectionId);
  const decision = <Kind extends StepCommandKind>(kind: Kind) => decisionOf(db, connectionId, kind);
  const [role, project, connect, accepted, backfill] = [
    byOwner(grant, await decision('confirm-role')),
    byOwner(grant, await decision('choose-project')),
    byOwner(grant, await decision('connect')),
    await decision('accept-contractor'),
    await decision('choose-backfill'),
  ];
  return {
    invitation: invitation ? await invitationFacts(vault, db, tenantId, invitation) : null,
    signIn: await newestOfOpenLinks(db, connectionId, contractorSubject),
    grant,
    isOwnerProposed: (await proposedOwner(db, connection)) !== undefined,
    offered: await listOffers(db, connectionId),
    decided: {
      role: role === null ? null : role.said,
      project: project && { ...project.said, ...project.input },
      connect: connect && { ...connect.said, ...connect.input },
      accepted: accepted && { ...accepted.said, ...accepted.input },
      backfill: backfill && { ...backfill.said, choice: backfill.input },
    },
    team: team.flatMap(memberFacts),
    grantOfMember: new Map(team.flatMap(({ memberId, leftAt, grantId }) => (leftAt || !grantId ? [] : [[memberId, grantId]]))),
    responses: await listResponses(db, connectionId),
    formerResponses: await formerResponses(db, connectionId),
    countedAtMs: (await findSurvey(db, connectionId))?.countedAt.getTime() ?? null,
  };
}

/**
 * The newest invitation whose link works or was used, or else the newest of all. Once the project is connected, only those created
 * until then count: inviting somebody else later does not change which project of the partner it is.
 */
function invitationThatCounts(newestFirst: readonly Invitation[], { boundAt }: Connection): Invitation | undefined {
  const untilThen = newestFirst.filter(({ createdAt }) => boundAt === null || createdAt <= boundAt);
  return untilThen.find(isOpenOrAccepted) ?? untilThen[0];
}

/** What an owner says and chooses counts only while they are the owner: nobody connects a project by what another person said. */
function byOwner<Decision extends { readonly said: Said }>(
  grant: PersonGrant | undefined,
  decision: Decision | null,
): Decision | null {
  return grant !== undefined && decision?.said.by === personActor(grant.procoreUserId) ? decision : null;
}

async function decisionOf<Kind extends StepCommandKind>(db: Db, connectionId: string, kind: Kind) {
  const decision = await appliedDecision(db, connectionId, kind);
  const input = commandInputs[kind].safeParse(decision?.input);
  if (!decision || !input.success) return null;
  const said: Said = { by: decision.by, at: decision.at.toISOString() };
  // parsed by the schema of its kind
  return { said, input: input.data as ReturnType<(typeof commandInputs)[Kind]['parse']> };
}

async function invitationFacts(
  vault: ActivityDependencies['vault'],
  db: Db,
  tenantId: string,
  invitation: Invitation,
): Promise<InvitationFacts> {
  const address = await vault.unsealSecret(
    db,
    places.invitedAddress(tenantId, invitation.invitationId),
    invitation.sealedInvited,
  );
  return {
    state: shownStates[invitation.state],
    email: revealSecret(address),
    companyName: invitation.invitedCompany,
    partnerProjectId: invitation.partnerProjectId,
    partnerProjectName: invitation.projectName,
    expiresAtMs: invitation.expiresAt.getTime(),
    refusal: invitation.bounce,
  };
}

/** The states as a step sees them: an invitation that was withdrawn or replaced connects nothing. */
const shownStates = {
  created: 'queued',
  sent: 'sent',
  bounced: 'bounced',
  opened: 'opened',
  'passed-on': 'sent',
  accepted: 'accepted',
  expired: 'expired',
  superseded: 'withdrawn',
  withdrawn: 'withdrawn',
} as const satisfies Record<Invitation['state'], InvitationFacts['state']>;

const memberFacts = (member: StoredMember): readonly TeamMember[] =>
  member.leftAt === null
    ? [
        {
          memberId: member.memberId,
          name: member.name,
          email: member.email,
          returns: member.returns,
          procoreUserId: member.procoreUserId,
          authorization: member.grantState === null || member.accountOf !== null ? 'none' : standsAs(member.grantState),
          waitsFor: hindranceOf(member)?.owner ?? null,
          access: member.access,
          accessReadAtMs: member.accessReadAt?.getTime() ?? null,
        },
      ]
    : [];

const standsAs = (state: PersonGrant['state']): OwnerFacts['state'] =>
  state === 'lapsed' || state === 'revoked' ? state : 'live';

/** Whether no other tenant owns a stream between the two projects. */
const mayKeep = (
  { procore, partners }: Pick<ActivityDependencies, 'procore' | 'partners'>,
  db: Db,
  { partner }: Connection,
  { partnerProjectId }: InvitationFacts,
  procoreProjectId: string,
): Promise<boolean> =>
  mayOwnStreams(
    db,
    { environment: procore.apiOrigin, procoreProjectId, author: authorOfPeople(partner, partnerProjectId) },
    partners[partner].streams.map(({ name }) => name),
  );

/** The people of a connection as its checks see them; clients are created when a check asks for them. */
export function peopleContext(
  deps: ActivityDependencies,
  { connection, stepId }: { readonly connection: Connection; readonly stepId: string },
  rows: PeopleRows,
  signIn: PeopleContext['signIn'],
  around: Surroundings,
): PeopleContext {
  const { tenantId, connectionId, partner, boundProjectId, boundProjectName } = connection;
  const sharer = { tenantId, partId: connectionId };
  const bound = (): BoundCompany => {
    const company = boundCompanyOf(connection);
    if (!company) throw new Fault('not-company-admin', { seen: 'The project is not connected yet.' });
    return company;
  };
  const stored = () => withTenant(deps.pool, tenantId, (db) => lastEvidence(db, connectionId, stepId));
  const lapse = lapseOf(partner, rows.grant, rows.isOwnerProposed);
  const asReading = lapsingAs(deps, lapse);
  const asOwner = async <Company extends ClaimedCompany | BoundCompany | NoCompany>(
    company: Company,
  ): Promise<ProcoreClient<Company>> => {
    if (!rows.grant) throw new Fault('grant-lapsed', { seen: 'Nobody has authorized us yet.', owner: 'contractor' });
    return grantClient(asReading, sharer, company, rows.grant.grantId, around);
  };
  const { grant, isOwnerProposed, invitation, offered, decided, team, responses, countedAtMs } = rows;
  return {
    invitation,
    signIn,
    owner: grant
      ? {
          procoreUserId: grant.procoreUserId,
          name: grant.procoreName,
          login: grant.procoreLogin,
          state: standsAs(grant.state),
        }
      : null,
    isOwnerProposed,
    offered,
    decided,
    boundProject: boundProjectId === null ? null : { id: boundProjectId, name: boundProjectName ?? '' },
    team,
    responses,
    formerResponses: rows.formerResponses,
    countedAtMs,
    isKeptByAnother: async (procoreProjectId) =>
      invitation !== null &&
      !(await withTenant(deps.pool, tenantId, (db) => mayKeep(deps, db, connection, invitation, procoreProjectId))),
    asOwner: () => asOwner(noCompany),
    asOwnerIn: (companyId) => asOwner(claimedCompany(companyId)),
    asOwnerBound: async () => asOwner(bound()),
    asReader: async (read) => {
      const turn = await withTenant(deps.pool, tenantId, (db) => chooseReader(db, connection));
      if (turn.grant === null) throw lapse();
      const { grantId } = turn.grant;
      try {
        return await read(await grantClient(asReading, sharer, bound(), grantId, around), readerOf(turn));
      } catch (error) {
        const isRefused = faultIn(error)?.handling === 'park' && grantId !== turn.owner?.grantId;
        if (isRefused) await withTenant(deps.pool, tenantId, (db) => noteRefusedReader(db, connectionId, grantId));
        throw error;
      }
    },
    lastEvidence: stored,
    readAs: async () => {
      const evidence = await stored();
      return typeof evidence?.['readAs'] === 'string' ? evidence['readAs'] : null;
    },
    asMember: async (memberId) => {
      const grantId = rows.grantOfMember.get(memberId);
      if (grantId === undefined) throw new Fault('grant-lapsed', { seen: 'This person has not authorized Procore.' });
      return grantClient(deps, sharer, bound(), grantId, around);
    },
  };
}
