import type { VNode } from 'preact';
import type { GrantState } from '../../shared/store/grants/grants.ts';
import type { Account, OwnedConnection } from './accounts.ts';
import type { Agreements } from './agreements.ts';
import { AskedAgreements, ToAgreements } from './agreements-page.tsx';
import type { RequestVisit } from './authorization-request-visits.ts';
import { accountOf, BusyPage } from './authorizing.tsx';
import { Facts, Moment, Page, Press } from './layout.tsx';
import type { Visit } from './visits.ts';

/** The page of the account link in a mail: shows no personal data before a sign-in to Procore. */
export function AccountLinkPage({ visit, token }: { readonly visit: RequestVisit; readonly token: string }): VNode {
  return (
    <Page title="What you have authorized" help={[visit.help]}>
      <p>
        Sign in to Procore to see what you have authorized for <strong>{visit.tenantName}</strong>, since when it has been used,
        what you are asked to agree to, and to revoke any of it. Signing in authorizes nothing.
      </p>
      <Press action={`/account/${token}/continue`}>Continue with Procore</Press>
    </Page>
  );
}

const stateWords: Readonly<Record<GrantState, string>> = {
  live: 'In force',
  refreshing: 'In force',
  unsure: 'In force',
  lapsed: 'Procore accepts it no more: look for our mail, and sign in again',
  revoked: 'Revoked',
};

/** Shown if nobody waits for them to sign in again. */
const lapsedUnused = 'Procore accepts it no more, and nothing needs it';

const standsAs = ({ state }: NonNullable<Account['grant']>, { answersOn, owns }: Account): string =>
  state === 'lapsed' && answersOn.length + owns.length === 0 ? lapsedUnused : stateWords[state];

const whenOf = (at: Date | null): VNode | string => (at === null ? 'Not yet' : <Moment at={at} />);

const pathOf = ({ signIn }: Visit) => `/sign-ins/${signIn.signInId}` as const;

/** The result of Undo: the connections that it ended. */
const TakenBack = ({ account }: { readonly account: Account }): VNode => (
  <>
    {account.takenBack.map((projectName) => (
      <p key={projectName} role="status">
        The connection of <strong>{projectName}</strong> has ended, as you wished. What was carried over by then stays.
      </p>
    ))}
  </>
);

function NothingPage({ visit, account }: Pick<Props, 'visit' | 'account'>): VNode {
  return (
    <Page title="Nothing is authorized" help={[visit.help]}>
      <TakenBack account={account} />
      <p role="status">
        {accountOf(visit)} has authorized nothing for {visit.tenantName}, or has revoked it: nothing is read or written in Procore
        with this account.
      </p>
      <p>What was revoked just now is ended at Procore as well, within minutes.</p>
      <OtherAccount visit={visit} />
    </Page>
  );
}

const OtherAccount = ({ visit }: { readonly visit: Visit }): VNode => (
  <Press action={`${pathOf(visit)}/abandon`} quiet>
    Use another account
  </Press>
);

function Undoable({ visit, owned }: { readonly visit: Visit; readonly owned: OwnedConnection }): VNode {
  const project = <strong>{owned.projectName}</strong>;
  if (owned.isEnding) {
    return <p role="status">The connection of {project} is being ended. That takes a moment; this page looks again by itself.</p>;
  }
  return (
    <>
      <p>
        {owned.isConnector ? <>You connected {project}.</> : <>{project} was connected by another person.</>} You can undo it
        until {whenOf(owned.undoUntil)}.
      </p>
      <Press action={`${pathOf(visit)}/take-back`} carries={{ connectionId: owned.connectionId }} quiet>
        Undo {owned.projectName}
      </Press>
    </>
  );
}

function OwnAccountPage({ visit, account, agreements, grant }: Props & { readonly grant: NonNullable<Account['grant']> }): VNode {
  const { answersOn, owns } = account;
  const isEnding = owns.some((owned) => owned.isEnding);
  return (
    <Page title="What you have authorized" help={[visit.help]} refreshSeconds={isEnding ? 2 : undefined}>
      <TakenBack account={account} />
      <AskedAgreements visit={visit} found={agreements} />
      <Facts
        rows={[
          ['Account in Procore', accountOf(visit)],
          ['For', visit.tenantName],
          ['Your answers carry your name on', answersOn.join(', ') || 'no project'],
          ['Read with your authorization', owns.map(({ projectName }) => projectName).join(', ') || 'nothing'],
          ['It stands', standsAs(grant, account)],
          ['Since', whenOf(grant.authorizedAt)],
          ['Last used, to the hour', whenOf(grant.lastUsedAt)],
        ]}
      />
      <p>
        With Revoke it ends at once, on every project. Answers of yours that were not sent yet wait until you authorize again.
      </p>
      {owns.length === 0 ? null : (
        <p>
          What is read with it is read no more until you sign in again for one of these projects, which then holds for all of
          them, or another person for each. {visit.tenantName} is told, and may invite you or another.
        </p>
      )}
      <Press action={`${pathOf(visit)}/revoke`} quiet>
        Revoke
      </Press>
      {owns
        .filter((owned) => owned.isEnding || owned.undoUntil !== null)
        .map((owned) => (
          <Undoable key={owned.connectionId} visit={visit} owned={owned} />
        ))}
      <ToAgreements visit={visit} />
      <OtherAccount visit={visit} />
    </Page>
  );
}

interface Props {
  readonly visit: Visit;
  readonly account: Account;
  /** Undefined if there is nothing that they could agree to. */
  readonly agreements: Agreements | undefined;
}

/** Shows a signed-in person what is theirs; the page depends on the state of the sign-in. */
export function AccountPage({ visit, account, agreements }: Props): VNode {
  switch (visit.signIn.state) {
    case 'returned':
      return (
        <BusyPage visit={visit} title="You are back from Procore">
          We are asking Procore who you are.
        </BusyPage>
      );
    case 'exchanged':
      return account.grant === null ? (
        <NothingPage visit={visit} account={account} />
      ) : (
        <OwnAccountPage visit={visit} account={account} agreements={agreements} grant={account.grant} />
      );
    default:
      return (
        <Page title="Nobody is signed in" help={[visit.help]}>
          <p role="status">{visit.signIn.refusal ?? 'The sign-in has ended; it lasts 15 minutes.'}</p>
          <p>To use another account, sign out of Procore first.</p>
          <Press action={`${pathOf(visit)}/start`}>Continue with Procore</Press>
        </Page>
      );
  }
}
