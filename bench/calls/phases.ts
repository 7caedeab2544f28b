import { randomUUID } from 'node:crypto';
import type { LedgerEntry } from '../../sandbox/kernel/ledger.ts';
import { acmeId, borealisId, hammertechLogins } from '../../sandbox/seed/seed.ts';
import { truthFrom } from '../../scripts/tour/truth.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import {
  bareCorrections,
  bareOnboarding,
  type CompanySize,
  leastCareRound,
  leastManpower,
  leastOnboarding,
  leastReconcile,
} from './formulas.ts';
import type { CallsGround } from './ground.ts';
import { type Connected, type Customer, onboard } from './onboarding.ts';
import { expectAgreement, manpowerDifferences, type SyncedCompany } from './wanted-entries.ts';

/** One kind of work, counted in the ledger of the sandbox's Procore. */
export interface Phase {
  readonly name: string;
  readonly calls: number;
  /** By the formulas; zero where no call is needed at all. */
  readonly least: number;
  /** With fewer something was not looked at. Absent: fewer would do, where an answer is remembered. */
  readonly atLeast?: number;
  /** By the bare formulas. */
  readonly bare: number;
  /** By Procore's operation, so that a miss is explained. */
  readonly byOperation: Readonly<Record<string, number>>;
  /** Records that were made or changed in Procore. */
  readonly written: number;
  /** Records that had to be, by what both sides held before. */
  readonly toWrite: number;
}

const customers: readonly Customer[] = [
  { slug: 'acme-safety', companyId: acmeId, admin: 'ada', login: hammertechLogins['acme-safety'] },
  { slug: 'borealis-safety', companyId: borealisId, admin: 'cleo', login: hammertechLogins['borealis-safety'] },
];

interface Linked {
  readonly customer: Customer;
  readonly connected: Connected;
  readonly links: readonly ProjectLink[];
  readonly liveAt: Date;
}

/** All 17 projects with 30 days, from the first submission on: each kind of work by itself, one after the other. */
export async function countCalls(ground: CallsGround): Promise<readonly Phase[]> {
  await switchDailyLogsOn(ground);
  const all: Linked[] = [];
  for (const customer of customers) all.push(await connected(ground, customer));
  const sizes = all.map(({ customer, links }) => sizeOf(ground, customer, links.length));
  const onboarding = phaseOf('onboarding', ground, sum(sizes.map(leastOnboarding)), sum(sizes.map(bareOnboarding)));
  const links = all.flatMap((one) => one.links);
  const truth = truthFrom(ground.control);
  const manpower = async (name: string, bareOf = leastManpower): Promise<Phase> => {
    const entries: LedgerEntry[] = [];
    const toWrite: number[] = [];
    for (const one of all) {
      const before = await manpowerDifferences(truth, syncedOf(one));
      for (const link of one.links) {
        await syncUntilDone(ground, link);
        entries.push(...ground.calls());
        toWrite.push(before.get(link.procoreProjectId)?.missing ?? 0);
      }
      expectAgreement(await manpowerDifferences(truth, syncedOf(one)));
    }
    const [least, bare] = [sum(toWrite.map(leastManpower)), sum(toWrite.map(bareOf))];
    return phase(name, entries, { least, atLeast: least, bare, toWrite: sum(toWrite) });
  };
  const thirtyDays = await manpower('manpower: first 30 days');
  const idle = await manpower('manpower: idle');
  await signIn(ground, all, 1);
  const day = await manpower('manpower: a new day');
  await signIn(ground, all, 2);
  const live = await manpower('manpower: the day goes on', bareCorrections);
  for (const link of links) await compareNow(ground, link);
  const reconcile = phaseOf('reconcile', ground, leastReconcile(links.length));
  // the first round still ends what the onboarding began; the second is one like all that follow
  for (const _round of ['first', 'second']) {
    ground.calls();
    ground.letPass(ground.deps.timings.careRoundMs);
    for (const { connected: ref } of all) await careRound(ground, ref);
  }
  const care = phaseOf('care: a round', ground, sum(sizes.map(leastCareRound)));
  return [onboarding, thirtyDays, idle, day, live, reconcile, care];
}

