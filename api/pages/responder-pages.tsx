import type { VNode } from 'preact';
import { ToAgreements } from './agreements-page.tsx';
import { accountOf } from './authorizing.tsx';
import { Page } from './layout.tsx';
import type { Visit } from './visits.ts';

/** After a responder's yes. */
export function ResponderPage({ visit }: { readonly visit: Visit }): VNode {
  return (
    <Page title="Thank you, that is done" help={[visit.help]}>
      <p role="status">
        {accountOf(visit)} is authorized. Your answers will carry your name in Procore, on every project of {visit.tenantName}.
      </p>
      <p>You can close this page; you need not come back.</p>
      <ToAgreements visit={visit} />
    </Page>
  );
}
