import type { VNode } from 'preact';
import type { Agreement, Agreements } from './agreements.ts';
import { Moment, Page, Press } from './layout.tsx';
import type { Visit } from './visits.ts';

const titles = {
  reader: 'Reading the project in the owner’s place',
  'all-non-private': 'All RFIs and submittals that are not private',
} as const satisfies Record<Agreement['kind'], string>;

const pathOf = ({ signIn }: Visit) => `/sign-ins/${signIn.signInId}/agreements` as const;

/** The link from the page that a person sees when they are done. */
export function ToAgreements({ visit }: { readonly visit: Visit }): VNode {
  return (
    <p>
      <a href={pathOf(visit)}>What else you can agree to, or withdraw</a>
    </p>
  );
}

/**
 * The agreements that somebody waits for, on the page the person came to: the words, and both buttons. Empty if nothing is asked
 * of them.
 */
export function AskedAgreements({ visit, found }: { readonly visit: Visit; readonly found: Agreements | undefined }): VNode {
  const asked = (found?.agreements ?? []).filter(({ isAsked, isDeclined }) => isAsked && !isDeclined);
  return (
    <>
      {asked.map((agreement) => (
        <OneAgreement key={agreement.kind} visit={visit} agreement={agreement} />
      ))}
    </>
  );
}

/** What a person may agree to besides signing in: all of it is optional, and they may withdraw each. */
export function AgreementsPage({ visit, found }: { readonly visit: Visit; readonly found: Agreements | undefined }): VNode {
  const agreements = found?.agreements ?? [];
  return (
    <Page title="What you can agree to" help={[visit.help]}>
      {agreements.map((agreement) => (
        <OneAgreement key={agreement.kind} visit={visit} agreement={agreement} />
      ))}
      {agreements.length > 0 ? null : (
        <p role="status">
          {found === undefined
            ? 'Nothing: no project is connected here, or your authorization does not stand any more.'
            : `Nothing: nobody asks anything else of you for ${found.projectName}.`}
        </p>
      )}
      <p>
        <a href={`/sign-ins/${visit.signIn.signInId}`}>Back</a>
      </p>
    </Page>
  );
}

function OneAgreement({ visit, agreement }: { readonly visit: Visit; readonly agreement: Agreement }): VNode {
  const { kind, words, standing, isAsked, isDeclined, isFormerOwners } = agreement;
  return (
    <section>
      <h2>{titles[kind]}</h2>
      {isAsked ? (
        <p>{visit.tenantName} asks for this. Until you agree, only items that the design team takes part in are carried.</p>
      ) : null}
      <blockquote>{words}</blockquote>
      {standing === null ? (
        <>
          <Press action={`${pathOf(visit)}/agree`} carries={{ kind, words }}>
            I agree
          </Press>
          {isDeclined ? <p role="status">You said that you do not agree. Nobody asks you again.</p> : null}
          {isAsked && !isDeclined ? (
            <Press action={`${pathOf(visit)}/decline`} carries={{ kind }} quiet>
              I do not agree
            </Press>
          ) : null}
        </>
      ) : (
        <>
          <p role="status">
            Agreed on <Moment at={standing.agreedAt} />.
            {isFormerOwners ? ' Another person owns the connection now: they are asked themselves, and this does not count.' : ''}
          </p>
          <Press action={`${pathOf(visit)}/withdraw`} carries={{ kind }} quiet>
            Withdraw
          </Press>
        </>
      )}
    </section>
  );
}
