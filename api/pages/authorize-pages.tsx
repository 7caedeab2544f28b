import type { ComponentChildren, VNode } from 'preact';
import { roleWords } from '../../shared/domain/contractors.ts';
import type { StuckOutcome } from '../../shared/domain/steps.ts';
import { ToAgreements } from './agreements-page.tsx';
import type { Contracting, ContractorSays } from './contracting.ts';
import { Facts, Page, Press } from './layout.tsx';
import { ProjectListPage } from './project-list-page.tsx';
import type { Visit } from './visits.ts';

interface Props {
  readonly visit: Visit;
  readonly contracting: Contracting;
}

type Obstacle = Pick<StuckOutcome, 'seen' | 'needed' | 'where'>;

const pathOf = ({ signIn }: Visit) => `/sign-ins/${signIn.signInId}` as const;

const accountOf = ({ signIn: { procoreUserName: name, procoreLogin: login } }: Visit): string =>
  name === null || name === login ? (login ?? 'an account whose name Procore does not tell') : `${name} (${login})`;

function BusyPage({
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

function WhoPage({ visit, contracting }: { readonly visit: Visit; readonly contracting: Contracting | null }): VNode {
  return (
    <Page title="Is that you?" help={[visit.help]}>
      <p>
        You are signed in to Procore as <strong>{accountOf(visit)}</strong> – is that right?
      </p>
      {contracting?.isOther === true ? (
        <p role="status">
          The invitation went to another address. If somebody else was signed in to Procore in this browser, use another account.
          If it is yours all the same, {visit.tenantName} is asked before anything is connected.
        </p>
      ) : null}
      <p>
        {contracting === null
          ? 'Your answers will carry your name in Procore. Nothing else is written in it.'
          : 'Nothing is connected yet: you choose the project on the next page.'}
      </p>
      <Press action={`${pathOf(visit)}/confirm`}>{contracting === null ? 'Authorize' : 'Yes, that is me'}</Press>
      <Press action={`${pathOf(visit)}/abandon`} quiet>
        Use another account
      </Press>
    </Page>
  );
}

function AuthorizedPage({ visit }: { readonly visit: Visit }): VNode {
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

function AgainPage({ visit }: { readonly visit: Visit }): VNode {
  return (
    <Page title="Nobody is signed in" help={[visit.help]}>
      <p role="status">{visit.signIn.refusal ?? 'The sign-in was not finished, or was not confirmed within 15 minutes.'}</p>
      <p>To use another account, sign out of Procore first.</p>
      <Press action={`${pathOf(visit)}/start`}>Continue with Procore</Press>
    </Page>
  );
}

function StandsInTheWay({ visit, outcome }: { readonly visit: Visit; readonly outcome: Obstacle }): VNode {
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
    </Page>
  );
}

function RolePage({ visit, contracting }: Props): VNode {
  const mayConnect = contracting.offered.filter(({ role }) => role !== null);
  const roles = [...new Set(mayConnect.flatMap(({ role }) => (role === null ? [] : [roleWords[role]])))];
  return (
    <Page title="Your role in Procore" help={[visit.help]}>
      <p>
        Procore shows that you are <strong>{roles.join(', ')}</strong>. You may connect {mayConnect.length} of{' '}
        {contracting.offered.length} projects.
      </p>
      <p>
        Do you confirm that you may connect a project of your company to {visit.partnerTitle}, as {visit.tenantName} asks?
      </p>
      <Press action={`${pathOf(visit)}/role`}>Yes</Press>
    </Page>
  );
}

function ConnectProjectPage({ visit, contracting: { chosen } }: Props): VNode {
  const { companyName = '', projectName = '', companyId = '', projectId = '', number = null } = chosen ?? {};
  return (
    <Page title={`Connect ${projectName}`} help={[visit.help]}>
      <Facts
        rows={[
          ['Company in Procore', companyName],
          ['Project in Procore', number === null ? projectName : `${projectName} (${number})`],
          ['Is connected to', `${visit.partnerTitle}, for ${visit.tenantName}`],
        ]}
      />
      <p>
        RFIs and submittals that the design team takes part in are read with your authorization. You can undo it for 24 hours.
      </p>
      <Press action={`${pathOf(visit)}/connect`} carries={{ companyId, projectId }}>
        Create connection
      </Press>
      <p>
        <a href={`${pathOf(visit)}?again`}>Choose another project</a>
      </p>
    </Page>
  );
}

function PrimePage({ visit, seen }: { readonly visit: Visit; readonly seen: string }): VNode {
  return (
    <Page title={`${visit.tenantName} is asked first`} help={[visit.help]} refreshSeconds={5}>
      <p role="status">
        {seen} {visit.tenantName} says whether that is right; then it is connected by itself.
      </p>
      <p>There is nothing left for you to do. You can close this page; you need not come back.</p>
    </Page>
  );
}

function ConnectedPage({ visit, contracting: { bound, undoUntil, isEnding, hasEnded } }: Props): VNode {
  if (isEnding) {
    return (
      <Page title="The connection is being taken back" help={[visit.help]} refreshSeconds={2}>
        <p role="status">
          {bound?.project ?? 'The project'} is being disconnected. That takes a moment; this page looks again by itself.
        </p>
      </Page>
    );
  }
  if (hasEnded) {
    return (
      <Page title="The connection was taken back" help={[visit.help]}>
        <p role="status">{bound?.project ?? 'The project'} is not connected any more. What was carried over by then stays.</p>
      </Page>
    );
  }
  return (
    <Page title={`${bound?.project ?? 'The project'} is connected`} help={[visit.help]}>
      <p role="status">
        {bound?.project} of {bound?.company} is connected to {visit.partnerTitle}. RFIs and submittals go back and forth by
        themselves once {visit.tenantName} has chosen what of the past is brought over.
      </p>
      <p>You never need to come back. We write if anything needs you.</p>
      <ToAgreements visit={visit} />
      {undoUntil === null ? null : (
        <>
          <p>
            Was it a mistake? You can undo it until <time dateTime={undoUntil.toISOString()}>{undoUntil.toUTCString()}</time>.
          </p>
          <Press action={`${pathOf(visit)}/undo`} quiet>
            Undo
          </Press>
        </>
      )}
    </Page>
  );
}

/** The contractor's next page, once they have said who they are. `choosesAgain`: they want another project than the chosen one. */
function NextPage({
  visit,
  contracting,
  search,
  choosesAgain,
}: Props & { readonly search: string; readonly choosesAgain: boolean }): VNode {
  if (contracting.bound !== null) return <ConnectedPage visit={visit} contracting={contracting} />;
  if (contracting.standing === 'completing')
    return (
      <BusyPage visit={visit} title="A moment">
        Your sign-in is being completed.
      </BusyPage>
    );
  if (contracting.standing === 'other-owner') {
    const outcome = {
      seen: 'Another person has signed in for this connection since.',
      needed: 'They go on, or you are invited again.',
      where: 'In the mail with the invitation.',
    };
    return <StandsInTheWay visit={visit} outcome={outcome} />;
  }
  const open = (kind: ContractorSays) => contracting.steps[kind]?.state !== 'done';
  const stuck = (kind: ContractorSays) => {
    const outcome = contracting.steps[kind]?.outcome;
    return outcome?.state === 'stuck' ? outcome : null;
  };
  // a decision is applied first, and its step looked at after that
  const isNew = (kind: ContractorSays) => {
    const said = contracting.said[kind];
    return said !== null && (said.appliedAt === null || (open(kind) && contracting.steps[kind]?.checkedAt == null));
  };
  const role = stuck('confirm-role');
  if (open('confirm-role') && role !== null) return <StandsInTheWay visit={visit} outcome={role} />;
  if (open('confirm-role') && (contracting.said['confirm-role'] !== null || contracting.steps['confirm-role']?.outcome == null))
    return (
      <BusyPage visit={visit} title="A moment">
        We are reading your projects and your role in Procore.
      </BusyPage>
    );
  if (open('confirm-role')) return <RolePage visit={visit} contracting={contracting} />;
  if (isNew('choose-project'))
    return (
      <BusyPage visit={visit} title="A moment">
        We are looking at the project in Procore.
      </BusyPage>
    );
  if (open('choose-project') || choosesAgain || contracting.chosen === null)
    return <ProjectListPage visit={visit} contracting={contracting} search={search} refusal={stuck('choose-project')?.seen} />;
  const pressed = contracting.said.connect;
  const chose = contracting.said['choose-project'];
  if (pressed === null || (chose !== null && BigInt(pressed.sequence) < BigInt(chose.sequence)))
    return <ConnectProjectPage visit={visit} contracting={contracting} />;
  const { outcome } = contracting.steps.connect ?? {};
  if (outcome?.state === 'waiting' && outcome.on === 'admin') return <PrimePage visit={visit} seen={outcome.seen} />;
  const connect = stuck('connect');
  if (connect !== null) return <StandsInTheWay visit={visit} outcome={connect} />;
  return (
    <BusyPage visit={visit} title="A moment">
      The project is being connected.
    </BusyPage>
  );
}

/** The page of whoever authorizes for themselves: a member where `contracting` is null, else the contractor. */
export function AuthorizePage(props: {
  readonly visit: Visit;
  readonly contracting: Contracting | null;
  readonly search: string;
  readonly choosesAgain: boolean;
}): VNode {
  const { visit, contracting, search, choosesAgain } = props;
  switch (visit.signIn.state) {
    case 'confirmed':
      return contracting === null ? (
        <AuthorizedPage visit={visit} />
      ) : (
        <NextPage visit={visit} contracting={contracting} search={search} choosesAgain={choosesAgain} />
      );
    case 'exchanged':
      return <WhoPage visit={visit} contracting={contracting} />;
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
