import type { HammerTech } from '../hammertech/state.ts';
import type { World } from '../kernel/world.ts';
import { type OurApp, seedOurApp } from './apps.ts';
import { acmeId, borealisId, seedCompanies } from './companies.ts';
import { acmeFirmsWithoutVendor, registerFirms } from './firms.ts';
import type { Profile } from './profiles.ts';
import { createRandom } from './random.ts';
import { seedRfis } from './rfis.ts';
import { acmeSites, borealisSites } from './sites.ts';
import { seedSubmittals } from './submittals.ts';
import { seedTenant, type TenantBlueprint } from './tenants.ts';
import { seedUsers } from './users.ts';

export { acmeId, borealisId, cascadeId } from './companies.ts';
export { type Profile, profiles } from './profiles.ts';

export interface SeedOptions {
  ours: OurApp;
  /** The demo's where absent. */
  profile?: Profile | undefined;
  /** HammerTech also knows the Acme project whose Daily Log is switched off. */
  disabledToolSite?: boolean | undefined;
  /** Employers without a vendor in Procore sign in too. */
  crewsWithoutVendor?: boolean | undefined;
}

/** The two HammerTech logins; the demo hands them out, they guard nothing. */
export const hammertechLogins = {
  'acme-safety': { region: 'us', email: 'sync@acme-safety.example', password: 'crane-Harbour-7741-ü' },
  'borealis-safety': { region: 'eu', email: 'sync@borealis-safety.example', password: 'fjord-Lantern-2096-ø' },
} as const;

const seedNumber = 20_260_301;

/**
 * Empties the sandbox and fills it anew. Everything but the dates repeats exactly: dates end yesterday by the sandbox's clock, in
 * each site's own zone. A caller that persists the world compacts afterwards.
 */
export function seedAll(world: World, hammertech: HammerTech, options: SeedOptions): void {
  world.journal.clear();
  world.storage.blobs.clear();
  const { acme, borealis } = seedCompanies(world, createRandom(seedNumber));
  seedSubmittals(world, acme, borealis);
  seedOurApp(world, options.ours, [acmeId, borealisId], createRandom(seedNumber + 1));
  const volume = {
    profile: options.profile ?? 'demo',
    disabledToolSite: options.disabledToolSite ?? false,
    crewsWithoutVendor: options.crewsWithoutVendor ?? false,
  };
  const chance = { manpower: createRandom(seedNumber + 2), safety: createRandom(seedNumber + 3) };
  const blueprints: TenantBlueprint[] = [
    {
      slug: 'acme-safety',
      ...hammertechLogins['acme-safety'],
      sites: acmeSites,
      firms: acme.firms,
      firmsWithoutVendor: registerFirms(acmeFirmsWithoutVendor, chance.safety),
    },
    {
      slug: 'borealis-safety',
      ...hammertechLogins['borealis-safety'],
      sites: borealisSites,
      firms: borealis.firms,
      firmsWithoutVendor: [],
    },
  ];
  for (const blueprint of blueprints) seedTenant(hammertech, world.clock, blueprint, volume, chance);
  const people = createRandom(seedNumber + 4);
  seedUsers(world, hammertech, { tenant: 'acme-safety', companyId: acmeId }, people);
  seedUsers(world, hammertech, { tenant: 'borealis-safety', companyId: borealisId }, people);
  seedRfis(world, acmeId);
}
