import type { VNode } from 'preact';
import { AgainPage, accountOf, BusyPage, pathOf } from './authorizing.tsx';
import type { Contracting } from './contracting.ts';
import { ContractorPage } from './contractor-pages.tsx';
import { Page, Press } from './layout.tsx';
import type { AlsoRead } from './read-again.ts';
import { ResponderPage } from './responder-pages.tsx';
import type { ResponderStanding } from './responding.ts';
import type { Visit } from './visits.ts';

interface WhoProps {
  readonly visit: Visit;
  readonly contracting: Contracting | null;
  readonly also: AlsoRead;
}

function WhoPage({ visit, contracting, also }: WhoProps): VNode {
  return (
    <Page title="Is that you?" help={[visit.help]}>
      <p>
        You are signed in to Procore as <strong>{accountOf(visit)}</strong> – is that right?
      </p>
      {contracting?.isOther === true && contracting.bound === null ? (
        <p role="status">
          The invitation went to another address. If somebody else was signed in to Procore in this browser, use another account.
          If it is yours all the same, {visit.tenantName} is asked before anything is connected.
        </p>
      ) : null}
      {contracting !== null && contracting.owner !== null && contracting.bound === null ? (
        <p role="status">
          {contracting.owner} has signed in by this invitation before you. With your yes you take their place: what they chose
          counts no more, and they see who came.
        </p>
      ) : null}
      <p>{whatFollows(visit, contracting)}</p>
      {also.projectNames.length === 0 ? null : (
        <p role="status">
          Your authorization holds for all that you connected for {visit.tenantName}. With your yes these are read again with it
          as well: <strong>{also.projectNames.join(', ')}</strong>. To leave one out, ask {visit.tenantName} to disconnect it
          before you go on.
        </p>
      )}
      <Press action={`${pathOf(visit)}/confirm`} carries={{ also: also.mark }}>
        {contracting === null ? 'Authorize' : 'Yes, that is me'}
      </Press>
      <Press action={`${pathOf(visit)}/abandon`} quiet>
        Use another account
      </Press>
    </Page>
  );
}

function whatFollows({ tenantName, signIn }: Visit, contracting: Contracting | null): string {
  if (contracting === null) return 'Your answers will carry your name in Procore. Nothing else is written in it.';
  if (contracting.bound === null) return 'Nothing is connected yet: you choose the project on the next page.';
  const connected = `${contracting.bound.project} is connected already.`;
  if (contracting.ownerReads && contracting.standing !== 'owner')
    return `${connected} It is read with the authorization of another person, which stands: with your yes that stays as it is.`;
  if (contracting.standing === 'owner' || signIn.isInvited === true)
    return `${connected} With your yes it is read with this account from now on; nothing is written in your name.`;
  return `${connected} With your yes ${tenantName} is asked whether it may be read with this account from now on; nothing is written in your name.`;
}

/** The page of a person who authorizes for themselves: a member if `contracting` is null, else the contractor. */
export function AuthorizePage(props: {
  readonly visit: Visit;
  readonly contracting: Contracting | null;
  /** Of a member; else null. */
  readonly standing: ResponderStanding | null;
  /** Shown before they confirm. */
  readonly also: AlsoRead;
  readonly search: string;
  readonly choosesAgain: boolean;
}): VNode {
  const { visit, contracting, standing, also, search, choosesAgain } = props;
  switch (visit.signIn.state) {
    case 'confirmed':
      return contracting === null ? (
        <ResponderPage visit={visit} standing={standing} />
      ) : (
        <ContractorPage visit={visit} contracting={contracting} search={search} choosesAgain={choosesAgain} />
      );
    case 'exchanged':
      return <WhoPage visit={visit} contracting={contracting} also={also} />;
    case 'returned':
      return (
        <BusyPage visit={visit} title="You are back from Procore">
          We are asking Procore who you are.
        </BusyPage>
      );
    case 'offered':
    case 'started':
    case 'refused':
    case 'expired':
      return <AgainPage visit={visit} />;
  }
}
