import type { Told } from './comparison.ts';
import { digits, folded, projectFor, vendorFor } from './pairs.ts';
import type { LinkSeen } from './product.ts';
import type { BothSides, Employer, Vendor } from './truth.ts';

/** Every site that Procore has an active project for should be linked with it. */
export const reckonProjects = ({ hammertech, company }: BothSides): readonly Told[] =>
  hammertech.projects.flatMap((site) => {
    const project = projectFor(site, company);
    return project ? [{ place: site.id, says: project.id }] : [];
  });

/** What is linked, by the public API: links are written on neither far side. */
export const toldOfLinks = (links: readonly LinkSeen[]): readonly Told[] =>
  links
    .filter(({ scope, state }) => scope === 'project' && state !== 'unlinked')
    .map(({ atPartner, procore }) => ({ place: atPartner.projectId, says: procore.projectId }));

/** Every vendor in the directory of a project that has a site should have an employer. */
export function reckonVendors(sides: BothSides): readonly Told[] {
  const linked = new Set(reckonProjects(sides).map(({ says }) => says));
  return sides.vendors
    .filter(({ active, projectIds }) => active && projectIds.some((id) => linked.has(id)))
    .map((vendor) => ({ place: markOf(vendor), says: 'an employer' }));
}

/**
 * Employers that match a vendor: those that HammerTech had, and those that an integration created, whether they match one or not.
 */
export function toldOfEmployers({ hammertech, vendors }: BothSides, made: readonly Employer[]): readonly Told[] {
  const all = new Map([...hammertech.employers, ...made].map((employer) => [employer.id, employer]));
  const isMade = new Set(made.map(({ id }) => id));
  return [...all.values()].flatMap((employer) => {
    const vendor = vendorFor(employer, vendors);
    if (vendor) return [{ place: markOf(vendor), says: 'an employer' }];
    return isMade.has(employer.id) ? [{ place: folded(employer.name), says: 'an employer of nobody' }] : [];
  });
}

/** What identifies a vendor on both sides; two of the same name without a number cannot be told apart. */
const markOf = ({ register, name }: Vendor): string => digits(register) || folded(name);
