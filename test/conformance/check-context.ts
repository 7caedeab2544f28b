import { claimedCompany } from '../../shared/domain/company.ts';
import type { CheckContext, Partner } from '../../shared/partners/contract.ts';
import type { PeopleContext } from '../../shared/partners/people.ts';
import type { SignInFacts } from '../../shared/partners/sign-in.ts';

export type Known = 'nothing' | 'everything';

const at = '2026-03-02T09:00:00.000Z';
const said = { by: 'ada', at };

const signIn: SignInFacts = {
  signInId: 'sign-in',
  state: 'exchanged',
  procoreUserId: '41',
  procoreUserName: 'Ada Park',
  refusal: null,
  seen: null,
  usable: true,
};

const project = { companyId: '7', companyName: 'Acme', projectId: '71', name: 'Pier 4', number: null };

/** What is thrown by whatever is asked of a client: by its calls, and by the reading of its pages. */
function throwingClient(thrown: Error): unknown {
  const call = () => {
    const failed = Promise.reject(thrown);
    failed.catch(() => undefined);
    return Object.assign(failed, {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(thrown) }),
    });
  };
  return new Proxy(
    {},
    // a client is no promise, however it is awaited
    { get: (_, name) => (name === 'then' ? undefined : name === 'company' ? claimedCompany('7') : call) },
  );
}

function peopleOf(known: Known, client: () => Promise<never>): PeopleContext {
  const has = known === 'everything';
  return {
    invitation: has
      ? {
          state: 'opened',
          email: 'gus@acme.example',
          companyName: 'Acme',
          partnerProjectId: 'p-1',
          partnerProjectName: 'Pier 4',
          expiresAtMs: Date.parse(at),
          refusal: null,
        }
      : null,
    signIn: has ? signIn : null,
    owner: has ? { procoreUserId: '41', name: 'Gus', login: 'gus@acme.example', state: 'live' } : null,
    isOwnerProposed: false,
    offered: [],
    decided: {
      role: has ? said : null,
      project: has ? { ...said, companyId: '7', projectId: '71' } : null,
      connect: has ? { ...said, companyId: '7', projectId: '71' } : null,
      accepted: null,
      backfill: has ? { ...said, choice: { which: 'none' } } : null,
    },
    boundProject: has ? { id: project.projectId, name: project.name } : null,
    team: [],
    responses: [],
    formerResponses: [],
    countedAtMs: null,
    asOwner: client,
    isKeptByAnother: async () => false,
    asOwnerIn: client,
    asOwnerBound: client,
    asReader: async (read) => read(await client(), { key: '41:', standsIn: false }),
    lastEvidence: async () => null,
    readAs: async () => null,
    asMember: client,
  };
}

/** What a check may look at, with clients that throw whatever they are asked. */
export function lookingContext(partner: Partner, known: Known, thrown: Error): CheckContext {
  const has = known === 'everything';
  const client = async () => throwingClient(thrown) as never; // one for every kind of client
  const { [partner.login.secret.name]: _secret, ...shown } = partner.login.example;
  return {
    connection: {
      tenantId: 'tenant',
      tenantName: 'Tenant',
      connectionId: 'connection',
      modules: partner.modules,
      company: has ? claimedCompany('7') : null,
      companyName: has ? 'Acme' : null,
      syncUserId: has ? '42' : null,
      syncUserName: has ? 'Sync' : null,
      projectChoice: has ? { existing: 'all', future: true, chosen: [], chosenAt: at } : null,
      settings: partner.settings.parse({}),
    },
    hasServiceCredential: has,
    serviceKind: has ? 'legacy' : null,
    partnerLogin: has ? { shown, serves: false } : null,
    signIn: has ? signIn : null,
    adminProjects: null,
    matches: [],
    dryRun: null,
    confirmed: null,
    futureConfirmed: null,
    windowDays: 30,
    service: client,
    boundService: client,
    activeProjects: () => Promise.reject(thrown),
    levels: { known: new Map(), pick: (ids) => ids, most: 10 },
    person: client,
    people: partner.principal === 'people' ? peopleOf(known, client) : null,
    partnerClient: client,
    signal: new AbortController().signal,
  };
}
