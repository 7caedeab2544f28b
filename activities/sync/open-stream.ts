import { randomUUID } from 'node:crypto';
import type { BoundCompany } from '../../shared/domain/company.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import { type Lease, takeLease } from '../../shared/store/checkpoints.ts';
import { claimStream } from '../../shared/store/claims.ts';
import { boundCompanyOf } from '../../shared/store/companies.ts';
import { type Connection, findConnection } from '../../shared/store/connections.ts';
import { currentCredential, type SealedCredential } from '../../shared/store/credentials.ts';
import { listMatches } from '../../shared/store/matches.ts';
import { findProjectLink, type ProjectLink } from '../../shared/store/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SyncDependencies } from './dependencies.ts';

export interface StreamInput {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly generation: number;
  readonly stream: string;
}

export interface OpenedStream {
  readonly lease: Lease;
  readonly cursor: unknown;
  readonly link: ProjectLink;
  readonly connection: Connection;
  readonly company: BoundCompany;
  /** The directory user in Procore as whom we write. */
  readonly author: string;
  readonly service: SealedCredential | undefined;
  readonly login: SealedCredential | undefined;
  readonly matches: readonly RecordMatch[];
  readonly stream: Stream;
}

/** Longer than any cycle; whoever comes later takes the lease anyway. */
const leaseMs = 15 * 60_000;

/** Takes the lease where the link is alive and of this generation; undefined: nothing may be done. */
export async function openStream(dependencies: SyncDependencies, input: StreamInput): Promise<OpenedStream | undefined> {
  const { tenantId, projectLinkId, generation } = input;
  return withTenant(dependencies.pool, tenantId, async (db) => {
    const link = await findProjectLink(db, projectLinkId);
    if (!link) return undefined;
    const { connectionId } = link;
    const service = await currentCredential(db, connectionId, 'procore-service');
    const login = await currentCredential(db, connectionId, 'partner-login');
    // after its credentials: whoever a credential writes as is stored with it, so that identity is among those read here
    const connection = await findConnection(db, connectionId);
    if (connection?.stage !== 'live') return undefined;
    const stream = dependencies.streamsOf(connection.partner).find((one) => one.name === input.stream);
    if (!stream) throw new Error(`${connection.partner} has no stream ${input.stream}`);
    const company = boundCompanyOf(connection);
    if (!company) return undefined;
    const wish = { tenantId, projectLinkId, generation, stream: stream.name, holder: randomUUID(), leaseMs };
    const taken = await takeLease(db, wish);
    if (!taken) return undefined;
    const author = connection.syncUserId;
    // without knowing our own entries none could be told from somebody else's
    if (author === null) throw new Fault('credential-rejected', { seen: 'It is not known yet as whom we write in Procore.' });
    const { environment } = dependencies;
    const claim = { environment, procoreProjectId: link.procoreProjectId, stream: stream.name, author };
    if ((await claimStream(db, claim)) === 'taken') {
      throw new Fault('conflict', { seen: 'Another connection writes this project’s log with the same account already.' });
    }
    return { ...taken, link, connection, company, author, service, login, matches: await listMatches(db, connectionId), stream };
  });
}

/** The stream's own view of both sides for this cycle. */
export async function openRun(dependencies: SyncDependencies, around: Surroundings, opened: OpenedStream): Promise<StreamRun> {
  const { link, connection, company, author, service, login, matches, stream } = opened;
  const { tenantId, timeZone } = link;
  if (timeZone === null) {
    const seen = `Procore says “${link.procoreTimeZone ?? 'none'}” for ${link.procoreProjectName}.`;
    throw new Fault('time-zone-unknown', { seen });
  }
  const clients = await dependencies.openClients({ tenantId, partner: connection.partner, company, service, login, around });
  const companies = matches.filter((match) => match.kind === 'company');
  return stream.open({
    ...clients,
    project: { ...link, timeZone },
    vendorOf: new Map(
      companies.flatMap(({ partnerId, procoreId, procoreName, state }) =>
        state === 'matched' && procoreId !== null ? [[partnerId, { procoreId, procoreName: procoreName ?? '' }]] : [],
      ),
    ),
    companyNames: new Map(companies.map(({ partnerId, partnerName }) => [partnerId, partnerName])),
    authors: [...new Set([author, ...connection.syncUserIds])],
    overlapMs: dependencies.timings.checkpointOverlapMs,
    windowDays: dependencies.timings.manpowerWindowDays,
    nowMs: dependencies.nowMs(),
    signal: around.signal,
  });
}
