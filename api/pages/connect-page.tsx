import type { VNode } from 'preact';
import { Facts, Page, Press } from './layout.tsx';
import type { Visit } from './visits.ts';

const companyWords = (visit: Visit): string =>
  visit.companyName === null
    ? `the Procore company ${visit.companyId}`
    : `${visit.companyName} (Procore company ${visit.companyId})`;

/** What a person reads before they sign in to Procore: who asks, for what, as whom, and what happens then. */
export function ConnectPage({ visit, token }: { readonly visit: Visit; readonly token: string }): VNode {
  const { tenantName, partnerTitle, companyId } = visit;
  return (
    <Page title={`${tenantName}: sign in with Procore`} help={[visit.help]}>
      <p>
        <strong>{tenantName}</strong> wants to connect <strong>{partnerTitle}</strong> to{' '}
        <strong>{companyId === null ? 'a Procore company' : companyWords(visit)}</strong>.{' '}
        {visit.isBound
          ? 'The company has agreed already; an admin signs in once more so that its list of projects is read anew.'
          : 'An admin of that company signs in once to show that the company agrees.'}{' '}
        It takes about three minutes.
      </p>
      <Facts
        rows={[
          ['Who asks', tenantName],
          ['What is connected', partnerTitle],
          ['Procore company', companyId ?? 'not named yet'],
          ['Sign in as', 'a person of that company whose level on its Directory is Admin'],
        ]}
      />
      <h2>What we look at</h2>
      <ul>
        <li>Your name and e-mail address in Procore</li>
        <li>Whether this company is in your own list, and that your Directory level is Admin</li>
        <li>The list of the company’s projects, so that you can choose among them</li>
      </ul>
      <p>
        Nothing is changed in Procore by signing in. <strong>The sign-in is not kept</strong>: once you have confirmed, we give it
        back. If you choose to have things set up for you, each of them by your own tick, it is kept until that is done, and for
        an hour at most.
      </p>
      {companyId === null ? (
        <p role="status">
          There is nothing to do yet: {tenantName} has not named the Procore company. This link works as soon as they have.
        </p>
      ) : (
        <Press action={`/connect/${token}/start`}>Continue with Procore</Press>
      )}
    </Page>
  );
}
