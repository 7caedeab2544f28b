import type { Cast, PartnerReport } from './cast.ts';
import { type Product, productThrough } from './product.ts';
import { signInAs } from './sign-in.ts';
import { stepsOf } from './steps.ts';
import { streamsAt } from './streams.ts';
import { untilSynced } from './synced.ts';
import type { Company } from './truth.ts';

const tenant = 'acme-safety';

/** What the HammerTech part of the tour needs in addition. */
export interface HammertechCast extends Cast {
  /** Modules to switch on in addition to those that are on. */
  readonly modules: 'all' | readonly string[];
}

/** The same, with the API as Ada uses it. */
type Ada = HammertechCast & { readonly product: Product };

/** Plays the admin of acme-safety from the first form to the last record of every stream that is on, and compares both sides. */
export async function tourHammertech(given: HammertechCast): Promise<PartnerReport> {
  const cast: Ada = { ...given, product: productThrough(given.api(tenant)) };
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
  const steps = stepsOf(product, connectionId);
  const places = { product, truth, tenant, company: acme, connectionId, liveAt: new Date(live.liveAt) };
  const streams = await untilSynced(await streamsAt(places), patienceMs, say);
  return {
    connected: live.stage === 'live' && (await product.projectLinks(connectionId)).length > 0,
    steps: await steps.report(live),
    streams,
    procoreCalls: await truth.procoreCalls(before),
    ms: Date.now() - startedMs,
  };
}

async function begin({ product, truth, say }: Ada, acme: Company): Promise<string> {
  const credential = await truth.serviceCredential(acme.id);
  say(`Ada submits client id, secret and company id ${acme.id} (${acme.name})`);
  return await product.begin(credential, acme.id);
}

async function onboard({ product, truth, say, person, patienceMs }: Ada, acme: Company, connectionId: string): Promise<void> {
  const { isDone, reached } = stepsOf(product, connectionId, { patienceMs, say });
  await reached('verifyCredentials');
  if (!(await isDone('proveOwnership'))) {
    say('Ada signs in to Procore once, so that the company is provably hers');
    await signInAs(await person('Ada Marsh'), await product.signIn(connectionId), [acme.name]);
  }
  await reached('proveOwnership');
  if (!(await isDone('verifyPartner'))) {
    const { region, email, password } = await truth.hammertechLogin(tenant);
    say(`Ada gives the HammerTech side: region ${region}, tenant ${tenant}, her login`);
    await product.partnerLogin(connectionId, { region, tenant, email, password });
  }
  if (!(await isDone('assignProjects'))) {
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

/** Ada switches on further modules, and does not wait for the next cycle of the loops. */
async function switchOn({ product, say, modules }: Ada, connectionId: string): Promise<void> {
  const { modules: on, available } = await product.modules(connectionId);
  const added = (modules === 'all' ? available : modules).filter((module) => !on.includes(module));
  if (added.length === 0) return;
  say(`Ada switches on ${added.join(', ')}`);
  await product.setModules(connectionId, [...on, ...added]);
  const links = await product.projectLinks(connectionId);
  await Promise.all(links.filter(({ state }) => state === 'active').map(({ projectLinkId }) => product.syncNow(projectLinkId)));
}
