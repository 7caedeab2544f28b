import { Fault } from '../../domain/faults.ts';
import type { Partner, PartnerAccess, PartnerDeclaration } from '../contract.ts';
import { authorizeContractor } from './checks/authorize-contractor.ts';
import { authorizeResponders } from './checks/authorize-responders.ts';
import { backfill } from './checks/backfill.ts';
import { chooseProject } from './checks/choose-project.ts';
import { confirmRole } from './checks/confirm-role.ts';
import { contractorSignsIn } from './checks/contractor-signs-in.ts';
import { createConnection } from './checks/create-connection.ts';
import { whileInvited } from './checks/invitation.ts';
import { inviteContractor } from './checks/invite-contractor.ts';
import { mapResponses } from './checks/map-responses.ts';
import { matchPeople } from './checks/match-people.ts';
import { verifyPartner } from './checks/verify-partner.ts';
import { verifyTools } from './checks/verify-tools.ts';
import { createPart3Client, type Part3Client } from './client.ts';
import { courtOf } from './court.ts';
import { ownerWords } from './owner-words.ts';
import { readingOnly } from './reading-only.ts';
import { invitation, login, moduleNames, originSettings, partnerLogin, settings, support, withConsents } from './settings.ts';
import { streams } from './streams.ts';

export const declaration: PartnerDeclaration = {
  scope: 'project',
  principal: 'people',
  modules: moduleNames,
  modulesByDefault: moduleNames,
  stepsOfModules: ['verifyTools', 'mapResponses'],
  settings,
  withConsents,
  streams,
  login,
  originSettings,
  support,
  invitation,
  ownerWords,
  courts: { streams: ['rfis', 'submittals'], courtOf },
};

/** Part3: people sign in themselves; RFIs and submittals come in, answers and returns go out, each in its author's own name. */
export const createPart3 = (): Partner => ({
  name: 'part3',
  ...declaration,
  checks: {
    verifyPartner,
    inviteContractor,
    contractorSignsIn: whileInvited(contractorSignsIn),
    authorizeContractor,
    confirmRole: whileInvited(confirmRole),
    chooseProject: whileInvited(chooseProject),
    createConnection: whileInvited(createConnection),
    verifyTools,
    matchPeople,
    authorizeResponders,
    mapResponses,
    backfill,
  },
  connect,
  readingOnly: (client) => readingOnly(client as Part3Client), // as `connect` made it
});

function connect(access: PartnerAccess): Part3Client {
  if (!partnerLogin.safeParse(access.shown).success)
    throw new Fault('partner-credential-rejected', { seen: 'The stored login is not complete.', ...login.cure });
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
