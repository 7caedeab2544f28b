import type { VNode } from 'preact';
import { anothersAccount } from '../../shared/domain/responders.ts';
import { AlsoReadNote } from './also-read-note.tsx';
import { accountOf, OtherAccount, pathOf } from './authorizing.tsx';
import { Page, Press } from './layout.tsx';
import type { AlsoRead } from './read-again.ts';
import type { AskedMember } from './responding.ts';
import type { Visit } from './visits.ts';

interface Props {
  readonly visit: Visit;
  readonly member: AskedMember | null;
}

interface WhoProps extends Props {
  readonly also: AlsoRead;
}

/** Before a responder confirms: for whom it is, whose account is signed in, and what speaks against their being one person. */
export function ResponderWhoPage({ visit, member, also }: WhoProps): VNode {
  const doubt = member?.doubt;
  if (doubt?.kind === 'another-member') return <AnothersAccountPage visit={visit} member={member} name={doubt.name} />;
  return (
    <Page title="Is that you?" help={[visit.help]}>
      <ForWhom visit={visit} member={member} />
      <p>
        You are signed in to Procore as <strong>{accountOf(visit)}</strong> – is that right?
      </p>
      {doubt === undefined ? null : (
        <p role="status">
          {member?.name} is known with another account in Procore: <strong>{doubt.name}</strong>. If somebody else was signed in
          to Procore in this browser, use another account. If this one is yours, it takes the place of that one from now on, and{' '}
          {visit.tenantName} sees so; what was written before stays as it is.
        </p>
      )}
      {doubt === undefined && member !== null && !member.isOwnLogin ? (
        <p role="status">
          The login of this account is not the address of {member.name} in {visit.partnerTitle}, {member.address}. If somebody
          else was signed in to Procore in this browser, use another account.
        </p>
      ) : null}
      <p>Your answers will carry your name in Procore. Nothing else is written in it.</p>
      <AlsoReadNote visit={visit} also={also} />
      <Press
        action={`${pathOf(visit)}/confirm`}
        carries={{
          account: visit.signIn.procoreUserId ?? '',
          also: also.mark,
          ...(doubt && { insteadOf: doubt.procoreUserId }),
        }}
      >
        {doubt === undefined ? 'Authorize' : `I am ${member?.name}: authorize this account`}
      </Press>
      <OtherAccount visit={visit} />
    </Page>
  );
}

function AnothersAccountPage({ visit, member, name }: Props & { readonly name: string }): VNode {
  return (
    <Page title="This is somebody else’s account" help={[visit.help]}>
      <ForWhom visit={visit} member={member} />
      <p role="alert">
        You are signed in to Procore as <strong>{accountOf(visit)}</strong>. {anothersAccount(name)}
      </p>
      <p>
        Are {member?.name} and {name} the same person? Then ask {visit.tenantName} to give both the same name, or the same
        address, in {visit.partnerTitle}.
      </p>
      <OtherAccount visit={visit} />
    </Page>
  );
}

const ForWhom = ({ visit, member }: Props): VNode | null =>
  member === null ? null : (
    <p>
      This is for <strong>{member.name}</strong>, who returns documents in {visit.partnerTitle} for{' '}
      <strong>{visit.tenantName}</strong>.
    </p>
  );
