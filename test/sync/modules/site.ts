import { randomUUID } from 'node:crypto';
import { actOnRecord } from '../../../sandbox/hammertech/record-acts.ts';
import { projectKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { dayIn } from '../../../sandbox/kernel/clock.ts';
import { addProjectVendor } from '../../../sandbox/kernel/directory.ts';
import type { Id } from '../../../sandbox/kernel/model.ts';
import type { DailyLogEntry } from '../../../sandbox/kernel/model-daily-log.ts';
import { addProject } from '../../../sandbox/kernel/places.ts';
import { setPermittedProjects } from '../../../sandbox/procore/admin/apps.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { dayBefore, instantAt, type ZoneName, zones } from '../../../sandbox/seed/zones.ts';
import type { resolutions } from '../../../shared/domain/deliveries.ts';
import { writeCommand } from '../../../shared/store/commands.ts';
import type { ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import type { HammertechGround } from '../hammertech-ground.ts';

/** A moment by the clock on the wall of a site. */
export interface When {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
}

/** A site of its own for one test, known to both sides and linked, without any record. */
export interface Site {
  readonly ground: HammertechGround;
  readonly link: ProjectLink;
  /** HammerTech's id of it. */
  readonly siteId: string;
  /** Somebody in Procore who is no sync user. */
  readonly person: Id;
  /** An employer with a counterpart on the project, and that counterpart. */
  readonly matched: { readonly employerId: string; readonly vendorId: Id };
  /** That many days ago at a time of the site. */
  when(daysAgo: number, hour: number, minute: number): When;
  instant(when: When): string;
}

export const tenant = 'acme-safety';
/** On both sides; the seed gives both one registration number. */
const firm = 'Southern Cross Concrete Pty Ltd';
let sites = 0;

export async function newSite(ground: HammertechGround, procoreZone: ZoneName = 'Sydney'): Promise<Site> {
  const { world, hammertech } = ground.sandbox;
  const zone = zones[procoreZone];
  sites += 1;
  const place = { name: `Site ${sites}`, number: `SITE-${sites}` };
  const project = addProject(world, { companyId: acmeId, timeZone: procoreZone, ...place });
  const record = { ...place, timeZone: zone };
  const site = actOnRecord(hammertech, projectKind, { act: 'create', tenant, record }, new Date(world.clock.nowMs()));
  const person = world.people.find(({ firstName }) => firstName === 'Ada');
  const vendor = world.vendors.find(({ companyId, name }) => companyId === acmeId && name === firm);
  const employer = hammertech.employers.find((one) => one.tenant === tenant && one.record.name === firm);
  if (!site || !person || !vendor || !employer) throw new Error('the seed is another one');
  addProjectVendor(world, { projectId: project.id, vendorId: vendor.id });
  const permittedProjectIds = world.projects.filter(({ companyId }) => companyId === acmeId).map(({ id }) => id);
  setPermittedProjects(world, { clientId: ground.account.clientId, companyId: acmeId, permittedProjectIds });
  await pair(ground, employer.record.id, vendor.id);
  return {
    ground,
    link: await ground.link(place.number),
    siteId: site.id,
    person: person.id,
    matched: { employerId: employer.record.id, vendorId: vendor.id },
    when: (daysAgo, hour, minute) => ({ date: dayBefore(dayIn(zone, world.clock.nowMs()), daysAgo), hour, minute }),
    instant: ({ date, hour, minute }) => new Date(instantAt(zone, date, hour * 60 + minute)).toISOString(),
  };
}

/** A vendor of the company that is not in the project's directory. */
export function vendorElsewhere({ sandbox: { world } }: HammertechGround, { procoreProjectId }: ProjectLink): Id {
  const found = world.vendors.find(
    ({ companyId, id }) => companyId === acmeId && world.projectVendors.get(`${procoreProjectId}:${id}`) === undefined,
  );
  if (!found) throw new Error('every vendor of the seed is on that project');
  return found.id;
}

/** Pairs an employer with a vendor, as the matching would. */
export const pair = (ground: HammertechGround, partnerId: string, procoreId: string): Promise<void> =>
  ground.match([
    {
      kind: 'company',
      partnerId,
      partnerName: partnerId,
      procoreId,
      procoreName: procoreId,
      basis: 'person',
      score: 1,
      state: 'matched',
    },
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
export const writesOf = (ground: HammertechGround): readonly string[] =>
  ground.calls('procore').filter((call) => !/^GET /.test(call));

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
export async function decideItem({ ground, link }: Site, itemId: string, resolution: (typeof resolutions)[number]) {
  const { tenantId, connectionId } = ground;
  const { projectLinkId } = link;
  const commandId = randomUUID();
  const input = { itemId, resolution };
  await withTenant(ground.store.pool, tenantId, (db) =>
    writeCommand(db, { tenantId, connectionId, commandId, kind: 'resolveItem', input, actorId: 'test', projectLinkId }),
  );
  return ground.activities.resolveItem({ tenantId, projectLinkId, itemId, commandId });
}
