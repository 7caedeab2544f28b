import { paceInWords, paceOf } from '../browsing/pace.ts';
import type { Cast, PartnerReport } from '../cast.ts';
import { agree } from '../comparison.ts';
import { type JsonClient, until } from '../http.ts';
import { type Inbox, inboxAt } from '../inbox.ts';
import { projectFor } from '../pairs.ts';
import type { LinkSeen } from '../product.ts';
import { stepsOf } from '../steps.ts';
import { untilSynced } from '../synced.ts';
import type { Company } from '../truth.ts';
import { answerAll, finishReviews, untilReceipts } from './answering.ts';
import { letMarkOfficial } from './builder.ts';
import { connectProject } from './contractor.ts';
import { type DesignTeam, designTeamAt } from './design-team.ts';
import { type Part3Product, part3ProductThrough } from './product.ts';
import { authorizeAccount } from './responder.ts';
import { type Backfill, ofProject, type Sides, teamOf } from './sides.ts';
import { compareSides } from './streams.ts';
import { type Part3Truth, type ProjectTruth, projectTruthFrom } from './truth.ts';

const tenant = 'north-studio';
const pia = { name: 'Pia Brandt', company: 'North Studio', email: 'pia@north-studio.example' };
const gus = { name: 'Gus Romero', company: 'Acme Builders', email: 'gus@acme.example' };
const responders = ['Ria Solà', 'Sam Wu'];
const projectName = 'Harbour Tower';
const backfill: Backfill = { which: 'open' };
/** Pia's names for responses that only this builder has; any other keeps its name. */
const meanings = new Map([['Make Corrections Noted', 'Corrections noted']]);

/** What the Part3 part of the tour needs in addition. */
export interface Part3Cast extends Cast {
  readonly control: JsonClient;
  /** Origins of the inbox, and of our pages. */
  readonly inbox: string;
  readonly pages: string;
}

/** The same, with what its people use. */
interface Stage extends Part3Cast {
  readonly product: Part3Product;
  readonly project: ProjectTruth;
  readonly team: DesignTeam;
  readonly mails: Inbox;
  readonly builder: Company;
  readonly site: Part3Truth['projects'][number];
}

/**
 * Plays the prime consultant, the general contractor and two responders, from the token of the organisation to answers in Procore
 * under their own names, and compares both sides of every stream.
 */
export async function tourPart3(cast: Part3Cast): Promise<PartnerReport> {
  const { truth, say, patienceMs } = cast;
  const startedMs = Date.now();
  const before = await truth.lastRequest();
  const stage = await setStage(cast);
  const { product } = stage;
  const known = (await product.connections()).filter((each) => each.partner === 'part3');
  const current = known.find((each) => each.stage === 'live') ?? known.find((each) => each.stage === 'onboarding');
  const connectionId = current?.connectionId ?? (await product.begin());
  if (current?.stage !== 'live') await onboard(stage, connectionId);
  const link = await until('the linked project', patienceMs, async () => (await product.projectLinks(connectionId))[0]);
  const look = async () => compareSides(await sidesOf(stage, link));
  say('Waiting until the open items have come to Part3');
  await untilSynced(look, patienceMs, say);
  const answering = { ...stage, truth: stage.project, projectId: stage.site.id };
  await answerAll(answering);
  await untilSynced(look, patienceMs, say);
  await finishReviews(answering);
  const streams = await untilSynced(look, patienceMs, say);
  // what was not sent has no receipt
  if (Object.values(streams).every(agree)) await untilReceipts(answering);
  const live = await product.connection(connectionId);
  return {
    connected: live.stage === 'live' && isMeant(stage, link),
    steps: await stepsOf(product, connectionId).report(live),
    streams,
    procoreCalls: await truth.procoreCalls(before, peopleIn(stage)),
    ms: Date.now() - startedMs,
  };
}

async function setStage(cast: Part3Cast): Promise<Stage> {
  const { control, inbox, pages, patienceMs } = cast;
  const project = projectTruthFrom(control, tenant);
  const builder = (await cast.truth.companies()).find(({ name }) => name === gus.company);
  const site = (await project.part3()).projects.find(({ name }) => name === projectName);
  if (builder === undefined || site === undefined) throw new Error(`the sandbox has no ${gus.company} or no ${projectName}`);
  return {
    ...cast,
    product: part3ProductThrough(cast.api(tenant)),
    project,
    team: designTeamAt(control, tenant),
    mails: inboxAt(inbox, pages, patienceMs),
    builder,
    site,
  };
}

async function onboard(stage: Stage, connectionId: string): Promise<void> {
  const { product, project, say, patienceMs } = stage;
  const { isDone, reached } = stepsOf(product, connectionId, { patienceMs, say });
  if (!(await isDone('verifyPartner'))) {
    say(`Pia submits the access token of ${pia.company} at Part3`);
    await product.submitToken(connectionId, pia.company, await project.token());
  }
  await reached('verifyPartner');
  if (!(await isDone('createConnection'))) {
    const after = await invite(stage, connectionId);
    await reached('inviteContractor');
    await connect(stage, after);
  }
  await reached('createConnection');
  await letMarkOfficial(stage.control, stage.builder.id, 'Design Team');
  await authorize(stage, connectionId);
  await decide(stage, connectionId);
  for (const stepId of ['authorizeResponders', 'mapResponses', 'backfill', 'live']) await reached(stepId);
}

