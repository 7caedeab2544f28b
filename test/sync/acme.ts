import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import type { HammertechGround } from './hammertech-ground.ts';

/** Every diary of a project's site says something of its day, and is approved. */
export function writeDiaries({ sandbox }: HammertechGround, { partnerProjectId }: ProjectLink): void {
  const { diaries } = sandbox.hammertech;
  for (const diary of diaries.filter(({ record }) => record.projectId === partnerProjectId))
    diaries.put({ ...diary, record: { ...diary.record, notes: `Rain on ${diary.record.date}.`, status: 'approved' } });
}

/** The employers of the seed's Acme, paired in turn with the vendors of one project; what is left of either stays without a counterpart. */
export function acmeMatches(
  { sandbox }: HammertechGround,
  { procoreProjectId, partnerProjectId }: ProjectLink,
): readonly RecordMatch[] {
  const { world, hammertech } = sandbox;
  const vendors = world.projectVendors
    .filter(({ projectId }) => projectId === procoreProjectId)
    .flatMap(({ vendorId }) => world.vendors.get(vendorId) ?? []);
  const onSite = new Set(
    hammertech.signIns.filter(({ record }) => record.projectId === partnerProjectId).map(({ record }) => record.employerId),
  );
  const employers = hammertech.employers.filter(({ tenant, record }) => tenant === 'acme-safety' && onSite.has(record.id));
  // one vendor fewer than there are: something is left to be carried the other way
  return vendors.slice(0, -1).flatMap((vendor, at): RecordMatch[] => {
    const employer = employers[at]?.record;
    if (!employer) return [];
    const pair = { partnerId: employer.id, partnerName: employer.name, procoreId: vendor.id, procoreName: vendor.name };
    return [{ kind: 'company', ...pair, basis: 'person', score: 1, state: 'matched' }];
  });
}
