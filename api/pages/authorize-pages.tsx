import type { VNode } from 'preact';
import { AlsoReadNote } from './also-read-note.tsx';
import { AgainPage, accountOf, BusyPage, OtherAccount, pathOf } from './authorizing.tsx';
import type { Contracting } from './contracting.ts';
import { ContractorPage } from './contractor-pages.tsx';
import { Page, Press } from './layout.tsx';
import type { AlsoRead } from './read-again.ts';
import { ResponderPage } from './responder-pages.tsx';
import { ResponderWhoPage } from './responder-who-page.tsx';
import type { AskedMember, ResponderStanding } from './responding.ts';
import type { Visit } from './visits.ts';

interface ContractorWhoProps {
  readonly visit: Visit;
  readonly contracting: Contracting;
  readonly also: AlsoRead;
}

function ContractorWhoPage({ visit, contracting, also }: ContractorWhoProps): VNode {
  return (
    <Page title="Is that you?" help={[visit.help]}>
      <p>
        You are signed in to Procore as <strong>{accountOf(visit)}</strong> – is that right?
      </p>
      {contracting.isOther && contracting.bound === null ? (
        <p role="status">
          The invitation went to another address. If somebody else was signed in to Procore in this browser, use another account.
          If it is yours all the same, {visit.tenantName} is asked before anything is connected.
        </p>
      ) : null}
      {contracting.owner !== null && contracting.bound === null ? (
        <p role="status">
          {contracting.owner} has signed in by this invitation before you. With your yes you take their place: what they chose
          counts no more, and they see who came.
        </p>
      ) : null}
      <p>{whatFollows(visit, contracting)}</p>
      <AlsoReadNote visit={visit} also={also} />
      <Press action={`${pathOf(visit)}/confirm`} carries={{ also: also.mark }}>
        Yes, that is me
      </Press>
      <OtherAccount visit={visit} />
    </Page>
  );
}

function whatFollows({ tenantName, signIn }: Visit, contracting: Contracting): string {
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
  /** For whom it is, if that is a member who is there; else null. */
  readonly member: AskedMember | null;
  /** Shown before they confirm. */
  readonly also: AlsoRead;
  readonly search: string;
  readonly choosesAgain: boolean;
}): VNode {
  const { visit, contracting, standing, member, also, search, choosesAgain } = props;
  switch (visit.signIn.state) {
    case 'confirmed':
      return contracting === null ? (
        <ResponderPage visit={visit} standing={standing} />
      ) : (
        <ContractorPage visit={visit} contracting={contracting} search={search} choosesAgain={choosesAgain} />
      );
    case 'exchanged':
      return contracting === null ? (
        <ResponderWhoPage visit={visit} member={member} also={also} />
      ) : (
        <ContractorWhoPage visit={visit} contracting={contracting} also={also} />
      );
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
