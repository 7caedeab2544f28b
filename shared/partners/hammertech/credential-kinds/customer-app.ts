import type { CredentialKind } from './kind.ts';
import { managed } from './managed.ts';

/** An app that the customer registered: its client id and secret are in the customer's own developer account. */
export const customerApp: CredentialKind = {
  ...managed,
  proven: 'The page with the app’s credentials may be closed now.',
  wrongSecret: {
    needed:
      'Client id and secret of the app’s production credentials; where the secret is lost, a new one is made for the same app.',
    where: 'On Procore’s developer site: your app → OAuth Credentials → Production. Then submit both again.',
  },
  wrongCompany: {
    needed: 'The id of a company in which your app is installed with a service account.',
    where:
      'In Procore: Company Tools → Admin → App Management → Install App; the id is the number in the address of any company page.',
  },
  levelOwner: 'admin',
};
