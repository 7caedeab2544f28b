import { randomUUID } from 'node:crypto';
import { actOnRecord } from '../../sandbox/hammertech/record-acts.ts';
import { diaryKind, employerKind, projectKind } from '../../sandbox/hammertech/record-kinds.ts';
import type { SiteDiary, SiteSignIn } from '../../sandbox/hammertech/records.ts';
import { actOnSignIn, type NewSignIn } from '../../sandbox/hammertech/sign-ins.ts';
import { dayIn } from '../../sandbox/kernel/clock.ts';
import type { RecordChange } from '../../sandbox/kernel/ledger.ts';
import type { ManpowerLog } from '../../sandbox/kernel/model-daily-log.ts';
import { setPermittedProjects } from '../../sandbox/procore/admin/apps.ts';
import { addVendorToProject, createProject } from '../../sandbox/procore/admin/projects.ts';
import { createVendor } from '../../sandbox/procore/admin/vendors.ts';
import { manHours } from '../../sandbox/procore/hours.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import { dayBefore, instantAt, type ZoneName, zones } from '../../sandbox/seed/zones.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { HammertechGround } from './hammertech-ground.ts';

export const tenant = 'acme-safety';

/** An employer of HammerTech and the vendor that stands for it in Procore. */
export interface Firm {
  readonly employerId: string;
  readonly vendorId: string;
  readonly name: string;
}

/** One stay, by the clock on site: `from` and `to` as `HH:MM` of `day`, `to` beyond 24:00 for the next day; null: nobody signed out. */
export interface Stay extends Partial<Pick<NewSignIn, 'endKind' | 'device' | 'isVisitor' | 'workerId'>> {
  readonly employer: string;
  readonly day: string;
  readonly from: string;
  readonly to: string | null;
}

/** An entry as it truly stands in Procore, and `manHours` as Procore prints it. */
export interface Entry {
  readonly id: string;
  readonly date: string | null;
  readonly vendorId: string | null;
  readonly workers: number | null;
  readonly hours: string | null;
  readonly manHours: string | null;
  readonly notes: string | null;
  readonly status: string;
  readonly author: string;
  /** All that was done to it, oldest first. */
  readonly history: readonly RecordChange[];
}

export interface Item {
  readonly attention_item_id: string;
  readonly reason: string;
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where_to: string;
  readonly records: number;
}

/** A site of its own on both sides of a ground, linked, with nobody on it yet. */
export interface Site {
  readonly ground: HammertechGround;
  readonly link: ProjectLink;
  readonly zone: string;
  /** So many days before today, by the site's calendar and the sandbox's clock. */
  day(ago: number): string;
  /** A firm that both sides know; `matched: false`: nobody has paired the two, `onProject: false`: not in the project's directory. */
  firm(name: string, given?: { parent?: string; matched?: boolean; onProject?: boolean }): Promise<Firm>;
  /** An employer that Procore has no vendor for. */
  stranger(name: string, parent?: string): Promise<string>;
  match(employerId: string, vendorId: string | null): Promise<void>;
  signIn(stay: Stay): string;
  /** Somebody corrects a sign-in afterwards. */
  correct(id: string, change: Partial<Stay> & Pick<Stay, 'day'>): void;
  remove(id: string): void;
  diary(date: string, diary: Partial<Pick<SiteDiary, 'employers' | 'status' | 'visitors' | 'notes'>>): void;
  /** Cycles until nothing is open. */
  sync(): Promise<StreamReport>;
  entries(): readonly Entry[];
  items(): Promise<readonly Item[]>;
  decide(resolution: string): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** Waits that stand in the store are over. */
  timePasses(): Promise<void>;
}

/** Which firms are paired on a ground: `match` replaces all of them. */
const pairsOf = new WeakMap<HammertechGround, Map<string, RecordMatch>>();
let made = 0;

