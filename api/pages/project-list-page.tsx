import type { VNode } from 'preact';
import type { OfferedProject } from '../../shared/domain/contractors.ts';
import { foldName } from '../../shared/partners/names.ts';
import type { Contracting } from './contracting.ts';
import { Page, Press } from './layout.tsx';
import type { Visit } from './visits.ts';

/** Further projects are found by searching. */
const mostShown = 50;

interface ProjectListProps {
  readonly visit: Visit;
  readonly contracting: Contracting;
  readonly search: string;
  /** Why the project chosen before cannot be connected. */
  readonly refusal: string | undefined;
}

/** The contractor's own projects, with search; works without script. */
export function ProjectListPage({
  visit,
  contracting: { offered, connected, projectName },
  search,
  refusal,
}: ProjectListProps): VNode {
  const wanted = foldName(search);
  const found = offered.filter((offer) => foldName(wordsOf(offer)).includes(wanted));
  const path = `/sign-ins/${visit.signIn.signInId}` as const;
  return (
    <Page title="Which project?" help={[visit.help]}>
      {refusal === undefined ? null : <p role="alert">{refusal} Choose another project, or have it changed first.</p>}
      <p>
        {visit.tenantName} asks for <strong>{projectName ?? 'a project'}</strong>. Choose it among your active projects in
        Procore.
      </p>
      <form method="get" action={path}>
        <label>
          Search by name, number or city
          <input type="search" name="search" value={search} />
        </label>
        <button type="submit">Search</button>
      </form>
      <ul>
        {found.slice(0, mostShown).map((offer) => (
          <li key={offer.projectId}>
            {wordsOf(offer)}
            <Choice path={path} offer={offer} isConnected={connected.has(offer.projectId)} />
          </li>
        ))}
      </ul>
      {found.length > mostShown ? <p>{found.length - mostShown} more: search for it.</p> : null}
      <p>
        It is not in the list? Then this account is not on the project, the project is not active, or its company has not
        connected our app in Procore. The list is read anew: reload this page a few seconds after that was changed.
      </p>
    </Page>
  );
}

interface ChoiceProps {
  readonly path: `/sign-ins/${string}`;
  readonly offer: OfferedProject;
  readonly isConnected: boolean;
}

function Choice({ path, offer, isConnected }: ChoiceProps): VNode {
  const { looked, role, companyId, projectId, projectName } = offer;
  if (isConnected) return <p>It is connected already.</p>;
  if (looked && role === null) return <p>You are no admin of it.</p>;
  return (
    <Press action={`${path}/project`} carries={{ companyId, projectId }}>
      Choose {projectName}
    </Press>
  );
}

const wordsOf = ({ projectName, number, city, companyName }: OfferedProject): string =>
  [projectName, number, city, companyName].filter((word) => word !== null && word !== '').join(' · ');
