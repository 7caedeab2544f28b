import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll } from '@jest/globals';
import { createChecks } from '../../activities/checks/index.ts';
import type { ChecksActivities } from '../../activities/contract.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { grantTokensOf } from '../../activities/grants/index.ts';
import type { Profile } from '../../sandbox/seed/profiles.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { procoreFiles } from '../../shared/config/files.ts';
import { type Timings, timingsOf } from '../../shared/config/pace.ts';
import { type CredentialPurpose, lastFourOf, type ServiceKind } from '../../shared/domain/credentials.ts';
import { createMemory } from '../../shared/domain/memory.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { SetUpTask } from '../../shared/domain/set-up.ts';
import { type Outcome, provenLoginStep } from '../../shared/domain/steps.ts';
import { createMailer } from '../../shared/mail/transport.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { generateKey } from '../../shared/security/keys.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { claimCompany, createConnection } from '../../shared/store/connections/connections.ts';
import { submitCredential } from '../../shared/store/connections/credentials.ts';
import { askSetUp } from '../../shared/store/connections/set-ups.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { wantRun } from '../../shared/store/desired-runs.ts';
import { keepToken } from '../../shared/store/grants/sign-in-tokens.ts';
import {
  confirmSignIn,
  findSignIn,
  type NewSignIn,
  offerSignIn,
  openSession,
  returnSignIn,
  type SignInPurpose,
  startSignIn,
} from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { closePool, createPool, type Db, type StorePool, withTenant } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { plans } from '../../workflows/plans/index.ts';
import { createMemoryBudget } from './memory-budget.ts';
import { createMemorySpill } from './memory-spill.ts';
import { type TestStore, testBoxKeys, testRoots, useTestStore } from './store.ts';

export const redirectUrl = 'http://localhost:3000/oauth/procore/callback';
/** Of links in invitations. */
export const testLinkKey = generateKey();
export const acme = '562949953444013';

/** One connection under test, and what people do for it through the doors that the API uses. */
export interface Connecting {
  readonly tenantId: string;
  readonly connectionId: string;
  check(stepId: string): Promise<Outcome>;
  inTenant<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
  submitService(credential: { clientId: string; clientSecret: string }, companyId?: string, kind?: ServiceKind): Promise<void>;
  submitLogin(login: { region: string; tenant: string; email: string; password: string }): Promise<void>;
  /** Of any partner: what may be shown of it, and its secret. */
  submitPartner(shown: Readonly<Record<string, string>>, secret: string): Promise<void>;
  /** `subject`: of who authorizes for themselves; the contractor where left out. */
  signIn(person: string, purpose?: SignInPurpose, subject?: string): Promise<SignedIn>;
}

export interface SignedIn {
  readonly signInId: string;
  /** Says yes, and to what is to be set up. */
  confirm(setUp?: readonly SetUpTask[]): Promise<boolean>;
  /** Another person opens the same link in a browser of their own, signs in and comes back. */
  another(person: string): Promise<SignedIn>;
}

export interface ChecksBench {
  readonly sandbox: Sandbox;
  readonly store: TestStore;
  readonly deps: ActivityDependencies;
  readonly checks: ChecksActivities;
  readonly runs: FakeRuns;
  /** Of a new tenant, unless one is named. */
  connect(partner?: PartnerName, modules?: readonly string[], tenantId?: string): Promise<Connecting>;
  /** A call of the sandbox's control API. */
  control<Answer = unknown>(path: string, body?: unknown): Promise<Answer>;
  /** As if some minutes had gone by: what one check saw is no answer for the next any more. */
  forgetReads(): void;
  /** Procore calls since a mark, by operation path. */
  calls(after: number): Promise<readonly { readonly seq: number; readonly path: string; readonly status: number }[]>;
}

/** Temporal stands still in these tests: what would be started or told is noted. */
export interface FakeRuns {
  readonly started: string[];
  readonly stopped: string[];
  readonly woken: string[];
  readonly told: { workflowId: string; name: string; message: unknown }[];
  living: readonly string[];
  /** Answers a delivery in place of the run. */
  deliver: (workflowId: string) => Promise<'answered' | 'refused' | 'later'>;
}

/**
 * A sandbox and a database for one file, with the activities of onboarding and care on top; `pace` differs from the demo's. Sites have
 * two days behind them, unless a test is about more.
 */
