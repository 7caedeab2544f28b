import type { VNode } from 'preact';
import { partnerTitles } from '../../shared/domain/partners.ts';
import type { ApiSettings } from '../dependencies.ts';
import { docsPath } from './docs-page.tsx';
import { Facts, type Help, Page } from './layout.tsx';

interface FrontPageProps {
  readonly settings: ApiSettings;
  readonly help: readonly Help[];
}

/** In production: the name, and the link to the document if it is shown; nothing that helps a stranger. */
function ProductionPage({ settings: { showsDocs }, help }: FrontPageProps): VNode {
  return (
    <Page title="Groundwork" help={help}>
      <p>
        Groundwork keeps construction projects in step between Procore and partner platforms. People come here by the link they
        were sent.
      </p>
      {showsDocs ? (
        <p>
          For programs: <a href={docsPath}>the API</a>
        </p>
      ) : null}
    </Page>
  );
}

function DemoPage({ settings: { temporalUiUrl }, help }: FrontPageProps): VNode {
  return (
    <Page title="Groundwork: a demo on this machine" help={help}>
      <p>
        Groundwork connects a partner platform to Procore and keeps the two in step: every step of an onboarding is proven, every
        wait has an owner, and each record is written once. Procore and {Object.values(partnerTitles).join(', ')} are played by a
        sandbox here; nothing leaves this machine.
      </p>
      <Facts
        rows={[
          ['The API, to read and to try', <a href={docsPath}>{docsPath}</a>],
          ['Its document, for programs', <a href="/openapi.json">/openapi.json</a>],
          ['API keys', <code>.groundwork/run.json</code>],
          [
            'Workflows',
            temporalUiUrl === undefined ? (
              'the Temporal UI of the server in use'
            ) : (
              <>
                <a href={temporalUiUrl}>the Temporal UI</a>; search for <code>NeedsAttention = true</code>
              </>
            ),
          ],
          ['Does everything answer?', <a href="/readyz">/readyz</a>],
          ['Figures', <a href="/metrics">/metrics</a>],
        ]}
      />
      <p>People who sign in to Procore come by a link of their own; the tour makes one and walks it.</p>
    </Page>
  );
}

/** The page at the root of the pages' origin. */
export const FrontPage = (props: FrontPageProps): VNode =>
  props.settings.mode === 'production' ? <ProductionPage {...props} /> : <DemoPage {...props} />;
