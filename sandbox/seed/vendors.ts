import { addProjectVendor, addVendor } from '../kernel/directory.ts';
import type { Id, Project, Vendor } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import { groupedAbn, type RegisteredFirm } from './firms.ts';
import type { Random } from './random.ts';
import { firmWords, suffixes, trades } from './words.ts';

/** Every tenth filler vendor gets an odd id beyond 2^53, which a double cannot hold. */
const inexactIdsFrom = 9_007_199_254_900_001n;

const registerTypes = { ABN: 'abn', EIN: 'ein' } as const;

/** The vendors that HammerTech's employers match, by the firm's key. */
export function seedFirmVendors(world: World, companyId: Id, firms: readonly RegisteredFirm[]): Map<string, Vendor> {
  const vendors = new Map<string, Vendor>();
  for (const firm of firms) {
    if (firm.vendor === null) continue;
    const businessRegister =
      firm.register === null || firm.number === null
        ? null
        : { type: registerTypes[firm.register], identifier: firm.grouped ? groupedAbn(firm.number) : firm.number };
    vendors.set(firm.key, addVendor(world, { companyId, name: firm.vendor, businessRegister }));
  }
  return vendors;
}

/** Vendors that no employer matches, up to a total; the first two share one name. */
export function seedFillerVendors(world: World, companyId: Id, count: number, random: Random): Vendor[] {
  return Array.from({ length: count }, (_, index) => {
    const drawn = `${random.pick(firmWords)} ${random.pick(trades)} ${index + 1} ${random.pick(suffixes)}`;
    const name = index < 2 ? 'Apex Civil' : drawn;
    const id =
      index % 10 === 9 ? { id: String(inexactIdsFrom + 2n * ((BigInt(companyId) % 1000n) * 1000n + BigInt(index))) } : {};
    return addVendor(world, { companyId, name, emailAddress: `office-${index + 1}@${companyId}.vendors.example`, ...id });
  });
}

/** Puts the vendors that work on a project into its directory, and a few that do not. */
export function seedProjectVendors(world: World, project: Project, working: readonly Vendor[], others: readonly Vendor[]): void {
  for (const vendor of [...working, ...others]) addProjectVendor(world, { projectId: project.id, vendorId: vendor.id });
}
