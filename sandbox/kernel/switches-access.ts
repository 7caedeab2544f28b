import { type Definition, yesNo } from './switch-definition.ts';

/** Weakly known facts about access: sign-ins, the company header, the rate of calls, levels, templates and directories. */
export const accessSwitches = {
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
} as const satisfies Record<string, Definition>;
