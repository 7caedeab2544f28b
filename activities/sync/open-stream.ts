import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { BoundCompany } from '../../shared/domain/company.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { Lane } from '../../shared/domain/lanes.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import {
  isServing,
  type KeptUploads,
  type KnownRecords,
  type LinkedProject,
  type Responders,
  type Stream,
  type StreamRun,
} from '../../shared/partners/stream.ts';
import { alreadyConnected } from '../../shared/partners/words.ts';
import { boundCompanyOf } from '../../shared/store/connections/companies.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential, type SealedCredential } from '../../shared/store/connections/credentials.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { consentsInForce } from '../../shared/store/grants/consents.ts';
import { findProjectLink, listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { authorOfPeople, ownStream } from '../../shared/store/projects/stream-owners.ts';
import { type Fence, FencedOut, takeFence } from '../../shared/store/records/checkpoints.ts';
import { openWork } from '../../shared/store/records/delivery-queue.ts';
import type { Automation } from '../../shared/store/records/wanted-records.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import { zoneSeen } from '../zones.ts';
import { type Attempt, type Cycle, write } from './attempt.ts';
import type { OpenedClients, SyncDependencies } from './dependencies.ts';
import { keptUploadsOf, nothingKept } from './kept-uploads.ts';
import { knownRecordsOf, nothingKnown } from './known-records.ts';

export interface StreamInput {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly generation: number;
  readonly stream: string;
}

export interface OpenedStream {
  readonly fence: Fence;
  readonly cursor: unknown;
  readonly settings: unknown;
  /**
   * Hash of everything that decides how source records are grouped and mapped; differs from `settingsHashBefore` if that changed.
   */
  readonly settingsHash: string;
  readonly settingsHashBefore: string | null;
  /** Deliveries that were open already. */
  readonly open: number;
  readonly link: ProjectLink;
  readonly connection: Connection;
  readonly company: BoundCompany;
  readonly service: SealedCredential | undefined;
  readonly login: SealedCredential | undefined;
  readonly stream: Stream;
}

/** Takes the fence if the link is alive and of this generation; undefined if nothing may be done. */
export async function openStream(dependencies: SyncDependencies, input: StreamInput): Promise<OpenedStream | undefined> {
  const { tenantId, projectLinkId, generation } = input;
  return withTenant(dependencies.pool, tenantId, async (db) => {
    const link = await findProjectLink(db, projectLinkId);
    if (!link) return undefined;
    const { connectionId } = link;
    const service = await currentCredential(db, connectionId, 'procore-service');
    const login = await currentCredential(db, connectionId, 'partner-login');
    // after its credentials: the identity that a credential writes as is stored with it, so it is among those read here
    const connection = await findConnection(db, connectionId);
    if (connection?.stage !== 'live') return undefined;
    const stream = dependencies.streamsOf(connection.partner).find((one) => one.name === input.stream);
    if (!stream) throw new Error(`${connection.partner} has no stream ${input.stream}`);
    // switched off since the cycle began
    if (!isServing(stream, connection.modules)) return undefined;
    const company = boundCompanyOf(connection);
    if (!company) return undefined;
    const taken = await takeFence(db, { tenantId, projectLinkId, generation, stream: stream.name });
    if (!taken) return undefined;
    const consents = await consentsInForce(db, connectionId);
    const settings = dependencies.settingsOf(connection.partner, connection.partnerSettings, consents);
    const settingsHash = settingsHashOf(settings, link, stream);
    const under = { settings, settingsHash, settingsHashBefore: taken.settingsHash };
    const { open } = await openWork(db, taken.fence);
    return { ...taken, ...under, open, link, connection, company, service, login, stream };
  });
}

/** Hash of the settings, and of what in a link and a stream decides how records are grouped and mapped. */
export const settingsHashOf = (
  settings: unknown,
  { timeZone, startDate, backfill }: Pick<ProjectLink, 'timeZone' | 'startDate'> & Partial<Pick<ProjectLink, 'backfill'>>,
  { mappingVersion }: Stream,
): string => canonicalHash({ settings, mapped: { timeZone, startDate, mappingVersion, ...(backfill && { backfill }) } });

/** More open deliveries than this are a backlog. */
const keptUpWith = 50;

/** A first read, one under new settings, and a backlog are bulk: their lane leaves room for the small changes of others. */
const laneOf = ({ settingsHash, settingsHashBefore, open }: OpenedStream, lane: Lane): Lane =>
  settingsHash !== settingsHashBefore || open > keptUpWith ? 'backfill' : lane;

/** What nobody has switched off is sent automatically. */
export const automationOf = (link: ProjectLink | undefined, stream: string): Automation =>
  link?.automation[stream] ?? { create: true, update: true };

export const attemptAt = (dependencies: SyncDependencies, context: Surroundings, opened: OpenedStream): Attempt => {
  const { fence, link, stream } = opened;
  return { dependencies, context, fence, stream, place: { ...fence, connectionId: link.connectionId } };
};

/** Opens both sides for this cycle. Throws the `Fault` that keeps them closed. */
export async function openCycle(attempt: Attempt, opened: OpenedStream): Promise<Cycle> {
  const { dependencies, context, stream } = attempt;
  const { link, connection, company, service, login } = opened;
  const { tenantId, connectionId, procoreProjectId } = link;
  // without knowing our author, our own entries could not be told from somebody else's
  const author = connection.syncUserId;
  if (author === null) throw unknownAuthor();
  const { matches, projects } = await write(attempt, async (db) => {
    await own(db, attempt, opened, author);
    const links = await listProjectLinks(db, connectionId);
    return { matches: await listMatches(db, connectionId), projects: links.flatMap(linkedProject) };
  });
  const [project] = linkedProject(link);
  if (stream.scope === 'project' && !project) throw unknownZone(link, matches);
  const clients = await dependencies.openClients({
    tenantId,
    connectionId,
    projectLinkId: link.projectLinkId,
    partner: connection.partner,
    company,
    service,
    login,
    around: { ...context, lane: laneOf(opened, context.lane) },
  });
  const known = knownRecordsOf(dependencies.pool, attempt.fence);
  const uploads = keptUploadsOf(dependencies.pool, attempt.fence);
  const sides = { ...clients, connection, settings: opened.settings, matches, projects, known, uploads };
  const run = await openRun(dependencies, stream, sides, project, context.signal);
  const automation = automationOf(link, stream.name);
  const all = clients.responders?.all ?? [];
  const hindrances = new Map(all.flatMap(({ memberId, hindrance }) => (hindrance ? [[`person:${memberId}`, hindrance]] : [])));
  return { ...attempt, procoreProjectId, procore: clients.procore, refused: clients.refused, run, automation, hindrances };
}

/** Both sides of a connection, and its matches. */
export interface OpenedSides extends OpenedClients {
  readonly connection: Pick<Connection, 'companyName' | 'syncUserId' | 'syncUserIds' | 'modules'>;
  readonly settings: unknown;
  readonly matches: readonly RecordMatch[];
  /** Linked projects. */
  readonly projects: readonly LinkedProject[];
  /** Absent if nothing was ever meant. */
  readonly known?: KnownRecords;
  /** Absent if nothing is sent. */
  readonly uploads?: KeptUploads;
}

/** Opens one stream with both its sides, of one project or of the company. Throws the `Fault` that keeps it closed. */
export function openRun(
  dependencies: Pick<SyncDependencies, 'timings' | 'nowMs' | 'memory'>,
  stream: Stream,
  { connection, matches, projects, ...sides }: OpenedSides,
  project: LinkedProject | undefined,
  signal: AbortSignal,
): Promise<StreamRun> {
  const author = connection.syncUserId;
  if (author === null) throw unknownAuthor();
  const companies = matches.filter((match) => match.kind === 'company');
  const context = {
    ...sides,
    responders: sides.responders ?? nobody,
    responses: sides.responses ?? [],
    files: sides.files,
    known: sides.known ?? nothingKnown,
    uploads: sides.uploads ?? nothingKept,
    vendorOf: new Map(
      companies.flatMap(({ partnerId, procoreId, procoreName, state }) =>
        state === 'matched' && procoreId !== null ? [[partnerId, { procoreId, procoreName: procoreName ?? '' }]] : [],
      ),
    ),
    companyNames: new Map(companies.map(({ partnerId, partnerName }) => [partnerId, partnerName])),
    ownCompanyName: connection.companyName,
    modules: connection.modules,
    authors: [...new Set([author, ...connection.syncUserIds])],
    overlapMs: dependencies.timings.checkpointOverlapMs,
    windowDays: dependencies.timings.manpowerWindowDays,
    nowMs: dependencies.nowMs(),
    memory: dependencies.memory,
    signal,
  };
  if (stream.scope === 'company') return stream.open({ ...context, matches, projects });
  if (!project) throw new Error('a stream of a project is opened on a link of one');
  return stream.open({ ...context, project });
}

const nobody: Responders = {
  all: [],
  as: (memberId) => Promise.reject(new Fault('person-lacks-access', { seen: `Nobody answers for the member ${memberId}.` })),
};

/** The link of a project that can be dated; empty for a company's link, an unlinked one, and one whose project is inactive. */
export function linkedProject({ timeZone, ...link }: ProjectLink): readonly LinkedProject[] {
  const isKept = link.scope === 'project' && link.state !== 'unlinked' && link.inactiveSince === null;
  return isKept && timeZone !== null ? [{ ...link, timeZone }] : [];
}

/**
 * Only one tenant writes a stream of a project: through one service account, whose writes could not be told apart; or between the
 * same two projects where people write in their own names, since each of the two tenants would send every answer.
 */
async function own(
  db: Db,
  { dependencies, stream }: Attempt,
  { link, connection }: OpenedStream,
  account: string,
): Promise<void> {
  const isOfPeople = connection.ownerGrantId !== null;
  const author = isOfPeople ? authorOfPeople(connection.partner, link.partnerProjectId) : account;
  const wanted = {
    environment: dependencies.environment,
    procoreProjectId: link.procoreProjectId,
    stream: stream.name,
    author,
  };
  const ownership = await ownStream(db, wanted);
  if (ownership === 'ours') return;
  if (ownership === 'not-linked') throw new FencedOut('ended');
  throw isOfPeople ? new Fault('already-connected', alreadyConnected(connection.partner)) : ownedByAnother();
}

export const ownedByAnother = (): Fault =>
  new Fault('account-shared', {
    seen: 'Another customer’s connection writes this project’s log through the same service account already.',
    needed: 'a service account of its own for each connection, or one connection for this project',
    where: 'Procore: Company Tools → Admin → Service Accounts; then submit its credentials',
  });

const unknownAuthor = (): Fault =>
  new Fault('credential-rejected', {
    seen: 'It is not known yet as whom we write in Procore.',
    needed: 'the credentials’ step done: it reads who they belong to',
    where: 'Onboarding or care of this connection: verifyCredentials',
  });

export const unknownZone = (
  {
    procoreTimeZone,
    procoreProjectName,
    partnerProjectId,
  }: Pick<ProjectLink, 'procoreTimeZone' | 'procoreProjectName' | 'partnerProjectId'>,
  matches: readonly RecordMatch[],
): Fault =>
  new Fault('time-zone-unknown', {
    seen: zoneSeen(procoreProjectName, {
      procoreTimeZone,
      partnerTimeZone:
        matches.find(({ kind, partnerId }) => kind === 'project' && partnerId === partnerProjectId)?.partnerTimeZone ?? null,
    }),
    needed: 'one of Procore’s own time zones, the one the site keeps: without it no entry can be dated',
    where: `Procore: ${procoreProjectName} → Admin → General → Timezone`,
  });