export function useChecksBench(pace: Partial<Timings> = {}, profile: Profile = 'brief'): () => ChecksBench {
  const store = useTestStore();
  let bench: ChecksBench | undefined;
  let close: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    const sandbox = await startSandbox({
      profile,
      ours: { clientId: 'groundwork-test', clientSecret: 'ours-secret-3391', redirectUri: redirectUrl },
    });
    // Several customers share one credential here; their pace is no concern of these tests.
    sandbox.world.switches.set('rateProfile', 'generous');
    const upkeepPool = createPool(store().database.upkeepUrl, { max: 1 });
    close = async () => {
      await Promise.all([sandbox.close(), closePool(upkeepPool)]);
    };
    bench = benchOn(sandbox, store(), upkeepPool, pace);
  });
  afterAll(() => close());
  return () => {
    if (!bench) throw new Error('the bench stands from beforeAll on');
    return bench;
  };
}

function benchOn(sandbox: Sandbox, store: TestStore, upkeepPool: StorePool, pace: Partial<Timings>): ChecksBench {
  const runs: FakeRuns = { started: [], stopped: [], woken: [], told: [], living: [], deliver: async () => 'answered' };
  const timings = { ...timingsOf('demo'), httpDeadlineMs: 5000, inlineWaitMs: 500, ...pace };
  const oauth = createOAuth({ loginOrigin: sandbox.urls.login, deadlineMs: timings.httpDeadlineMs });
  let aheadMs = 0;
  const vault = createVault(testRoots, testBoxKeys.privateKey);
  const log = { info: () => undefined, warn: () => undefined };
  const procore = {
    apiOrigin: sandbox.urls.api,
    oauth,
    serviceTokens: createServiceTokens(oauth),
    budget: createMemoryBudget(),
    ourApp: { clientId: 'groundwork-test', clientSecret: secretOf('ours-secret-3391'), redirectUrl },
    files: procoreFiles(
      'demo',
      {
        PROCORE_API_URL: sandbox.urls.api,
        PROCORE_FILE_HOSTS: [],
        FILE_ORIGINS: [sandbox.urls.storage],
        SPOOL_FOLDER: tmpdir(),
      },
      timings,
    ),
  };
  const deps: ActivityDependencies = {
    pool: store.pool,
    upkeepPool,
    vault,
    procore,
    grants: grantTokensOf({ pool: store.pool, vault, procore, timings, log, spill: createMemorySpill() }),
    mail: {
      mailer: createMailer({
        url: sandbox.urls.smtp,
        from: { name: 'Groundwork', address: 'groundwork@groundwork.example' },
        tlsRequired: false,
        deadlineMs: timings.httpDeadlineMs,
      }),
      links: invitationLinks(testLinkKey),
      pagesUrl: 'http://localhost:3000',
      supportOf: (partner) => declarations[partner].support,
      restoreEpoch: 'test',
    },
    partnerOrigins: {
      PART3_API_URL: sandbox.urls.part3,
      HAMMERTECH_API_URL: `${sandbox.urls.hammertech.api}/{region}`,
      HAMMERTECH_AUTH_URL: `${sandbox.urls.hammertech.auth}/{region}`,
    },
    partners: createPartners(),
    plans,
    timings,
    memory: createMemory(() => Date.now() + aheadMs),
    runs: {
      startWanted: async (_tenantId, { workflowId }) => void runs.started.push(workflowId),
      deliverCommand: async (workflowId, name, message) => {
        runs.told.push({ workflowId, name, message });
        return runs.deliver(workflowId);
      },
      signalRecordsChanged: async (workflowId) => runs.woken.push(workflowId) > 0,
      listRunning: async function* () {
        yield* runs.living;
      },
      stop: async (workflowId) => void runs.stopped.push(workflowId),
    },
    surroundings: () => ({
      signal: new AbortController().signal,
      lane: 'onboarding',
      heartbeat: () => undefined,
      onWait: () => undefined,
    }),
    log,
    nowMs: Date.now,
  };
  const checks = createChecks(deps);
  const control: ChecksBench['control'] = (path, body) => askControl(sandbox, path, body);
  return {
    sandbox,
    store,
    deps,
    checks,
    runs,
    control,
    connect: (partner = 'hammertech', modules, tenantId) => connectOn({ store, checks, control }, partner, modules, tenantId),
    forgetReads: () => {
      aheadMs += 300_000;
    },
    calls: (after) => control(`/ledger?after=${after}&side=procore`),
  };
}

