import type { HammerTech } from '../hammertech/state.ts';
import type { World } from '../kernel/world.ts';
import { type OurApp, seedOurApp } from './apps.ts';
import { acmeId, borealisId, seedCompanies } from './companies.ts';
import { createRandom } from './random.ts';
import { acmeSites, borealisSites } from './sites.ts';
import { seedTenant } from './tenants.ts';

export { acmeId, borealisId, cascadeId } from './companies.ts';

export const profiles = ['demo', 'large'] as const;
export type Profile = (typeof profiles)[number];

export interface SeedOptions {
  ours: OurApp;
  /** `demo`: what the tour carries; `large`: all 17 projects with 30 days each. */
  profile?: Profile | undefined;
  /** HammerTech also knows the Acme project whose Daily Log is switched off. */
  disabledToolSite?: boolean | undefined;
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
  const { acme, borealis } = seedCompanies(world, createRandom(seedNumber));
  seedOurApp(world, options.ours, [acmeId, borealisId], createRandom(seedNumber + 1));
  const volume = { large: options.profile === 'large', disabledToolSite: options.disabledToolSite ?? false };
  const random = createRandom(seedNumber + 2);
  const blueprints = [
    { slug: 'acme-safety', ...hammertechLogins['acme-safety'], sites: acmeSites, firms: acme.firms },
    { slug: 'borealis-safety', ...hammertechLogins['borealis-safety'], sites: borealisSites, firms: borealis.firms },
  ];
  for (const blueprint of blueprints) seedTenant(hammertech, world.clock, blueprint, volume, random);
}