export async function newSite(ground: HammertechGround, zoneName: ZoneName = 'Sydney'): Promise<Site> {
  const { world, hammertech } = ground.sandbox;
  const zone = zones[zoneName];
  const now = (): Date => new Date(world.clock.nowMs());
  made += 1;
  const number = `MP-${made}`;
  const name = `Manpower site ${made}`;
  const project = createProject(world, { companyId: acmeId, name, number, timeZone: zoneName });
  const ofAcme = world.projects.filter(({ companyId }) => companyId === acmeId).map(({ id }) => id);
  setPermittedProjects(world, { clientId: ground.account.clientId, companyId: acmeId, permittedProjectIds: ofAcme });
  const site = actOnRecord(hammertech, projectKind, { act: 'create', tenant, record: { name, number, timeZone: zone } }, now());
  if (!site) throw new Error('the site was not made');
  const link = await ground.link(number);
  const pairs = pairsOf.get(ground) ?? new Map<string, RecordMatch>();
  pairsOf.set(ground, pairs);

  const instant = (day: string, clock: string): string => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    return new Date(instantAt(zone, day, hour * 60 + minute)).toISOString().replace('.000', '');
  };
  const employer = (record: { name: string; parentEmployerId?: string }): string => {
    const stored = actOnRecord(hammertech, employerKind, { act: 'create', tenant, record }, now());
    if (!stored) throw new Error('the employer was not made');
    return stored.id;
  };
  const match: Site['match'] = async (employerId, vendorId) => {
    const vendor = vendorId === null ? undefined : world.vendors.get(vendorId);
    pairs.set(employerId, {
      kind: 'company',
      partnerId: employerId,
      partnerName: hammertech.employers.get(employerId)?.record.name ?? employerId,
      procoreId: vendorId,
      procoreName: vendor?.name ?? null,
      basis: 'name',
      score: 1,
      state: vendorId === null ? 'unmatched' : 'matched',
    });
    await ground.match([...pairs.values()]);
  };

  return {
    ground,
    link,
    zone,
    match,
    day: (ago) => dayBefore(dayIn(zone, world.clock.nowMs()), ago),
    async firm(firmName, { parent, matched = true, onProject = true } = {}) {
      const employerId = employer({ name: firmName, ...(parent && { parentEmployerId: parent }) });
      const vendor = createVendor(world, { companyId: acmeId, name: firmName });
      if (onProject) addVendorToProject(world, { projectId: project.id, vendorId: vendor.id });
      await match(employerId, matched ? vendor.id : null);
      return { employerId, vendorId: vendor.id, name: firmName };
    },
    async stranger(strangerName, parent) {
      const employerId = employer({ name: strangerName, ...(parent && { parentEmployerId: parent }) });
      await match(employerId, null);
      return employerId;
    },
    signIn({ employer: employerId, day, from, to, ...rest }) {
      const endUtc = to === null ? null : instant(day, to);
      const signIn = { projectId: site.id, employerId, startUtc: instant(day, from), endUtc, ...rest };
      return mustSignIn(actOnSignIn(hammertech, { act: 'create', tenant, signIn }, now())).id;
    },
    correct(id, { day, from, to, employer: employerId, ...rest }) {
      const signIn = {
        ...rest,
        ...(employerId !== undefined && { employerId }),
        ...(from !== undefined && { startUtc: instant(day, from) }),
        ...(to !== undefined && { endUtc: to === null ? null : instant(day, to) }),
      };
      mustSignIn(actOnSignIn(hammertech, { act: 'change', tenant, id, signIn }, now()));
    },
    remove: (id) => void mustSignIn(actOnSignIn(hammertech, { act: 'delete', tenant, id }, now())),
    diary(date, record) {
      const known = hammertech.diaries.find(({ record: one }) => one.projectId === site.id && one.date === date)?.record;
      const act = known
        ? ({ act: 'change', tenant, id: known.id, record } as const)
        : ({ act: 'create', tenant, record: { projectId: site.id, date, ...record } } as const);
      if (!actOnRecord(hammertech, diaryKind, act, now())) throw new Error('the diary was not stored');
    },
    sync: () => ground.settle(link, 'manpower'),
    entries: () =>
      world.ledger
        .records('manpower_logs')
        .filter(({ projectId, current }) => projectId === project.id && current !== null)
        .map(({ id, author, current, history }) => entryOf(id, author, current as ManpowerLog, history))
        .sort((left, right) => String(left.date).localeCompare(String(right.date)) || left.id.length - right.id.length),
    async items() {
      const { rows } = await ground.store.admin.query<Item>(
        `SELECT attention_item_id, reason, subject, seen, needed, where_to, records FROM attention_item
         WHERE project_link_id = $1 AND resolved_at IS NULL ORDER BY reason, subject`,
        [link.projectLinkId],
      );
      return rows;
    },
    async decide(resolution) {
      const { tenantId, connectionId } = ground;
      const { projectLinkId } = link;
      const { rows } = await ground.store.admin.query<Pick<Item, 'attention_item_id'>>(
        'SELECT attention_item_id FROM attention_item WHERE project_link_id = $1 AND resolved_at IS NULL',
        [projectLinkId],
      );
      const itemId = rows[0]?.attention_item_id;
      if (itemId === undefined) throw new Error('no item is open');
      const commandId = randomUUID();
      const input = { itemId, resolution };
      await withTenant(ground.store.pool, tenantId, (db) =>
        writeCommand(db, { tenantId, commandId, connectionId, projectLinkId, kind: 'resolveItem', input, actorId: 'ada' }),
      );
      return ground.activities.resolveItem({ tenantId, projectLinkId, itemId, commandId });
    },
    async timePasses() {
      await ground.store.admin.query(
        `UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour'
         WHERE project_link_id = $1`,
        [link.projectLinkId],
      );
    },
  };
}

function mustSignIn(signIn: SiteSignIn | undefined): SiteSignIn {
  if (!signIn) throw new Error('there is no such site or sign-in');
  return signIn;
}

const entryOf = (id: string, author: string, row: ManpowerLog, history: readonly RecordChange[]): Entry => ({
  id,
  date: row.date,
  vendorId: row.vendorId,
  workers: row.numWorkers,
  hours: row.numHours,
  manHours: manHours(row.numWorkers, row.numHours, 2),
  notes: row.notes,
  status: row.status,
  author,
  history,
});
