import type { World } from '../kernel/world.ts';
import type { CompanyRole, Member, Project } from '../part3/records.ts';
import type { Part3 } from '../part3/state.ts';
import { createRandom, type Random } from './random.ts';

/** The organisations' tokens; the demo hands them out, they guard nothing. */
export const part3Tokens = {
  'north-studio': 'p3-north-studio-quay-Lattice-5528',
  'south-atelier': 'p3-south-atelier-moss-Gable-9031',
} as const;

interface Firm {
  name: string;
  role: CompanyRole;
  members: readonly Pick<Member, 'name' | 'email' | 'returns'>[];
}
interface Blueprint {
  slug: keyof typeof part3Tokens;
  name: string;
  projects: readonly (Pick<Project, 'name' | 'number'> & { firms: readonly Firm[] })[];
}

/** The prime consultant's company bears the name of its organisation. */
const northStudio = 'North Studio';

const pia = { name: 'Pia Brandt', email: 'pia@north-studio.example', returns: false };
const ria = { name: 'Ria Solà', email: 'ria@north-studio.example', returns: true };
const sam = { name: 'Sam Wu', email: 'sam@north-studio.example', returns: true };
const noor = { name: 'Noor Haddad', email: 'noor@tidewater-structures.example', returns: false };

const studioWith = (...members: Firm['members']): Firm => ({
  name: northStudio,
  role: 'prime-consultant',
  members,
});
const structures: Firm = { name: 'Tidewater Structures', role: 'consultant', members: [noor] };
const owner = (name: string): Firm => ({ name, role: 'owner', members: [] });

/**
 * North Studio designs three of Acme's projects: one has Procore's number, one its name only, one the number in another case and with a
 * blank. No general contractor is on any of them: the prime consultant adds it. South Atelier has a project of the same name and number.
 */
const blueprints: readonly Blueprint[] = [
  {
    slug: 'north-studio',
    name: northStudio,
    projects: [
      { name: 'Harbour Tower', number: 'AC-101', firms: [studioWith(pia, ria, sam), structures, owner('Quayside Holdings')] },
      { name: 'Parramatta Rail Depot', number: null, firms: [studioWith(pia, ria), structures] },
      { name: 'Brooklyn Yards – façade', number: 'ac-301 ', firms: [studioWith(pia, sam), owner('Yards Trust')] },
    ],
  },
  {
    slug: 'south-atelier',
    name: 'South Atelier',
    projects: [
      {
        name: 'Harbour Tower',
        number: 'AC-101',
        firms: [
          {
            name: 'South Atelier',
            role: 'prime-consultant',
            members: [{ name: 'Otto Varga', email: 'otto@south-atelier.example', returns: true }],
          },
        ],
      },
    ],
  },
];

const seedNumber = 20_260_330;

/** Fills an empty Part3: two organisations with projects, companies and members, and nothing synced yet. */
export function seedPart3({ clock }: World, state: Part3): void {
  const random = createRandom(seedNumber);
  state.bytes.clear();
  for (const blueprint of blueprints) seedOrganisation(state, blueprint, clock.instant(), random);
}

function seedOrganisation(state: Part3, { slug, name, projects }: Blueprint, modified: string, random: Random): void {
  const organisation = slug;
  state.organisations.put({ slug, name, signingSecret: `whsec_${Buffer.from(random.hex(48), 'hex').toString('base64')}` });
  state.tokens.put({ token: part3Tokens[slug], organisation, active: true, mayWrite: true });
  for (const { firms, ...project } of projects) {
    const projectId = random.guid();
    state.projects.put({ organisation, record: { id: projectId, ...project, status: 'active', modified } });
    for (const { members, ...firm } of firms) {
      const companyId = random.guid();
      state.companies.put({ organisation, record: { id: companyId, projectId, ...firm, modified } });
      for (const member of members) {
        const record = { id: random.guid(), projectId, companyId, ...member, leftAt: null, modified };
        state.members.put({ organisation, record });
      }
    }
  }
}