/** One of the seed is without; here each has one. */
async function switchDailyLogsOn({ control, sandbox: { world } }: CallsGround): Promise<void> {
  for (const { id: projectId } of world.projects.filter(({ active }) => active)) {
    await control.post('/admin/tools/switch', { projectId, tool: 'daily_log', active: true });
  }
}

async function connected(ground: CallsGround, customer: Customer): Promise<Linked> {
  const ref = await onboard(ground, customer);
  const links = await withTenant(ground.deps.pool, ref.tenantId, (db) => listProjectLinks(db, ref.connectionId));
  return {
    customer,
    connected: ref,
    links: links.filter(({ scope, timeZone }) => scope === 'project' && timeZone !== null),
    liveAt: new Date(ground.sandbox.world.clock.nowMs()),
  };
}

const syncedOf = ({ customer: { slug, companyId }, links, liveAt }: Linked): SyncedCompany => ({
  slug,
  companyId,
  liveAt,
  projectIds: links.map(({ procoreProjectId }) => procoreProjectId),
});

function sizeOf({ sandbox: { world } }: CallsGround, { companyId }: Customer, linked: number): CompanySize {
  const active = world.projects.filter((project) => project.companyId === companyId && project.active).length;
  const vendors = world.vendors.filter((vendor) => vendor.companyId === companyId).length;
  return { linked, active, vendors };
}

const cyclesAtMost = 5;

async function syncUntilDone({ sync }: CallsGround, { tenantId, projectLinkId, generation }: ProjectLink): Promise<void> {
  for (let cycles = 0; cycles < cyclesAtMost; cycles += 1) {
    const report = await sync.runStream({ tenantId, projectLinkId, generation, stream: 'manpower' });
    if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
    if (report.open === 0) return;
  }
  throw new Error(`still open after ${cyclesAtMost} cycles`);
}

/** A cycle of somebody who wishes to have both sides compared. */
async function compareNow(ground: CallsGround, link: ProjectLink): Promise<void> {
  const { tenantId, connectionId, projectLinkId } = link;
  const wish = { tenantId, connectionId, projectLinkId, commandId: randomUUID(), kind: 'syncNow', actorId: 'bench' };
  await withTenant(ground.deps.pool, tenantId, (db) => writeCommand(db, { ...wish, input: { reconcile: true } }));
  await syncUntilDone(ground, link);
}

/** One worker more of each of the site's employers comes in, on a day that nobody has signed in on yet. */
async function signIn({ control, sandbox }: CallsGround, all: readonly Linked[], nth: number): Promise<void> {
  const startMs = sandbox.world.clock.nowMs() - 60_000 * (10 - nth);
  for (const { customer, links } of all) {
    for (const { partnerProjectId: projectId } of links) {
      const employers = sandbox.hammertech.projectEmployers.filter(({ record }) => record.projectId === projectId);
      for (const { record } of employers) {
        await control.post('/hammertech/sign-ins/batch', {
          act: 'create',
          tenant: customer.slug,
          workers: 1,
          signIn: { projectId, employerId: record.employerId, startUtc: new Date(startMs).toISOString() },
        });
      }
    }
  }
}

async function careRound({ checks }: CallsGround, { tenantId, connectionId }: Connected): Promise<void> {
  await checks.checkAll({ tenantId, connectionId, generation: 1 });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Work that writes nothing. */
const phaseOf = (name: string, ground: CallsGround, least: number, bare = least): Phase =>
  phase(name, ground.calls(), { least, bare, toWrite: 0 });

export function phase(
  name: string,
  entries: readonly LedgerEntry[],
  reckoned: Pick<Phase, 'least' | 'atLeast' | 'bare' | 'toWrite'>,
): Phase {
  const byOperation: Record<string, number> = {};
  for (const { operationId, method, path } of entries) {
    const operation = operationId ?? `${method} ${path}`;
    byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  }
  const written = entries.filter(({ committed }) => committed !== undefined).length;
  return { name, calls: entries.length, ...reckoned, byOperation, written };
}
