import { randomUUID } from 'node:crypto';
import { dayIn } from '../../../sandbox/kernel/clock.ts';
import type { Id } from '../../../sandbox/kernel/model.ts';
import type { DailyLogEntry } from '../../../sandbox/kernel/model-daily-log.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { dayBefore, instantAt } from '../../../sandbox/seed/zones.ts';
import { writeCommand } from '../../../shared/store/commands.ts';
import type { ProjectLink } from '../../../shared/store/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import type { WholeGround } from '../whole-ground.ts';

/** A moment by the clock on the wall of a site. */
export interface When {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
}

/** One site of the seed without any safety record, visitor or diary of its own: a test enters what it needs. */
export interface Site {
  readonly ground: WholeGround;
  readonly link: ProjectLink;
  readonly tenant: string;
  /** HammerTech's id of it. */
  readonly siteId: string;
  readonly zone: string;
  /** Somebody in Procore who is no sync user. */
  readonly person: Id;
  /** That many days ago at a time of the site. */
  when(daysAgo: number, hour: number, minute: number): When;
  instant(when: When): string;
  employer(name: string): string;
}

export const tenant = 'acme-safety';
/** Known to both sides, and in the directory of every project. */
export const matched = 'Southern Cross Concrete Pty Ltd';
/** Procore has no vendor for it. */
export const unmatched = 'Phantom Labour Hire Pty Ltd';

export async function siteOf(ground: WholeGround, number: string): Promise<Site> {
  const { world, hammertech } = ground.sandbox;
  const link = await ground.link(number);
  const zone = link.timeZone ?? '';
  const siteId = link.partnerProjectId;
  for (const table of [hammertech.signIns, hammertech.incidents, hammertech.observations, hammertech.diaries])
    for (const { record } of table.all()) if (record.projectId === siteId) table.delete(record.id);
  const person = world.people.find(({ firstName }) => firstName === 'Ada')?.id;
  if (person === undefined) throw new Error('the seed has no Ada');
  return {
    ground,
    link,
    tenant,
    siteId,
    zone,
    person,
    when: (daysAgo, hour, minute) => ({ date: dayBefore(dayIn(zone, world.clock.nowMs()), daysAgo), hour, minute }),
    instant: ({ date, hour, minute }) => new Date(instantAt(zone, date, hour * 60 + minute)).toISOString(),
    employer(name) {
      const found = hammertech.employers.find(({ tenant: owner, record }) => owner === tenant && record.name === name);
      if (!found) throw new Error(`the seed has no employer ${name}`);
      return found.record.id;
    },
  };
}

export function vendorNamed({ sandbox }: WholeGround, name: string): Id {
  const found = sandbox.world.vendors.find((vendor) => vendor.companyId === acmeId && vendor.name === name);
  if (!found) throw new Error(`the seed has no vendor ${name}`);
  return found.id;
}

/** A vendor of the company that is not in the project's directory. */
export function vendorElsewhere({ sandbox: { world } }: WholeGround, { procoreProjectId }: ProjectLink): Id {
  const found = world.vendors.find(
    ({ companyId, id }) => companyId === acmeId && world.projectVendors.get(`${procoreProjectId}:${id}`) === undefined,
  );
  if (!found) throw new Error('every vendor of the seed is on that project');
  return found.id;
}

/** Pairs an employer with a vendor, as the matching would. */
export const pair = (ground: WholeGround, partnerId: string, partnerName: string, procoreId: string): Promise<void> =>
  ground.match([
    { kind: 'company', partnerId, partnerName, procoreId, procoreName: partnerName, basis: 'person', score: 1, state: 'matched' },
  ]);

/** What Procore holds of a kind in the site's project, by day and in the order in which they came. */
export function entriesOf<Row extends DailyLogEntry>({ ground, link }: Site, resource: string): Row[] {
  return ground.sandbox.world.ledger
    .records(resource)
    .filter(({ projectId, current }) => projectId === link.procoreProjectId && current !== null)
    .map(({ current }) => current as Row) // the rows of one resource are of one kind
    .sort((left, right) => `${left.date}`.localeCompare(`${right.date}`) || left.position - right.position);
}

/** Calls that asked Procore to change anything. */
export const writesOf = (ground: WholeGround): readonly string[] => ground.calls('procore').filter((call) => !/^GET /.test(call));

export interface ItemSeen {
  readonly itemId: string;
  readonly reason: string;
  readonly subject: string;
  readonly seen: string;
  readonly where: string;
}

export async function openItems({ ground, link }: Site, stream: string): Promise<readonly ItemSeen[]> {
  const { rows } = await ground.store.admin.query<ItemSeen>(
    `SELECT attention_item_id AS "itemId", reason, subject, seen, needed, where_to AS "where" FROM attention_item
     WHERE project_link_id = $1 AND stream = $2 AND resolved_at IS NULL ORDER BY since`,
    [link.projectLinkId, stream],
  );
  return rows;
}

/** A person decides about an item, as the API and the loop carry it out. */
export async function decideItem({ ground, link }: Site, itemId: string, resolution: 'retry' | 'leave' | 'overwrite') {
  const { tenantId, connectionId } = ground;
  const { projectLinkId } = link;
  const commandId = randomUUID();
  const input = { itemId, resolution };
  await withTenant(ground.store.pool, tenantId, (db) =>
    writeCommand(db, { tenantId, connectionId, commandId, kind: 'resolveItem', input, actorId: 'test', projectLinkId }),
  );
  return ground.activities.resolveItem({ tenantId, projectLinkId, itemId, commandId });
}