/**
 * First adds the contractor's company and contact in Part3; then invites them, unless an invitation is open. Returns the number
 * of the mail after which theirs comes.
 */
async function invite({ product, project, team, mails, site, say }: Stage, connectionId: string): Promise<number> {
  const { companies } = ofProject(await project.part3(), site.id);
  if (!companies.some(({ role }) => role === 'general-contractor')) {
    say(`Pia adds ${gus.company} to ${site.name} in Part3 as general contractor, and ${gus.name} as its contact`);
    await team.addMember(await team.addCompany(site.id, gus.company, 'general-contractor'), gus.name, gus.email);
  }
  const [newest] = await product.invitations(connectionId);
  if (newest !== undefined && ['queued', 'sent', 'opened'].includes(newest.state)) return 0;
  const after = await mails.newest();
  say(`Pia invites ${gus.name} by mail to connect ${site.name}`);
  const { company, email } = gus;
  await product.invite(connectionId, { project: { id: site.id, name: site.name }, inviter: pia, invited: { company, email } });
  return after;
}

async function connect({ mails, person, manner, site, say }: Stage, after: number): Promise<void> {
  const { subject, link } = await mails.linkTo(gus.email, /^\/invitation\//, after);
  say(`${gus.name} has a mail, “${subject}”, and opens its link`);
  const at = await person(gus.name);
  await connectProject(at, link, { project: site.name, inviter: pia.company, account: gus.email });
  say(`  ${gus.name} has connected ${site.name}: ${paceInWords(paceOf(at.path), manner)}`);
}

/** Every responder authorizes answers that carry their own name. */
async function authorize(
  { product, project, mails, person, manner, site, say, patienceMs }: Stage,
  connectionId: string,
): Promise<void> {
  const { members } = ofProject(await project.part3(), site.id);
  for (const name of responders) {
    const isTheirs = (one: { readonly name: string }) => one.name === name;
    // the product asks them by itself: asking again meanwhile would void the link in that mail
    const line = await until(`${name} to be asked to authorize`, patienceMs, async () =>
      (await product.responders(connectionId)).find((one) => isTheirs(one) && one.state !== 'not-asked'),
    );
    if (line.state === 'authorized') continue;
    const after = line.state === 'asked' ? 0 : await mails.newest();
    if (line.state !== 'asked') await product.inviteResponder(connectionId, line.memberId);
    const { subject, link } = await mails.linkTo(members.find(isTheirs)?.email ?? '', /^\/authorize\//, after);
    say(`${name} has a mail, “${subject}”, and authorizes an account of their own`);
    const at = await person(name);
    await authorizeAccount(at, link);
    say(`  ${paceInWords(paceOf(at.path), manner)}`);
  }
}

async function decide({ product, say, patienceMs }: Stage, connectionId: string): Promise<void> {
  const responses = await until('Procore’s responses', patienceMs, async () => {
    const all = await product.responses(connectionId);
    return all.length > 0 ? all : undefined;
  });
  for (const { responseId, name, considered } of responses.filter(({ state }) => state === 'new')) {
    const meant = meanings.get(name) ?? name;
    say(`Pia says what “${name}” (${considered ?? 'of no known kind'}) means: “${meant}”`);
    await product.mapResponse(connectionId, responseId, meant);
  }
  if ((await product.backfill(connectionId)) !== null) return;
  const { items, procoreCalls, seconds } = await product.estimate(connectionId, 'open');
  const cost = `${procoreCalls} calls to Procore, ${Math.ceil(seconds)} s`;
  say(`Pia chooses to bring over what is open: ${items.rfis} RFIs and ${items.submittals} submittals, about ${cost}`);
  await product.chooseBackfill(connectionId, backfill);
}

async function sidesOf({ project, builder, site, product }: Stage, link: LinkSeen): Promise<Sides> {
  const [part3, procore, chosen] = await Promise.all([
    project.part3(),
    project.procore(link.procore.projectId),
    product.backfill(link.connectionId),
  ]);
  const here = ofProject(part3, site.id);
  return {
    part3: here,
    procore,
    team: teamOf(here, builder.people),
    connectedAt: new Date(link.createdAt),
    backfill: chosen ?? backfill,
    meanings,
  };
}

/** The project was meant to be connected with the one of the same name in Procore. */
const isMeant = ({ site, builder }: Stage, { atPartner, procore, state }: LinkSeen): boolean =>
  state === 'active' &&
  atPartner.projectId === site.id &&
  procore.projectId === projectFor({ ...site, number: null }, builder)?.id;

/** The people whose grants the product acts with. */
const peopleIn = ({ builder }: Stage): readonly string[] =>
  builder.people.filter(({ firstName }) => ['Gus', 'Ria', 'Sam'].includes(firstName)).map(({ id }) => id);
