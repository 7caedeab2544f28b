import type { VNode } from 'preact';
import { dayOf } from '../../shared/mail/words.ts';
import type { InvitationVisit } from './invitation-visits.ts';
import { Facts, Page, Press } from './layout.tsx';

interface InvitationPageProps {
  readonly visit: InvitationVisit;
  readonly token: string;
  /** What is wrong with the entered address. */
  readonly wrong?: string;
}

/** What an invited person reads before anything happens: who asks, for what, what is touched in Procore, and how to decline. */
export function InvitationPage({ visit, token, wrong }: InvitationPageProps): VNode {
  const { invitation, partnerTitle, words } = visit;
  const { inviterName, inviterCompany, invitedCompany, projectName } = invitation;
  return (
    <Page title={`${inviterCompany} invites you to connect Procore`} help={[visit.help]}>
      <p>
        <strong>{inviterName}</strong> of <strong>{inviterCompany}</strong> asks <strong>{invitedCompany}</strong> to connect{' '}
        <strong>{partnerTitle}</strong> to Procore for the project <strong>{projectName}</strong>. {words.purpose} It takes about
        three minutes, once.
      </p>
      <SignedIn visit={visit} />
      <h2>What we read and write in Procore</h2>
      <ul>
        {words.touches.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>
        <strong>You need to be a Procore admin on the project.</strong> Nothing happens before you have signed in to Procore and
        said yes there.
      </p>
      <Press action={`/invitation/${token}/continue`}>Continue with Procore</Press>
      <PassOnForm visit={visit} token={token} {...(wrong !== undefined && { wrong })} />
      <Reminders visit={visit} token={token} />
      <Facts
        rows={[
          ['Who asks', `${inviterName}, ${inviterCompany}`],
          ['For the project', projectName],
          ['This link works until', `${dayOf(invitation.expiresAt)}, or until what it asks for is connected`],
        ]}
      />
    </Page>
  );
}

/** For a person who comes back, or somebody else who has the link. */
const SignedIn = ({ visit: { signedIn, invitation } }: Pick<InvitationPageProps, 'visit'>): VNode | null =>
  signedIn === null ? null : (
    <p role="status">
      {signedIn} has signed in by this invitation already. If that is you, continue below: you go on where you were, or begin anew
      with another account of yours. If it is somebody else, ask {invitation.inviterName} before you continue.
    </p>
  );

function PassOnForm({ visit: { invitation, mayPassOn }, token, wrong }: InvitationPageProps): VNode {
  if (invitation.state === 'passed-on')
    return <p role="status">You named a colleague, who has a mail of their own. If it is you after all, continue above.</p>;
  if (!mayPassOn)
    return (
      <p>Not the right person? This invitation was passed on too often: tell {invitation.inviterName}, who can send a new one.</p>
    );
  return (
    <details open={wrong !== undefined}>
      <summary>I’m not the right person</summary>
      <form method="post" action={`/invitation/${token}/pass-on`}>
        {wrong === undefined ? null : (
          <p role="alert" id="wrong-address">
            {wrong}
          </p>
        )}
        <label>
          E-mail address of the colleague who is
          <input
            type="email"
            name="address"
            autocomplete="off"
            required
            maxLength={254}
            aria-invalid={wrong === undefined ? undefined : 'true'}
            aria-describedby={wrong === undefined ? undefined : 'wrong-address'}
          />
        </label>
        <button type="submit" class="quiet">
          Send it on
        </button>
      </form>
      <p>They get this invitation by mail, and {invitation.inviterName} is told. The address is used for nothing else.</p>
    </details>
  );
}

function Reminders({ visit: { invitation }, token }: InvitationPageProps): VNode {
  if (invitation.remindersStopped) return <p role="status">You get no more reminders of this invitation.</p>;
  return (
    <Press action={`/invitation/${token}/no-reminders`} quiet>
      No more reminders
    </Press>
  );
}

/** Shown after it was passed on. */
export function PassedOnPage({ visit, address }: { readonly visit: InvitationVisit; readonly address: string }): VNode {
  return (
    <Page title="Thank you, it was passed on" help={[visit.help]}>
      <p role="status">
        The invitation goes to {address}, and {visit.invitation.inviterName} is told. You can close this page.
      </p>
    </Page>
  );
}