async function askControl<Answer>(sandbox: Sandbox, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${sandbox.control.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${sandbox.control.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer; // the sandbox's own shape, asserted by the tests that use it
}

async function connectOn(
  on: Pick<ChecksBench, 'store' | 'checks' | 'control'>,
  partner: PartnerName,
  modules: readonly string[] | undefined,
  ofTenant: string | undefined,
): Promise<Connecting> {
  const { pool } = on.store;
  const tenantId = ofTenant ?? (await on.store.newTenant());
  const connectionId = randomUUID();
  const ref = { tenantId, connectionId };
  const inTenant: Connecting['inTenant'] = (work) => withTenant(pool, tenantId, work);
  await inTenant(async (db) => {
    await createConnection(db, { ...ref, partner, scope: declarations[partner].scope, modules });
    const workflowId = `onboarding:${tenantId}:${connectionId}`;
    await wantRun(db, tenantId, { workflowId, workflowType: 'onboarding', subjectId: connectionId, partner });
  });
  await on.checks.openOnboarding(ref);
  const submit = async (
    purpose: CredentialPurpose,
    kind: ServiceKind | 'partner-login',
    shown: Readonly<Record<string, string>>,
    secret: string,
    first: (db: Db) => Promise<unknown> = async () => undefined,
  ): Promise<void> => {
    const credentialId = randomUUID();
    const sealed = await closeBox(testBoxKeys.publicKey, places.credential(tenantId, credentialId), secretOf(secret));
    const given = {
      ...ref,
      credentialId,
      purpose,
      kind,
      shown,
      lastFour: lastFourOf(purpose, secret),
      sealed,
      submittedBy: 'test',
    } as const;
    await inTenant(async (db) => {
      await first(db);
      await submitCredential(db, given, provenLoginStep(plans[partner].steps, purpose));
    });
  };
  return {
    ...ref,
    inTenant,
    async check(stepId) {
      const answer = await on.checks.checkStep({ ...ref, stepId });
      if ('waitUntilMs' in answer) throw new Error(`${stepId} was told to wait: ${answer.why}`);
      if ('reopened' in answer) throw new Error(`${stepId} is not to be looked at: a decision took back what it needs`);
      // what proves a step stays in its row
      const row = await inTenant((db) => findStep(db, connectionId, stepId));
      return answer.state === 'met' ? (row?.outcome ?? { state: 'met', evidence: {} }) : answer;
    },
    submitService: ({ clientId, clientSecret }, companyId = acme, kind = 'legacy') =>
      submit('procore-service', kind, { clientId }, clientSecret, (db) => claimCompany(db, connectionId, companyId)),
    submitLogin: ({ password, ...shown }) => submit('partner-login', 'partner-login', shown, password),
    submitPartner: (shown, secret) => submit('partner-login', 'partner-login', shown, secret),
    signIn: (person, purpose = 'prove-ownership', subject = contractorSubject) =>
      signInAs(on.control, inTenant, ref, person, purpose === 'authorize-person' ? { purpose, subject } : { purpose }),
  };
}

/** What the pages do for a person who opens a new link, signs in to Procore and comes back. */
async function signInAs(
  control: ChecksBench['control'],
  inTenant: Connecting['inTenant'],
  ref: { readonly tenantId: string; readonly connectionId: string },
  person: string,
  what: Pick<NewSignIn, 'purpose' | 'subject'>,
): Promise<SignedIn> {
  const signInId = randomUUID();
  await inTenant((db) =>
    offerSignIn(db, {
      ...ref,
      signInId,
      ...what,
      linkHash: newHash(),
      restoreEpoch: 'test',
      createdBy: 'test',
      expiresAt: soon(),
    }),
  );
  return goAndReturn(control, inTenant, { tenantId: ref.tenantId, signInId }, person);
}

async function goAndReturn(
  control: ChecksBench['control'],
  inTenant: Connecting['inTenant'],
  link: { readonly tenantId: string; readonly signInId: string },
  person: string,
): Promise<SignedIn> {
  const { tenantId, signInId } = link;
  const [sessionHash, stateHash] = [newHash(), newHash()];
  const { code } = await control<{ code: string }>('/codes', { person, clientId: 'groundwork-test', redirectUri: redirectUrl });
  const sealedCode = await closeBox(testBoxKeys.publicKey, places.signInCode(tenantId, signInId), secretOf(code));
  await inTenant(async (db) => {
    await openSession(db, signInId, sessionHash);
    await startSignIn(db, { signInId, sessionHash, stateHash, stateExpiresAt: soon() });
    await returnSignIn(db, { signInId, sessionHash, stateHash, sealedCode });
  });
  return {
    signInId,
    confirm: (tasks = []) =>
      inTenant(async (db) => {
        const confirmed = await confirmSignIn(db, signInId, sessionHash);
        const signIn = await findSignIn(db, signInId);
        if (!confirmed || signIn === undefined || tasks.length === 0) return confirmed;
        await askSetUp(db, { tenantId, connectionId: signIn.connectionId, signInId, tasks, askedBy: 'procore:test' });
        await keepToken(db, signInId, 3_600_000);
        return confirmed;
      }),
    another: (other) => goAndReturn(control, inTenant, link, other),
  };
}

const newHash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();
const soon = (): Date => new Date(Date.now() + 600_000);
