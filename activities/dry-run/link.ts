import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { DryRunPart } from '../../shared/domain/dry-run.ts';
import { faultIn } from '../../shared/domain/faults.ts';
import type { StatedWait } from '../../shared/domain/workflow-inputs.ts';
import type { Stream } from '../../shared/partners/stream.ts';
import { boundCompanyOf } from '../../shared/store/connections/companies.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { currentCredential } from '../../shared/store/connections/credentials.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { consentsInForce } from '../../shared/store/grants/consents.ts';
import { beginDryRun, endDryRun, storePart } from '../../shared/store/projects/dry-runs.ts';
import { findProjectLink, listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { LinkRef } from '../contract.ts';
import type { SyncDependencies } from '../sync/dependencies.ts';
import { linkedProject, unknownZone } from '../sync/open-stream.ts';
import { foreseePart } from './part.ts';
import { partOf } from './targets.ts';

/** The whole dry run of one stream of a live link, stored as its newest. A wait that the far side states is returned. */
export async function dryRunStream(
  dependencies: SyncDependencies,
  input: LinkRef & { readonly stream: string },
): Promise<{ readonly says: string } | StatedWait> {
  const { tenantId } = input;
  const context = dependencies.surroundings();
  const opened = await withTenant(dependencies.pool, tenantId, (db) => open(dependencies, db, input));
  if (typeof opened === 'string') return { says: opened };
  const { link, connection, consents, stream, service, login, company, matches, links, at } = opened;
  try {
    const wish = {
      tenantId,
      connectionId: connection.connectionId,
      projectLinkId: link.projectLinkId,
      partner: connection.partner,
      company,
      service,
      login,
      around: context,
    };
    const clients = await dependencies.openReading(wish);
    const settings = dependencies.settingsOf(connection.partner, connection.partnerSettings, consents);
    const sides = { ...clients, connection, settings, matches, projects: links.flatMap(linkedProject) };
    const [project] = linkedProject(link);
    if (stream.scope === 'project' && !project) throw unknownZone(link, matches);
    const { procoreProjectId, procoreProjectName: name } = link;
    const part = partOf(tenantId, settings, { procoreProjectId, name, project, link }, stream);
    const foreseen = await foreseePart(dependencies, context, sides, part);
    await withTenant(dependencies.pool, tenantId, async (db) => {
      const of = { connectionId: connection.connectionId, link: { projectLinkId: link.projectLinkId, stream: stream.name } };
      // it is never resumed: it is one part, stored when it is complete
      const { dryRunId } = await beginDryRun(db, tenantId, { ...of, basis: canonicalHash(at.toISOString()), at });
      await storePart(db, tenantId, dryRunId, foreseen.part, foreseen.records);
      await endDryRun(db, of, dryRunId);
    });
    return { says: inWords(foreseen.part) };
  } catch (error) {
    const until = faultIn(error)?.detail.waitUntilMs;
    if (until === undefined || until <= dependencies.nowMs()) throw error;
    return { waitUntilMs: until, why: (faultIn(error)?.message ?? '').slice(0, 300) };
  }
}

interface Opened {
  readonly link: ProjectLink;
  readonly connection: Connection;
  readonly consents: Awaited<ReturnType<typeof consentsInForce>>;
  readonly stream: Stream;
  readonly company: NonNullable<ReturnType<typeof boundCompanyOf>>;
  readonly service: Awaited<ReturnType<typeof currentCredential>>;
  readonly login: Awaited<ReturnType<typeof currentCredential>>;
  readonly matches: Awaited<ReturnType<typeof listMatches>>;
  readonly links: readonly ProjectLink[];
  readonly at: Date;
}

/** All that it rests on in the store; or why there is nothing to foresee, in words. */
async function open(
  { streamsOf }: SyncDependencies,
  db: Db,
  { projectLinkId, stream: name }: LinkRef & { readonly stream: string },
): Promise<Opened | string> {
  const link = await findProjectLink(db, projectLinkId);
  const connection = link && (await findConnection(db, link.connectionId));
  const company = connection && boundCompanyOf(connection);
  if (!link || link.state === 'unlinked' || connection?.stage !== 'live' || !company)
    return 'The project is not linked any more.';
  if (link.inactiveSince !== null)
    return 'The project is inactive in Procore: nothing is read or written for it until it is active again.';
  const streams = streamsOf(connection.partner).filter(
    ({ scope, module }) => scope === link.scope && connection.modules.includes(module),
  );
  const stream = streams.find((one) => one.name === name);
  if (!stream) return `There is no stream ${name} here; there are: ${streams.map((one) => one.name).join(', ')}.`;
  const { connectionId } = connection;
  return {
    link,
    connection,
    consents: await consentsInForce(db, connectionId),
    stream,
    company,
    service: await currentCredential(db, connectionId, 'procore-service'),
    login: await currentCredential(db, connectionId, 'partner-login'),
    matches: await listMatches(db, connectionId),
    links: await listProjectLinks(db, connectionId),
    at: new Date(),
  };
}

const inWords = ({ stream, create, update, leaveAlone, cannot, held, refused }: DryRunPart): string =>
  refused
    ? `${stream}: refused as a whole, ${refused.reason}: ${refused.seen}`
    : `${stream}: would create ${create}, update ${update}, leave ${leaveAlone} alone; cannot send ${cannot}${held > 0 ? `; ${held} would wait for a push` : ''}`;
