import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { applyWaitingStop } from '../../../activities/checks/endings.ts';
import { createSyncActivities, syncDependenciesOf } from '../../../activities/sync/index.ts';
import { editRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { declarations } from '../../../shared/partners/registry.ts';
import { writeCommand } from '../../../shared/store/commands.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listResponses } from '../../../shared/store/connections/response-mappings.ts';
import { listProjectLinks, type ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorize, forgetOthers, inviteTo, pressConnect, untilMapped } from '../../support/part3-connecting.ts';

const bench = useChecksBench();

beforeEach(() => forgetOthers(bench()));
/** Items first, then their files, then the items that name them. */
const carrying = ['rfis', 'submittals', 'attachments', 'rfis', 'submittals'];
const crowdedMs = 180_000;

/** Somebody of the contractor connects Harbour Tower with a project of Part3, up to what its responses mean. */
async function connect(given: { tenantId?: string; person?: string; part3Project?: string } = {}): Promise<Connecting> {
  const { tenantId, person = 'gus', part3Project } = given;
  const on = await bench().connect('part3', declarations.part3.modulesByDefault, tenantId);
  await on.submitPartner({ organisation: 'north-studio' }, part3Tokens['north-studio']);
  await met(on, ['verifyPartner']);
  await inviteTo(bench(), on, { to: `${person}@acme.example`, ...(part3Project && { project: part3Project }) });
  await met(on, ['inviteContractor']);
  await authorize(on, person);
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
  const outcome = await pressConnect(on);
  if (outcome.state !== 'met') throw new Error(JSON.stringify(outcome));
  await met(on, ['verifyTools', 'matchPeople']);
  return on;
}

async function goLive(on: Connecting): Promise<ProjectLink> {
  await decide(on, 'choose-backfill', { which: 'open' });
  await met(on, ['backfill', 'live']);
  const [link] = await linksOf(on);
  if (!link) throw new Error('nothing is linked');
  return link;
}

const linksOf = (on: Connecting) => on.inTenant((db) => listProjectLinks(db, on.connectionId));

async function carry({ tenantId }: Connecting, { projectLinkId, generation }: ProjectLink) {
  const { runStream } = createSyncActivities(syncDependenciesOf(bench().deps));
  const counts = { created: 0, updated: 0 };
  for (const stream of carrying) {
    const report = await runStream({ tenantId, projectLinkId, generation, stream });
    if ('waitUntilMs' in report) throw new Error(report.why);
    counts.created += report.created;
    counts.updated += report.updated;
  }
  return counts;
}

/** The contractor takes it back, or the tenant ends it. */
const disconnect = ({ tenantId, connectionId, inTenant }: Connecting) =>
  inTenant(async (db) => {
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'stop', input: {}, actorId: 'test' });
    await applyWaitingStop(db, { tenantId, connectionId });
  });

/** Writes that Part3 has taken since a place in the ledger. */
function writtenSince(place: number) {
  const entries = bench().sandbox.world.ledger.after(place, { side: 'part3' }, 100_000);
  return entries.filter(({ method, committed }) => method !== 'GET' && committed !== undefined);
}

test(
  'disconnected and connected again, by another owner too, it goes on where it was: nothing is sent twice, and what changed meanwhile is no new item',
  async () => {
    const { world } = bench().sandbox;
    const first = await connect();
    await untilMapped(first);
    const before = await goLive(first);
    expect((await carry(first, before)).created).toBeGreaterThan(2);
    const decided = await first.inTenant((db) => listResponses(db, first.connectionId));
    await disconnect(first);
    const [carried] = bench()
      .sandbox.part3.rfis.all()
      .filter(({ record }) => record.externalKey.includes(`:${before.procoreProjectId}:rfi:`) && record.status === 'open');
    editRfiByHand(world, { id: carried?.record.externalKey.split(':').at(-1) ?? '' }, { subject: 'Changed meanwhile' });

    const place = world.ledger.last;
    const again = await connect({ tenantId: first.tenantId, person: 'ada' });
    // what people said of responses is not asked again
    await met(again, ['mapResponses']);
    expect(await again.inTenant((db) => listResponses(db, again.connectionId))).toEqual(decided);
    const link = await goLive(again);
    expect(link.projectLinkId).toBe(before.projectLinkId);
    expect(link.generation).toBeGreaterThan(before.generation);
    expect(link.createdAt).toEqual(before.createdAt);
    expect(await linksOf(first)).toEqual([]);
    expect(await carry(again, link)).toEqual({ created: 0, updated: 1 });
    expect(writtenSince(place)).toHaveLength(1);
    // a run of before does nothing any more
    expect(await carry(first, before)).toEqual({ created: 0, updated: 0 });
    const kept = await again.inTenant((db) => findConnection(db, first.connectionId));
    expect(kept).toMatchObject({ stage: 'disconnected', boundProjectId: before.procoreProjectId });
  },
  crowdedMs,
);

test(
  'another project of Part3, or another tenant, takes up nothing of it',
  async () => {
    const first = await connect();
    await untilMapped(first);
    const before = await goLive(first);
    await disconnect(first);
    const stranger = await connect();
    await untilMapped(stranger);
    expect((await goLive(stranger)).projectLinkId).not.toBe(before.projectLinkId);
    const other = await connect({ tenantId: first.tenantId, part3Project: otherProject() });
    await untilMapped(other);
    expect((await goLive(other)).projectLinkId).not.toBe(before.projectLinkId);
    expect((await linksOf(first)).map(({ projectLinkId }) => projectLinkId)).toEqual([before.projectLinkId]);
  },
  crowdedMs,
);

function otherProject(): string {
  const other = bench()
    .sandbox.part3.projects.all()
    .find(({ organisation, record }) => organisation === 'north-studio' && record.name !== 'Harbour Tower');
  if (!other) throw new Error('North Studio has one project');
  return other.record.name;
}
