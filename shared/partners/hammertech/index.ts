import { Fault } from '../../domain/faults.ts';
import type { Partner, PartnerAccess, PartnerDeclaration } from '../contract.ts';
import { assignProjects } from './checks/assign-projects.ts';
import { connectApp } from './checks/connect-app.ts';
import { matchBothSides } from './checks/match-records.ts';
import { proveOwnership } from './checks/prove-ownership.ts';
import { verifyCompanyTemplate } from './checks/verify-company-template.ts';
import { verifyCredentials } from './checks/verify-credentials.ts';
import { verifyPartner } from './checks/verify-partner.ts';
import { verifyProjectTemplate } from './checks/verify-project-template.ts';
import { createHammertechClient, type HammertechClient, type SessionCache } from './client.ts';
import { readingOnly } from './reading-only.ts';
import { setUpFor } from './set-up.ts';
import { invitation, login, moduleNames, needsOf, originSettings, partnerLogin, settings, support } from './settings.ts';
import { streams } from './streams.ts';

export const declaration: PartnerDeclaration = {
  scope: 'company',
  principal: 'service',
  modules: moduleNames,
  modulesByDefault: ['manpower', 'vendors', 'people'],
  stepsOfModules: ['verifyCompanyTemplate', 'verifyProjectTemplate'],
  setUp: setUpFor,
  settings,
  streams,
  login,
  originSettings,
  support,
  invitation,
};

/** HammerTech: one service credential per Procore company; projects and employers come in, daily manpower goes out. */
export function createHammertech(): Partner {
  const sessions: SessionCache = new Map();
  return {
    name: 'hammertech',
    ...declaration,
    checks: {
      verifyCredentials,
      connectApp,
      proveOwnership,
      verifyCompanyTemplate,
      verifyProjectTemplate,
      assignProjects,
      verifyPartner,
      matchRecords: matchBothSides,
    },
    companyNeeds: (modules) => needsOf(modules, 'company'),
    connect: (access) => connect(access, sessions),
    readingOnly: (client) => readingOnly(client as HammertechClient), // as `connect` made it
  };
}

function connect(access: PartnerAccess, sessions: SessionCache): HammertechClient {
  const shown = partnerLogin.safeParse(access.shown);
  if (!shown.success)
    throw new Fault('partner-credential-rejected', { seen: 'The stored login is not complete.', ...login.cure });
  const { region, tenant, email } = shown.data;
  const [apiSetting, authSetting] = originSettings;
  return createHammertechClient({
    apiUrl: originNamed(access, apiSetting),
    authUrl: originNamed(access, authSetting),
    region,
    tenant,
    login: async () => ({ email, password: await access.secret() }),
    timings: access.timings,
    session: { cache: sessions, key: access.key },
    signal: access.signal,
    onWait: access.onWait,
    onCall: access.onCall,
  });
}

function originNamed(access: PartnerAccess, setting: string): string {
  const origin = access.origins[setting];
  if (origin === undefined) throw new Error(`the setting ${setting} is not passed on`);
  return origin;
}
