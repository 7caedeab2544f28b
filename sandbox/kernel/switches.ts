import type { Journal } from './journal.ts';
import { rfiSwitches } from './switches-rfis.ts';
import { submittalSwitches } from './switches-submittals.ts';
import { createTable } from './table.ts';

/** How well a behaviour is known: official text, another's observation, a claim, an inference, or nothing at all. */
export type Evidence = 'doc' | 'sbx' | '3p' | 'inf' | 'unk' | 'sup' | 'oas';

export interface Definition {
  readonly values: readonly (string | number | boolean)[] | 'number';
  readonly byDefault: string | number | boolean;
  readonly evidence: Evidence;
  readonly describes: string;
}

const yesNo = [true, false] as const;

/** Every behaviour of Procore that is weakly known, and every figure that may differ. All of them are assumptions. */
export const switchDefinitions = {
  companyHeaderOurs: {
    values: ['refuse-404', 'refuse-400', 'zone'],
    byDefault: 'refuse-404',
    evidence: '3p',
    describes: 'Missing Procore-Company-Id on a call of our own app.',
  },
  companyHeaderOthers: {
    values: ['zone', 'refuse-404', 'refuse-400'],
    byDefault: 'zone',
    evidence: '3p',
    describes: 'The same for every other client; zone: the company is taken from path, query or record.',
  },
  rateProfile: {
    values: ['default', 'low', 'generous'],
    byDefault: 'default',
    evidence: 'doc',
    describes: 'Calls per hour and per 10 s: default 3600 and 100, low 600 and 25, generous 1000000 and 100000 (for load tests).',
  },
  retryAfterOn429: {
    values: yesNo,
    byDefault: false,
    evidence: 'unk',
    describes: '429 carries Retry-After beside the rate headers.',
  },
  accessTokenSeconds: { values: 'number', byDefault: 5400, evidence: 'doc', describes: 'Life of an access token.' },
  codeSeconds: { values: 'number', byDefault: 600, evidence: 'doc', describes: 'Life of an authorization code.' },
  oldRefreshTokenUntilUse: {
    values: yesNo,
    byDefault: false,
    evidence: '3p',
    describes: 'The old refresh token stays valid until the new access token is first used, instead of dying at once.',
  },
  refreshRevokesAccess: {
    values: yesNo,
    byDefault: false,
    evidence: 'unk',
    describes: 'A refresh also kills the old access token.',
  },
  oauthOnApiOrigin: { values: yesNo, byDefault: false, evidence: '3p', describes: '/oauth/* also answers on the API origin.' },
  noneToolsListed: {
    values: yesNo,
    byDefault: true,
    evidence: 'unk',
    describes: 'settings/permissions lists tools on which the level is None.',
  },
  disabledToolsListed: {
    values: yesNo,
    byDefault: false,
    evidence: 'unk',
    describes: 'settings/permissions of a project lists tools that are switched off there.',
  },
  templateLevelMap: {
    values: ['tool-id', 'tool-name'],
    byDefault: 'tool-id',
    evidence: 'unk',
    describes: 'Keys and values of user_access_levels: tool number to level number, or tool name to level name.',
  },
  unknownLevelEntries: {
    values: ['dropped', 'refuse-422'],
    byDefault: 'dropped',
    evidence: 'unk',
    describes: 'Entries of user_access_levels that name no known tool or level.',
  },
  templatesReadableBy: {
    values: ['directory-read', 'anyone', 'directory-admin'],
    byDefault: 'directory-read',
    evidence: 'unk',
    describes: 'Who may list permission templates of a company.',
  },
  templateNamesUniqueAcrossTypes: {
    values: yesNo,
    byDefault: true,
    evidence: 'sup',
    describes: 'A company template and a project template may not share a name (422).',
  },
  addToNewProjectsShown: {
    values: ['me-v1.0', 'everywhere', 'nowhere'],
    byDefault: 'me-v1.0',
    evidence: 'oas',
    describes: 'Which reads carry add_to_new_projects; answers to writes always do.',
  },
  userPatchNeedsIdentity: {
    values: yesNo,
    byDefault: false,
    evidence: 'oas',
    describes: 'PATCH of a company user without email_address and last_name is refused with 400.',
  },
  emailChangeKillsServiceAccount: {
    values: yesNo,
    byDefault: true,
    evidence: 'sup',
    describes: "Changing a service account's e-mail address makes its credential invalid.",
  },
  rightsLeftAsTheyWere: {
    values: ['none', 'template-levels', 'user-rights', 'assignments'],
    byDefault: 'none',
    evidence: 'unk',
    describes:
      'What a write that is answered 200 leaves as it was: the last level of a new template, rights of a user, the template on a project.',
  },
  bulkAddPace: {
    values: ['at-once', 'one-a-second'],
    byDefault: 'at-once',
    evidence: 'unk',
    describes: 'Memberships of a bulk_add that was answered 200: all there at once, or one a second by the sandbox clock.',
  },
  creatorJoinsProject: {
    values: yesNo,
    byDefault: true,
    evidence: 'inf',
    describes: 'Whoever creates a project is added to it.',
  },
  assignmentsReadableBy: {
    values: ['self-or-directory-read', 'directory-read'],
    byDefault: 'self-or-directory-read',
    evidence: 'unk',
    describes: "Who may read a user's project_assignments.",
  },
  manpowerContacts: {
    values: ['vendors', 'contacts'],
    byDefault: 'vendors',
    evidence: 'unk',
    describes:
      'What contact_id may be where the project does not say: vendors accepts vendor ids and contact ids, contacts only the latter.',
  },
  unknownContact: {
    values: ['refuse-422', 'store-null'],
    byDefault: 'refuse-422',
    evidence: 'unk',
    describes: 'A contact_id that is not among the options.',
  },
  entryVendors: {
    values: ['project', 'company'],
    byDefault: 'project',
    evidence: 'unk',
    describes:
      'Which vendor_id a visitor, accident, safety violation or note takes: of the project directory, or any of the company; others 422.',
  },
  safetyLogPermissions: {
    values: [false, true],
    byDefault: false,
    evidence: 'oas',
    describes: 'Safety violations carry permissions as the other kinds do (the catalogue lists none).',
  },
  hoursDecimals: { values: 'number', byDefault: 2, evidence: 'unk', describes: 'Decimals to which num_hours is rounded.' },
  undatedEntry: {
    values: ['today', 'null'],
    byDefault: 'today',
    evidence: 'unk',
    describes: 'Date of a daily log entry written with neither date nor datetime.',
  },
  completedDay: {
    values: ['allow', '403', '422'],
    byDefault: 'allow',
    evidence: 'unk',
    describes: 'Writes to a completed day: allowed, 403 for all but Daily Log admins, or 422 for all.',
  },
  pendingEntries: {
    values: ['approved', 'pending-below-admin'],
    byDefault: 'approved',
    evidence: 'inf',
    describes: 'Status of an entry written below Daily Log Admin (Procore: pending for collaborators).',
  },
  fileUrlSeconds: {
    values: 'number',
    byDefault: 900,
    evidence: 'unk',
    describes: 'Life of the address on the storage to which a file leads on.',
  },
  notFoundOnNoLevel: {
    values: yesNo,
    byDefault: false,
    evidence: 'inf',
    describes: 'A single record of a tool on which the level is None answers 404 instead of 403.',
  },
  ...submittalSwitches,
  ...rfiSwitches,
} as const satisfies Record<string, Definition>;

