import type { VNode } from 'preact';
import { askForAccess } from '../../shared/domain/responders.ts';
import { ToAgreements } from './agreements-page.tsx';
import { accountOf } from './authorizing.tsx';
import { Facts, Page } from './layout.tsx';
import type { ResponderStanding } from './responding.ts';
import type { Visit } from './visits.ts';

interface Props {
  readonly visit: Visit;
  readonly standing: ResponderStanding | null;
}

/** After a responder has confirmed: done, or what Procore still has to allow, and whom to ask for it. */
export function ResponderPage({ visit, standing }: Props): VNode {
  if (standing?.access === 'too-low') return <TooLowPage visit={visit} standing={standing} />;
  const isLooking = standing?.access === 'looking';
  return (
    <Page title="Thank you, that is done" help={[visit.help]} refreshSeconds={isLooking ? 3 : undefined}>
      <p role="status">
        {accountOf(visit)} is authorized. Your answers will carry your name in Procore, on every project of {visit.tenantName}.
      </p>
      {isLooking ? (
        <p>We are looking whether Procore lets you answer on {standing.projectName}; this page says so in a moment.</p>
      ) : null}
      <p>
        You can close this page; you need not come back. With the link to your account in the mail you see what you authorized,
        and revoke it.
      </p>
      <ToAgreements visit={visit} />
    </Page>
  );
}

function TooLowPage({ visit, standing }: { readonly visit: Visit; readonly standing: ResponderStanding }): VNode {
  return (
    <Page title="You are authorized, and need more access" help={[visit.help]} refreshSeconds={30}>
      <p role="status">
        {accountOf(visit)} is authorized. Procore does not let this account answer on {standing.projectName} yet: your answers
        wait, whole, until it does.
      </p>
      <Facts
        rows={[
          ['What we saw', standing.tooLow.join(', ')],
          ['What is needed', askForAccess.needed],
          ['Where', askForAccess.where],
        ]}
      />
      <p>Once you have been given it you need not come back: we look again by ourselves.</p>
    </Page>
  );
}
