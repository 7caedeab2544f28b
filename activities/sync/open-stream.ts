import { randomUUID } from 'node:crypto';
import type { BoundCompany } from '../../shared/domain/company.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { Stream, StreamRun } from '../../shared/partners/stream.ts';
import { type Lease, takeLease } from '../../shared/store/checkpoints.ts';
import { boundCompanyOf } from '../../shared/store/companies.ts';
import { type Connection, findConnection } from '../../shared/store/connections.ts';
import { listMatches } from '../../shared/store/matches.ts';
import { findProjectLink, type ProjectLink } from '../../shared/store/project-links.ts';
import { ownStream } from '../../shared/store/stream-owners.ts';
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
    const connection = link && (await findConnection(db, link.connectionId));
    if (!link || connection?.stage !== 'live') return undefined;
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
    const written = { environment, procoreProjectId: link.procoreProjectId, stream: stream.name, author };
    const ownership = await ownStream(db, written);
    if (ownership === 'not-linked') return undefined;
    if (ownership === 'taken') {
      throw new Fault('conflict', { seen: 'Another connection writes this project’s log with the same account already.' });
    }
    return { ...taken, link, connection, company, author, matches: await listMatches(db, link.connectionId), stream };
  });
}

/** The stream's own view of both sides for this cycle. */
export async function openRun(dependencies: SyncDependencies, around: Surroundings, opened: OpenedStream): Promise<StreamRun> {
  const { link, connection, company, author, matches, stream } = opened;
  const { tenantId, connectionId, timeZone } = link;
  if (timeZone === null) {
    const seen = `Procore says “${link.procoreTimeZone ?? 'none'}” for ${link.procoreProjectName}.`;
    throw new Fault('time-zone-unknown', { seen });
  }
  const clients = await dependencies.openClients({ tenantId, connectionId, partner: connection.partner, company, around });
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