type Definitions = typeof switchDefinitions;
export type SwitchName = keyof Definitions;
export type SwitchValue<Name extends SwitchName> = Definitions[Name]['values'] extends readonly (infer Value)[] ? Value : number;

export interface ListedSwitch extends Definition {
  readonly name: SwitchName;
  readonly value: string | number | boolean;
}

export interface Switches {
  get<Name extends SwitchName>(name: Name): SwitchValue<Name>;
  /** Refuses unknown names and values with a message a person can use. */
  set(name: string, value: unknown): void;
  reset(): void;
  list(): ListedSwitch[];
}

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(switchDefinitions, name);

export function createSwitches(journal: Journal): Switches {
  const table = createTable<{ name: SwitchName; value: string | number | boolean }>(journal, 'switches', (row) => row.name);
  const current = (name: SwitchName) => table.get(name)?.value ?? switchDefinitions[name].byDefault;
  return {
    // `set` lets in only values of the definition, so the stored value has the type its name promises.
    get: <Name extends SwitchName>(name: Name) => current(name) as SwitchValue<Name>,
    set(name, value) {
      if (!isSwitchName(name)) throw new RangeError(`no switch is called ${name}`);
      const { values }: Definition = switchDefinitions[name];
      const fits =
        values === 'number'
          ? typeof value === 'number' && Number.isFinite(value) && value > 0
          : values.some((known) => known === value);
      if (!fits || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean'))
        throw new RangeError(`${name} takes ${values === 'number' ? 'a positive number' : values.join(', ')}`);
      table.put({ name, value });
    },
    reset() {
      for (const row of table.all()) table.delete(row.name);
    },
    list: () =>
      Object.keys(switchDefinitions)
        .filter(isSwitchName)
        .map((name) => ({ name, ...switchDefinitions[name], value: current(name) })),
  };
}
