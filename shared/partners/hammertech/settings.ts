import { z } from 'zod';
import { type AccessLevel, accessLevels, type ToolNeed } from '../../procore/operations/permissions.ts';
import type { InvitationWords, LoginForm, SupportContact } from '../contract.ts';

/** HammerTech's three regions, each with its own hosts; part of a login's identity: a tenant is unknown in the other regions. */
export const regions = ['us', 'au', 'eu'] as const;
export type Region = (typeof regions)[number];

/**
 * The fields of a HammerTech login that may be shown; the password is stored alongside, sealed. It belongs to a person, and ends
 * when they leave.
 */
export const partnerLogin = z.strictObject({
  region: z.enum(regions),
  tenant: z.string().trim().min(1, 'send the tenant name').max(200),
  email: z.email('send an e-mail address').max(320),
});

export const login: LoginForm = {
  shown: partnerLogin,
  secret: { name: 'password', schema: z.string().min(8, 'send the whole password').max(1000) },
  example: { region: 'au', tenant: 'acme', email: 'sync@acme.example', password: 'write-only, never shown' },
  cure: {
    needed: 'Region, tenant, e-mail and password of a login that works; it is a person’s, and ends when they leave.',
    where: 'Try it on HammerTech’s own sign-in page, then submit it on this page: HammerTech login.',
  },
};

/** Both with `{region}` in host or path. */
export const originSettings = ['HAMMERTECH_API_URL', 'HAMMERTECH_AUTH_URL'] as const;

/**
 * HammerTech's published help centre. It gives no support hours: these are assumed (docs/partners/hammertech.md), and an
 * installation can set HAMMERTECH_SUPPORT_CONTACT and HAMMERTECH_SUPPORT_HOURS instead.
 */
export const support: SupportContact = {
  contact: 'https://help.hammertech.com',
  hours: 'Monday to Friday, office hours of your HammerTech region',
};

export const invitation: InvitationWords = {
  purpose: 'Who works on site is then entered in Procore’s daily log by itself, from the sign-ins at the gate.',
  touches: [
    'We read your name and e-mail address in Procore, and whether you are an admin of the company',
    'We read the list of the company’s projects, so that you can choose among them',
    'We read its vendors and people, to match them with the employers on site',
    'We write how many people of each employer worked how long, one daily log entry a day',
    'We read and change nothing else, and never an entry that a person made',
  ],
};

interface Needs {
  readonly company: readonly ToolNeed[];
  readonly project: readonly ToolNeed[];
}

/** Entries are written on behalf of the site, and a look-up must see every entry of the day. */
const dailyLogNeeds: Needs = { company: [], project: [{ tool: 'Daily Log', level: 'Admin' }] };

/**
 * The only list of modules, with what each requires: this gates the onboarding. Why Daily Log needs Admin:
 * docs/adr/0004-levels-that-gate.md.
 */
const moduleNeeds: Readonly<Record<string, Needs>> = {
  manpower: {
    company: [{ tool: 'Directory', level: 'Read Only' }],
    project: [
      { tool: 'Directory', level: 'Read Only' },
      { tool: 'Daily Log', level: 'Admin' },
    ],
  },
  vendors: { company: [{ tool: 'Directory', level: 'Read Only' }], project: [] },
  people: { company: [{ tool: 'Directory', level: 'Read Only' }], project: [] },
  visitors: dailyLogNeeds,
  incidents: dailyLogNeeds,
  observations: dailyLogNeeds,
  notes: dailyLogNeeds,
};

// the keys of a constant object are its names
export const moduleNames: readonly string[] = Object.keys(moduleNeeds);

/** What HammerTech's guide prescribes (HammerTech help centre, article 360004046655): shown and warned about, never a gate. */
export const guide = {
  /** On every company tool. */
  companyLevel: 'Standard',
  /** The project tools it names; it does not mention others. */
  projectTools: [
    { tool: 'Directory', level: 'Standard' },
    { tool: 'Daily Log', level: 'Admin' },
  ],
  companyTemplate: 'HammerTech Sync Company Permissions',
  projectTemplate: 'HammerTech Sync Project Permissions',
} as const satisfies {
  companyLevel: AccessLevel;
  projectTools: readonly ToolNeed[];
  companyTemplate: string;
  projectTemplate: string;
};

/** The strictest needs of the modules that are on, by tool. */
export function needsOf(modules: readonly string[], where: keyof Needs): readonly ToolNeed[] {
  const needs = new Map<string, AccessLevel>();
  for (const { tool, level } of modules.flatMap((module) => moduleNeeds[module]?.[where] ?? [])) {
    const known = needs.get(tool);
    if (known === undefined || accessLevels.indexOf(level) > accessLevels.indexOf(known)) needs.set(tool, level);
  }
  return [...needs].map(([tool, level]) => ({ tool, level }));
}

const manpowerSettings = z.strictObject({
  source: z
    .enum(['sign-ins', 'site-diary'])
    .default('sign-ins')
    .meta({ description: 'Where a day’s workers and hours come from; the diary counts once it is approved' }),
  overnight: z
    .enum(['day-of-sign-in', 'split-at-midnight'])
    .default('day-of-sign-in')
    .meta({ description: 'Which day a shift across midnight belongs to' }),
  childEmployers: z
    .enum(['own-vendor', 'parent'])
    .default('own-vendor')
    .meta({ description: 'Whether a child employer without a vendor of its own counts with its parent’s crew' }),
  ownStaff: z.enum(['send', 'skip']).default('send').meta({
    description: 'The builder’s own people: sent under the builder’s own company, or left out where timecards are used',
  }),
  handMade: z
    .enum(['leave', 'adopt'])
    .default('leave')
    .meta({ description: 'An entry somebody made by hand for the same company and day: left alone, or kept up from then on' }),
});
export type ManpowerSettings = z.output<typeof manpowerSettings>;

const peopleSettings = z.strictObject({
  matchBy: z.enum(['e-mail-then-name', 'e-mail']).default('e-mail-then-name').meta({
    description: 'How HammerTech’s users are matched with Procore’s people: by name too where the address tells nothing',
  }),
});

/** What an admin may set. */
export const settings = z.strictObject({ manpower: manpowerSettings.prefault({}), people: peopleSettings.prefault({}) });
