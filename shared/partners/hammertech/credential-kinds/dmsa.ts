import type { CredentialKind } from './kind.ts';
import { managed } from './managed.ts';

/**
 * A developer-managed service account: one client id and secret of the app's developer for every company that installs the app.
 * Only the developer can change what the app asks for, so support handles a level that is too low.
 */
export const dmsa: CredentialKind = {
  ...managed,
  proven: 'The installation is proven; nothing else of it is needed here.',
  wrongSecret: {
    needed: 'Client id and secret of the installed app, as its developer holds them.',
    where:
      'The app’s developer takes them from Procore’s developer site: the app → OAuth Credentials → Production. Then submit both again.',
  },
  wrongCompany: {
    needed: 'The app is installed in the company that is meant.',
    where:
      'In Procore: Company Tools → Admin → App Management → Install App; the id is the number in the address of any company page.',
  },
  levelOwner: 'support',
};
