import type { VNode } from 'preact';
import { faultTable } from '../../shared/domain/faults.ts';
import { Facts, Page, Press } from './layout.tsx';
import { SetUpForm, SetUpPage } from './set-up-pages.tsx';
import type { Visit } from './visits.ts';

const pathOf = (visit: Visit) => `/sign-ins/${visit.signIn.signInId}` as const;

/** By name and address; by the address alone if the company does not show who they are. */
const personOf = ({ signIn: { procoreUserName: name, procoreLogin: login } }: Visit): string => {
  if (name === null || name === login) return login || 'an account whose name Procore does not tell';
  return login ? `${name} (${login})` : name;
};

const AnotherAccount = ({ visit }: { readonly visit: Visit }): VNode => (
  <Press action={`${pathOf(visit)}/abandon`} quiet>
    Use another account
  </Press>
);

/** Once the company is connected, nothing waits for this sign-in: it is only checked now and then. */
const LookedAgain = ({ visit }: { readonly visit: Visit }): VNode =>
  visit.isBound ? (
    <p>We look again with the next round of checks, within the hour; or sign in again then.</p>
  ) : (
    <p>We look again every few seconds while this page is open.</p>
  );

function WaitingPage({ visit }: { readonly visit: Visit }): VNode {
  return (
    <Page title="We are looking at what Procore shows us" help={[visit.help]} refreshSeconds={1}>
      <p role="status">
        You are back from Procore. We are checking that {visit.tenantName} may connect company {visit.companyId}. This page goes
        on by itself, usually within a few seconds.
      </p>
      <p>Nothing is lost if you close it: open the link again.</p>
    </Page>
  );
}

/** Procore shows the account nothing of the company, not even its name. */
function OutsiderPage({ visit }: { readonly visit: Visit }): VNode {
  const company = visit.companyName === null ? `company ${visit.companyId}` : `${visit.companyName} (${visit.companyId})`;
  return (
    <Page title="This account does not belong to the company" help={[visit.help]} refreshSeconds={5}>
      <p role="status">
        You are signed in to Procore as <strong>{personOf(visit)}</strong>. Procore does not list <strong>{company}</strong> among
        the companies of this account.
      </p>
      <p>One of these helps:</p>
      <ul>
        <li>Use another account: one that belongs to the company, with the level Admin on its Directory.</li>
        <li>
          Ask an admin of that company to add this account: in Procore, Company Tools → Directory → Users → Add, with the level
          Admin on the Directory.
        </li>
        <li>
          If it is not the company you meant, tell {visit.tenantName}: the number {visit.companyId} was given by them.
        </li>
      </ul>
      <LookedAgain visit={visit} />
      <AnotherAccount visit={visit} />
    </Page>
  );
}

function ObstaclePage({ visit }: { readonly visit: Visit }): VNode {
  const { obstacle } = visit;
  return (
    <Page title="This cannot be confirmed yet" help={[visit.help]} refreshSeconds={5}>
      <p role="status">
        You are signed in to Procore as <strong>{personOf(visit)}</strong>.{' '}
        {obstacle === null || obstacle.reason === 'not-company-admin'
          ? 'That account is not an admin of this company.'
          : faultTable[obstacle.reason].sentence}
      </p>
      <Facts
        rows={[
          ['Procore company', visit.companyName === null ? visit.companyId : `${visit.companyName} (${visit.companyId})`],
          ['What we saw', obstacle?.seen ?? visit.signIn.seen?.directoryLevel ?? 'no level'],
          ['What is needed', obstacle?.needed ?? 'Directory level Admin'],
          ['Where', obstacle?.where ?? 'Company Tools → Directory'],
        ]}
      />
      <LookedAgain visit={visit} />
      <AnotherAccount visit={visit} />
    </Page>
  );
}

function ConfirmPage({ visit }: { readonly visit: Visit }): VNode {
  const company = visit.companyName ?? `company ${visit.companyId}`;
  return (
    <Page title="Is that right?" help={[visit.help]}>
      <p>
        You are signed in as <strong>{personOf(visit)}</strong> at <strong>{company}</strong> – is that right?
      </p>
      <Facts
        rows={[
          ['Who asks', visit.tenantName],
          ['What is connected', visit.partnerTitle],
          ['Procore company', `${company} (${visit.companyId})`],
          ['Your Directory level', visit.signIn.seen?.directoryLevel ?? 'Admin'],
        ]}
      />
      {visit.isBound ? (
        <p>
          {company} is connected already. With <strong>Yes</strong> its list of projects is read anew, so that {visit.tenantName}{' '}
          can choose among those that came since. Your sign-in is given back right after.
        </p>
      ) : (
        <p>
          With <strong>Yes</strong> you agree that {visit.tenantName} connects {visit.partnerTitle} to {company}. Your sign-in is
          given back right after.
        </p>
      )}
      <Press action={`${pathOf(visit)}/confirm`} carries={{ companyId: visit.companyId ?? '' }}>
        {visit.isBound ? `Yes, read the projects of ${company} anew` : `Yes, connect ${visit.partnerTitle} to ${company}`}
      </Press>
      <SetUpForm visit={visit} action={`${pathOf(visit)}/confirm`} />
      <AnotherAccount visit={visit} />
    </Page>
  );
}

function DonePage({ visit }: { readonly visit: Visit }): VNode {
  if (visit.setUp.length > 0) return <SetUpPage visit={visit} />;
  return (
    <Page title="Thank you, that is done" help={[visit.help]}>
      <p role="status">
        {personOf(visit)} has confirmed: {visit.tenantName} connects {visit.partnerTitle} to{' '}
        {visit.companyName ?? visit.companyId}.
      </p>
      <p>Your sign-in is not kept. You can close this page; you need not come back.</p>
    </Page>
  );
}

function AgainPage({ visit }: { readonly visit: Visit }): VNode {
  return (
    <Page title="Nobody is signed in" help={[visit.help]}>
      <p role="status">{visit.signIn.refusal ?? 'The sign-in was not finished, or was not confirmed within 15 minutes.'}</p>
      <p>
        To use another account, sign out of Procore first. Then sign in as an admin of{' '}
        {visit.companyName ?? `company ${visit.companyId}`}.
      </p>
      <Press action={`${pathOf(visit)}/start`}>Continue with Procore</Press>
    </Page>
  );
}

/** The page of a sign-in in the browser that started it; depends on its state. */
export function SignInPage({ visit }: { readonly visit: Visit }): VNode {
  const { state, seen } = visit.signIn;
  switch (state) {
    case 'confirmed':
      return <DonePage visit={visit} />;
    case 'exchanged':
      if (seen?.admin === true && visit.obstacle === null) return <ConfirmPage visit={visit} />;
      if (seen?.companyName === null) return <OutsiderPage visit={visit} />;
      return seen === null && visit.obstacle === null ? <WaitingPage visit={visit} /> : <ObstaclePage visit={visit} />;
    case 'returned':
      return visit.obstacle === null ? <WaitingPage visit={visit} /> : <ObstaclePage visit={visit} />;
    case 'offered':
    case 'started':
    case 'refused':
    case 'expired':
      return <AgainPage visit={visit} />;
  }
}
