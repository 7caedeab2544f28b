import type { Id, Project } from '../kernel/model.ts';
import { addCompany, addProject, usualProjectTools } from '../kernel/places.ts';
import type { World } from '../kernel/world.ts';
import { seedConnectorApp, seedSyncAccount } from './apps.ts';
import { seedCast } from './cast.ts';
import { acmeFirms, borealisFirms, type RegisteredFirm, registerFirms } from './firms.ts';
import { type Built, seedCrowd } from './people.ts';
import type { Random } from './random.ts';
import { acmeSites, borealisSites, type Site } from './sites.ts';
import { seedTemplates } from './templates.ts';
import { seedFillerVendors, seedFirmVendors, seedProjectVendors } from './vendors.ts';

/** Ids of the three companies; Borealis' is odd and beyond 2^53, as are all ids below it. */
export const acmeId = '562949953444013';
export const borealisId = '9007199254741993';
export const cascadeId = '562949953479999';

/** This project's id is odd and beyond 2^53 although its company's ids are not. */
const inexactProject = { number: 'AC-301', id: '9007199254742311' };

function seedProjects(world: World, companyId: Id, sites: readonly Site[]): Project[] {
  return sites.map((site) =>
    addProject(world, {
      companyId,
      name: site.name,
      number: site.number,
      timeZone: site.zone,
      address: site.address,
      city: site.city,
      stateCode: site.state,
      countryCode: site.country,
      active: site.active ?? true,
      tools: usualProjectTools.filter((tool) => site.withoutDailyLog === undefined || tool !== 'daily_log'),
      ...(site.number === inexactProject.number ? { id: inexactProject.id } : {}),
    }),
  );
}

interface Blueprint {
  id: Id;
  name: string;
  idsFrom: Id;
  domain: string;
  sites: readonly Site[];
  firms: RegisteredFirm[];
  vendors: number;
}

function build(world: World, blueprint: Blueprint, random: Random): Built {
  const { id: companyId, name, idsFrom, domain, sites, firms } = blueprint;
  const company = addCompany(world, { id: companyId, name, idsFrom });
  const projects = seedProjects(world, companyId, sites);
  const templates = seedTemplates(world, companyId);
  const firmVendors = seedFirmVendors(world, companyId, firms);
  const fillers = seedFillerVendors(world, companyId, blueprint.vendors - firmVendors.size, random);
  const vendors = [...firmVendors.values(), ...fillers];
  projects.forEach((project, index) => {
    seedProjectVendors(world, project, [...firmVendors.values()], fillers.slice(index, index + 3));
  });
  seedSyncAccount(world, companyId, projects, templates, random);
  return { company, companyId, domain, projects, templates, vendors, firms, firmVendors };
}

/** Acme Builders, Borealis Construction and Cascade Civil with all their people: 17 projects, 60 vendors, 400 people. */
export function seedCompanies(world: World, random: Random): { acme: Built; borealis: Built } {
  const acmeBlueprint = { id: acmeId, name: 'Acme Builders', idsFrom: '5500000000001', domain: 'acme', sites: acmeSites };
  const acme = build(world, { ...acmeBlueprint, firms: registerFirms(acmeFirms, random), vendors: 43 }, random);
  const borealis = build(
    world,
    {
      id: borealisId,
      name: 'Borealis Construction',
      idsFrom: '9007199254742993',
      domain: 'borealis',
      sites: borealisSites,
      firms: registerFirms(borealisFirms, random),
      vendors: 16,
    },
    random,
  );
  addCompany(world, { id: cascadeId, name: 'Cascade Civil', idsFrom: '7700000000001' });
  seedConnectorApp(world, cascadeId, random);
  seedCast(world, acme, borealis);
  seedCrowd(world, acme, 301, random);
  seedCrowd(world, borealis, 90, random);
  return { acme, borealis };
}
