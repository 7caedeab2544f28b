import type { ComponentChildren, VNode } from 'preact';
import type { StuckOutcome } from '../../shared/domain/steps.ts';
import { Facts, Page, Press } from './layout.tsx';
import type { Visit } from './visits.ts';

/** Pages for everybody who signs in for themselves: the contractor, a responder, a person who looks at their account. */
/** Path of this sign-in's pages. */
export const pathOf = ({ signIn }: Visit) => `/sign-ins/${signIn.signInId}` as const;

/** The signed-in account, as named in a sentence. */
export const accountOf = ({ signIn: { procoreUserName: name, procoreLogin: login } }: Visit): string =>
  name === null || name === login ? (login ?? 'an account whose name Procore does not tell') : `${name} (${login})`;

export const OtherAccount = ({ visit }: { readonly visit: Visit }): VNode => (
  <Press action={`${pathOf(visit)}/abandon`} quiet>
    Use another account
  </Press>
);

/** A short wait; `children` says what for. */
export function BusyPage({
  visit,
  title,
  children,
}: {
  readonly visit: Visit;
  readonly title: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <Page title={title} help={[visit.help]} refreshSeconds={1}>
      <p role="status">{children} This page goes on by itself, usually within a few seconds.</p>
      <p>Nothing is lost if you close it: open it again in this browser.</p>
    </Page>
  );
}

export function AgainPage({ visit }: { readonly visit: Visit }): VNode {
  return (
    <Page title="Nobody is signed in" help={[visit.help]}>
      <p role="status">{visit.signIn.refusal ?? 'The sign-in was not finished, or was not confirmed within 15 minutes.'}</p>
      <p>To use another account, sign out of Procore first.</p>
      <Press action={`${pathOf(visit)}/start`}>Continue with Procore</Press>
    </Page>
  );
}

/** What was seen, what is needed, and where; the page reloads by itself. `children`: what the person may do here. */
export function StandsInTheWay({
  visit,
  outcome,
  children,
}: {
  readonly visit: Visit;
  readonly outcome: Pick<StuckOutcome, 'seen' | 'needed' | 'where'>;
  readonly children?: ComponentChildren;
}): VNode {
  return (
    <Page title="This cannot go on yet" help={[visit.help]} refreshSeconds={5}>
      <p role="status">
        You are signed in to Procore as <strong>{accountOf(visit)}</strong>.
      </p>
      <Facts
        rows={[
          ['What we saw', outcome.seen],
          ['What is needed', outcome.needed],
          ['Where', outcome.where],
        ]}
      />
      <p>We look again every few seconds while this page is open.</p>
      {children}
    </Page>
  );
}
