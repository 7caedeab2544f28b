import type { VNode } from 'preact';
import { roleWords } from '../../shared/domain/contractors.ts';
import { count } from '../../shared/partners/words.ts';
import { ToAgreements } from './agreements-page.tsx';
import { BusyPage, pathOf, StandsInTheWay } from './authorizing.tsx';
import type { Contracting, ContractorSays } from './contracting.ts';
import { flowWords } from './flow.ts';
import { Facts, Moment, Page, Press } from './layout.tsx';
import { ProjectListPage } from './project-list-page.tsx';
import { toldToContractor } from './told.ts';
import type { Visit } from './visits.ts';

interface Props {
  readonly visit: Visit;
  readonly contracting: Contracting;
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
      <OtherAccount visit={visit} />
    </Page>
  );
}

/** Only while nothing is connected: the former account is signed out, and its decisions do not count. */
const OtherAccount = ({ visit }: { readonly visit: Visit }): VNode => (
  <Press action={`${pathOf(visit)}/other-account`} quiet>
    Use another account
  </Press>
);

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
      <AnotherProject visit={visit} />
    </Page>
  );
}

const AnotherProject = ({ visit }: { readonly visit: Visit }): VNode => (
  <p>
    <a href={`${pathOf(visit)}?again`}>Choose another project</a>
  </p>
);

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

const CompletingPage = ({ visit }: { readonly visit: Visit }): VNode => (
  <BusyPage visit={visit} title="A moment">
    Your sign-in is being completed.
  </BusyPage>
);

/** For a person who would replace an owner who does not read any more. */
function ProposedPage({ visit, project }: { readonly visit: Visit; readonly project: string }): VNode {
  return (
    <Page title={`${visit.tenantName} is asked first`} help={[visit.help]} refreshSeconds={5}>
      <p role="status">
        {project} was connected by another person, and the invitation went to another address. {visit.tenantName} says whether it
        is read with your account from now on; until then nothing is.
      </p>
      <p>There is nothing left for you to do. You can close this page; you need not come back.</p>
    </Page>
  );
}

function ConnectedPage({ visit, contracting }: Props): VNode {
  const { bound, carried, flow, standing, undoUntil, isEnding, hasEnded } = contracting;
  if (standing === 'completing' && !hasEnded) return <CompletingPage visit={visit} />;
  if (standing === 'proposed' && !hasEnded) return <ProposedPage visit={visit} project={bound?.project ?? 'the project'} />;
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
    <Page title={`${bound?.project ?? 'The project'} is connected`} help={[visit.help]} refreshSeconds={10}>
      <p role="status">
        {bound?.project} of {bound?.company} is connected to {visit.partnerTitle}. {flowWords[flow](visit.tenantName)}
      </p>
      <p>
        So far {count(carried.rfis, 'RFI')} and {count(carried.submittals, 'submittal')} have come over.{' '}
        {flow === 'coming' ? 'You can watch more of them come, or close this page.' : 'You can close this page.'}
      </p>
      <p>You never need to come back. We write if anything needs you.</p>
      <ToAgreements visit={visit} />
      {undoUntil === null || standing !== 'owner' ? null : (
        <>
          <p>
            Was it a mistake? You can undo it until <Moment at={undoUntil} />.
          </p>
          <Press action={`${pathOf(visit)}/undo`} quiet>
            Undo
          </Press>
        </>
      )}
    </Page>
  );
}

/**
 * The contractor's next page, once they have confirmed who they are. `choosesAgain`: they want another project than the chosen
 * one.
 */
export function ContractorPage({
  visit,
  contracting,
  search,
  choosesAgain,
}: Props & { readonly search: string; readonly choosesAgain: boolean }): VNode {
  if (contracting.bound !== null) return <ConnectedPage visit={visit} contracting={contracting} />;
  if (contracting.standing === 'completing') return <CompletingPage visit={visit} />;
  if (contracting.standing === 'other-owner') {
    const outcome = {
      seen: `Another person has signed in for this connection since: ${contracting.owner ?? 'their address is not known'}.`,
      needed: 'They go on; or, if that is wrong, you sign in again by your invitation and tell whoever sent it.',
      where: 'In the mail with the invitation.',
    };
    return <StandsInTheWay visit={visit} outcome={outcome} />;
  }
  const open = (kind: ContractorSays) => contracting.steps[kind]?.state !== 'done';
  const stuck = (kind: ContractorSays) => {
    const outcome = contracting.steps[kind]?.outcome;
    return outcome?.state === 'stuck' ? toldToContractor(outcome, contracting.inviter) : null;
  };
  // a decision is applied first, and its step checked after that
  const isNew = (kind: ContractorSays) => {
    const said = contracting.said[kind];
    return said !== null && (said.appliedAt === null || (open(kind) && contracting.steps[kind]?.checkedAt == null));
  };
  const role = stuck('confirm-role');
  if (open('confirm-role') && role !== null)
    return (
      <StandsInTheWay visit={visit} outcome={role}>
        <p>If it takes longer, close this page and come back by the link in your mail: it works until a project is connected.</p>
        <OtherAccount visit={visit} />
      </StandsInTheWay>
    );
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
  if (connect !== null)
    return (
      <StandsInTheWay visit={visit} outcome={connect}>
        {connect.isTheirs ? <OtherAccount visit={visit} /> : null}
        {connect.isTheirs ? <AnotherProject visit={visit} /> : null}
      </StandsInTheWay>
    );
  return (
    <BusyPage visit={visit} title="A moment">
      The project is being connected.
    </BusyPage>
  );
}
