import { Fault } from '../../domain/faults.ts';
import type { Partner, PartnerAccess, PartnerDeclaration } from '../contract.ts';
import { createPart3Client, type Part3Client } from './client.ts';
import { readingOnly } from './reading-only.ts';
import { login, moduleNames, originSettings, partnerLogin, settings, support } from './settings.ts';

/** What Part3 says of itself beside what it carries and checks. */
export const declaration = {
  scope: 'project',
  modules: moduleNames,
  modulesByDefault: moduleNames,
  settings,
  login,
  originSettings,
  support,
} as const satisfies Partial<PartnerDeclaration>;

/** Part3's API with a submitted token, and the same for looking alone. */
export const clients = {
  connect,
  readingOnly: (client: unknown) => readingOnly(client as Part3Client), // as `connect` made it
} as const satisfies Pick<Partner, 'connect' | 'readingOnly'>;

function connect(access: PartnerAccess): Part3Client {
  if (!partnerLogin.safeParse(access.shown).success)
    throw new Fault('partner-credential-rejected', { seen: 'The stored login is not complete.' });
  const [apiSetting] = originSettings;
  const apiUrl = access.origins[apiSetting];
  if (apiUrl === undefined) throw new Error(`the setting ${apiSetting} is not passed on`);
  return createPart3Client({
    apiUrl,
    token: access.secret,
    timings: access.timings,
    signal: access.signal,
    onWait: access.onWait,
    onCall: access.onCall,
  });
}
