import { type Recorder, until } from './http.ts';
import type { ConnectionSeen, Product, StepSeen } from './product.ts';
import { signInAs } from './sign-in.ts';
import { type Comparisons, untilSynced } from './streams.ts';
import type { Company, Truth } from './truth.ts';

const tenant = 'acme-safety';

export interface PartnerReport {
  readonly connected: boolean;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly ms: number }[];
  readonly streams: Comparisons;
  readonly procoreCalls: number;
  readonly ms: number;
}

/** Who and what takes part. */
export interface Cast {
  readonly product: Product;
  readonly truth: Truth;
  readonly say: (line: string) => void;
  readonly record: Recorder;
  /** How long anything may take before the tour gives up. */
  readonly patienceMs: number;
  /** Modules to switch on beside those that are on. */
  readonly modules: 'all' | readonly string[];
}

/** Plays the admin of acme-safety from the first form to the last record of every stream that is on, and compares both sides. */
export async function tourHammertech(cast: Cast): Promise<PartnerReport> {
  const { product, truth, say, patienceMs } = cast;
  const startedMs = Date.now();
  const before = await truth.lastRequest();
  const acme = (await truth.companies()).find((company) => company.name.startsWith('Acme'));
  if (acme === undefined) throw new Error('the sandbox has no Acme Builders');
  const known = (await product.connections()).filter((each) => each.partner === 'hammertech');
  const current = known.find((each) => each.stage === 'live') ?? known.find((each) => each.stage === 'onboarding');
  const connectionId = current?.connectionId ?? (await begin(cast, acme));
  if (current?.stage !== 'live') await onboard(cast, acme, connectionId);
  await switchOn(cast, connectionId);
  say('Waiting until both sides agree');
  const live = await product.connection(connectionId);
  if (live.liveAt === null) throw new Error(`${connectionId} is not live`);
  const places = { product, truth, tenant, company: acme, connectionId, liveAt: new Date(live.liveAt) };
  const streams = await untilSynced(places, patienceMs, say);
  return {
    connected: live.stage === 'live' && (await product.projectLinks(connectionId)).length > 0,
    steps: (await product.steps(connectionId)).map((step) => ({
      id: step.stepId,
      state: step.state,
      ms: durationMs(live, step),
    })),
    streams,
    procoreCalls: await truth.procoreCalls(before),
    ms: Date.now() - startedMs,
  };
}

async function begin({ product, truth, say }: Cast, acme: Company): Promise<string> {
  const credential = await truth.serviceCredential(acme.id);
  say(`Ada submits client id, secret and company id ${acme.id} (${acme.name})`);
  return await product.begin(credential, acme.id);
}

async function onboard({ product, truth, say, record, patienceMs }: Cast, acme: Company, connectionId: string): Promise<void> {
  const stepDone = async (stepId: string): Promise<boolean> => {
    const found = (await product.steps(connectionId)).find((step) => step.stepId === stepId);
    return found?.state === 'done' || found?.state === 'skipped';
  };
  const reached = async (stepId: string): Promise<void> => {
    await until(`step ${stepId} of ${connectionId}`, patienceMs, async () => ((await stepDone(stepId)) ? true : undefined));
    const steps = await product.steps(connectionId);
    const done = steps.filter((step) => step.state === 'done').length;
    say(`  ${done} of ${steps.length} · ${steps.find((step) => step.stepId === stepId)?.title ?? stepId}`);
  };
  await reached('verifyCredentials');
  if (!(await stepDone('proveOwnership'))) {
    say('Ada signs in to Procore once, so that the company is provably hers');
    await signInAs('Ada', await product.signIn(connectionId), { patienceMs, names: [acme.name], record });
  }
  await reached('proveOwnership');
  if (!(await stepDone('verifyPartner'))) {
    const { region, email, password } = await truth.hammertechLogin(tenant);
    say(`Ada gives the HammerTech side: region ${region}, tenant ${tenant}, her login`);
    await product.partnerLogin(connectionId, { region, tenant, email, password });
  }
  if (!(await stepDone('assignProjects'))) {
    say('Ada chooses all existing and all future projects');
    await product.chooseProjects(connectionId);
  }
  for (const stepId of [
    'verifyCompanyTemplate',
    'verifyProjectTemplate',
    'assignProjects',
    'verifyPartner',
    'matchRecords',
    'dryRun',
  ])
    await reached(stepId);
  const plan = await product.dryRun(connectionId);
  const creates = plan.projects.reduce((sum, project) => sum + project.create, 0);
  say(
    `Dry run: ${creates} entries would be created in ${plan.projects.filter((project) => project.create > 0).length} projects; Ada confirms`,
  );
  await product.confirm(connectionId);
  await reached('live');
}

/** Ada switches further modules on, and does not wait for the next turn of the loops. */
async function switchOn({ product, say, modules }: Cast, connectionId: string): Promise<void> {
  const { modules: on, available } = await product.modules(connectionId);
  const added = (modules === 'all' ? available : modules).filter((module) => !on.includes(module));
  if (added.length === 0) return;
  say(`Ada switches on ${added.join(', ')}`);
  await product.setModules(connectionId, [...on, ...added]);
  const links = await product.projectLinks(connectionId);
  await Promise.all(links.filter(({ state }) => state === 'active').map(({ projectLinkId }) => product.syncNow(projectLinkId)));
}

function durationMs(connection: ConnectionSeen, step: StepSeen): number {
  return step.doneAt === null ? 0 : Date.parse(step.doneAt) - Date.parse(connection.createdAt);
}
