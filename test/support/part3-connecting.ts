import { createMailActivities } from '../../activities/mail/outbox.ts';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { personActor } from '../../shared/domain/actors.ts';
import type { OfferedProject } from '../../shared/domain/contractors.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listOffers } from '../../shared/store/connections/offered-projects.ts';
import { findGrant } from '../../shared/store/grants/grants.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import type { ChecksBench, Connecting, SignedIn } from './checks-bench.ts';
import { inviteInto } from './inviting.ts';
import { decide, met } from './onboarded.ts';

export const gus = 'gus@acme.example';

export type Organisation = keyof typeof part3Tokens;

/** Whom a prime consultant invites, and to what; North Studio’s where left out. */
export interface Inviting {
  readonly organisation?: Organisation;
  readonly to?: string;
  readonly company?: string;
  readonly project?: string;
}

/** What an earlier test has connected keeps its projects from nobody: each test is a customer of its own. */
export const forgetOthers = ({ store }: ChecksBench): Promise<unknown> => store.admin.query('DELETE FROM stream_owner');

/** The project as Part3 holds it. */
export function part3Project(
  { sandbox }: ChecksBench,
  name = 'Harbour Tower',
  of: Organisation = 'north-studio',
): { readonly id: string; readonly name: string } {
  const found = sandbox.part3.projects.all().find(({ organisation, record }) => organisation === of && record.name === name);
  if (!found) throw new Error(`${of} has no project ${name}`);
  return found.record;
}

/** A new connection of Part3, as the API makes it; of a new tenant, unless one is named. */
export const connectPart3 = (bench: ChecksBench, tenantId?: string): Promise<Connecting> =>
  bench.connect('part3', declarations.part3.modulesByDefault, tenantId);

/** A connection of an organisation whose token is proven; of a new tenant, unless one is named. */
export async function untilPart3(
  bench: ChecksBench,
  { organisation = 'north-studio', tenantId }: { readonly organisation?: Organisation; readonly tenantId?: string } = {},
): Promise<Connecting> {
  const on = await connectPart3(bench, tenantId);
  await on.submitPartner({ organisation }, part3Tokens[organisation]);
  await met(on, ['verifyPartner']);
  return on;
}

/** Writes an invitation and sends its mail, whatever becomes of it. Answers its id. */
export async function inviteTo(
  bench: ChecksBench,
  on: Connecting,
  { to = gus, company, project, organisation }: Inviting = {},
): Promise<string> {
  const { id, name } = part3Project(bench, project, organisation);
  const { links } = bench.deps.mail;
  const given = {
    links,
    to,
    projectName: name,
    partnerProjectId: id,
    ...(company === undefined ? {} : { invitedCompany: company }),
  };
  const { invitationId } = await on.inTenant((db) => inviteInto(db, on, given));
  await createMailActivities(bench.deps).sendMail({ tenantId: on.tenantId });
  return invitationId;
}

/** Somebody has signed in for the contractor, and said that the account is theirs. */
export async function untilSignedIn(bench: ChecksBench, person = 'gus', inviting: Inviting = {}): Promise<Connecting> {
  const on = await untilPart3(bench, inviting);
  await inviteTo(bench, on, inviting);
  await met(on, ['inviteContractor']);
  await authorize(on, person);
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
  return on;
}

/** A person authorizes for the contractor, as far as the pages go; the next look at `contractorSignsIn` takes it. */
export async function authorize(on: Connecting, person: string): Promise<SignedIn> {
  const signIn = await on.signIn(person, 'authorize-person');
  await on.check('contractorSignsIn');
  if (!(await signIn.confirm())) throw new Error(`${person} could not say yes`);
  return signIn;
}

/** The responder with that address authorizes, as the account of `person`. */
export async function authorizeMember(on: Connecting, email: string, person = email): Promise<void> {
  const signIn = await on.signIn(person, 'authorize-person', memberSubject(email));
  await on.check('authorizeResponders');
  if (!(await signIn.confirm())) throw new Error(`${person} could not say yes`);
}

/** What the owner of the connection says on a page of ours. */
export async function decideAsOwner(on: Connecting, kind: string, input: unknown): Promise<void> {
  const connection = await on.inTenant((db) => findConnection(db, on.connectionId));
  const grant = await on.inTenant((db) => findGrant(db, connection?.ownerGrantId ?? ''));
  await decide(on, kind, input, personActor(grant?.procoreUserId ?? ''));
}

/** The project of that number among those offered to the contractor. */
export async function offerOf(on: Connecting, number: string): Promise<OfferedProject> {
  const offer = (await on.inTenant((db) => listOffers(db, on.connectionId))).find((one) => one.number === number);
  if (!offer) throw new Error(`no project ${number} is offered`);
  return offer;
}

/** Role confirmed, the project chosen and the button pressed; what the last step says of it. */
export async function pressConnect(on: Connecting, number = 'AC-101'): Promise<Outcome> {
  await on.check('confirmRole');
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const { companyId, projectId } = await offerOf(on, number);
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  await met(on, ['chooseProject']);
  await decideAsOwner(on, 'connect', { companyId, projectId });
  return on.check('createConnection');
}

/** Gus has connected Harbour Tower. */
export async function untilConnected(
  bench: ChecksBench,
  person = 'gus',
  number = 'AC-101',
  organisation: Organisation = 'north-studio',
): Promise<Connecting> {
  const on = await untilSignedIn(bench, person, { to: `${person}@acme.example`, organisation });
  const outcome = await pressConnect(on, number);
  if (outcome.state !== 'met') throw new Error(`it is not connected: ${JSON.stringify(outcome)}`);
  return on;
}

/** Everything that Procore offers as a response means something. */
export async function untilMapped(on: Connecting): Promise<void> {
  await met(on, ['verifyTools']);
  await on.check('mapResponses');
  const asked = await on.inTenant((db) =>
    db.selectFrom('response_mapping').select('procore_response_id as id').where('state', '=', 'new').execute(),
  );
  for (const { id } of asked) await decide(on, 'map-response', { responseId: id, name: null });
  await met(on, ['mapResponses']);
}

/** Connected by Gus, and live with what is open; answers the link. */
export async function untilLivePart3(bench: ChecksBench, organisation?: Organisation) {
  const on = await untilConnected(bench, 'gus', 'AC-101', organisation);
  await untilMapped(on);
  await met(on, ['matchPeople']);
  await decide(on, 'choose-backfill', { which: 'open' });
  await met(on, ['backfill', 'live']);
  const [link] = await on.inTenant((db) => listProjectLinks(db, on.connectionId));
  if (!link) throw new Error('nothing is linked');
  return { on, link };
}
