import type { VNode } from 'preact';
import { dayOf } from '../../shared/mail/words.ts';
import type { RequestVisit } from './authorization-request-visits.ts';
import { Facts, Page, Press } from './layout.tsx';

/** What a person reads before they authorize: one page, one button. */
export function AuthorizationRequestPage({ visit, token }: { readonly visit: RequestVisit; readonly token: string }): VNode {
  const { request, tenantName, partnerTitle, projectNames } = visit;
  const isOwner = request.connectionId !== null;
  return (
    <Page title={request.cause === 'lapsed' ? 'Sign in to Procore again' : 'Authorize your Procore account'} help={[visit.help]}>
      <p>
        {isOwner ? (
          <>
            <strong>{projectNames.join(', ')}</strong> is read with your authorization, and Procore does not accept it any more.
            Work goes on by itself once you have signed in again.
          </>
        ) : (
          <>
            You return documents in <strong>{partnerTitle}</strong> for <strong>{tenantName}</strong>.{' '}
            <strong>Your answers will carry your name in Procore.</strong> Sign in once with an account of your own; until then
            they wait, whole.
          </>
        )}
      </p>
      <Press action={`/authorize/${token}/continue`}>Continue with Procore</Press>
      <Facts
        rows={[
          ['Who asks', tenantName],
          [projectNames.length === 1 ? 'For the project' : 'For the projects', projectNames.join(', ')],
          ['This link works until', `${dayOf(request.expiresAt)}, or until you have signed in`],
        ]}
      />
      {request.cause === 'lapsed' ? null : <Reminders visit={visit} token={token} />}
    </Page>
  );
}

function Reminders({ visit: { request }, token }: { readonly visit: RequestVisit; readonly token: string }): VNode {
  if (request.remindersStopped) return <p role="status">You get no more reminders of this.</p>;
  return (
    <Press action={`/authorize/${token}/no-reminders`} quiet>
      No more reminders
    </Press>
  );
}
