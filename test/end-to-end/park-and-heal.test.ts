import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inHaste } from '../../scripts/tour/browsing/pace.ts';
import { type Person, personAt } from '../../scripts/tour/browsing/person.ts';
import { plainBrowsing } from '../../scripts/tour/browsing/plain.ts';
import { recordNothing } from '../../scripts/tour/http.ts';
import { confirmOn, goToProcore, signInAs } from '../../scripts/tour/sign-in.ts';
import { type CompanySeen, type Customer, companyCalled, customerOf, freshAccount, guideAccount } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack } from '../support/stack.ts';
import { type Watch, type WatchedRun, watchEngines } from '../support/watched-run.ts';

/** One watch is at most ten seconds from its next look, on a busy machine a little more. */
const healsWithinMs = 25_000;

const personCalled = async (name: string, link: string): Promise<Person> =>
  personAt(await plainBrowsing(new URL(link).origin, recordNothing).enter(), name, {
    manner: inHaste,
    patienceMs: healsWithinMs,
  });

let stack: TestStack;
let watch: Watch;
let acme: CompanySeen;

beforeAll(async () => {
  stack = await startStack({ profile: 'brief' });
  watch = await watchEngines(stack);
  acme = await companyCalled(stack, 'Acme');
}, 150_000);

afterAll(async () => {
  await watch.close();
  await stack.stop();
}, 60_000);

test('a wrong secret parks the verification of the credentials on the admin, and heals once Procore takes the secret', async () => {
  const customer = customerOf(stack, 'acme-safety');
  const { clientId } = (await freshAccount(stack, acme.id)).credential;
  const clientSecret = 'a-secret-that-procore-does-not-know';
  const connectionId = await customer.product.begin({ clientId, clientSecret }, acme.id);
  const run = await parked(customer, connectionId, 'verifyCredentials', {
    reason: 'credential-rejected',
    on: 'admin',
    seen: 'Procore does not accept this client id and secret.',
    where: expect.stringContaining('Company Tools → Admin → Service Accounts'),
  });
  await expectHealing(run, customer, connectionId, 'verifyCredentials', () =>
    stack.control('POST', '/admin/apps/change-secret', { clientId, clientSecret }),
  );
}, 90_000);

test('a company that the account cannot see parks it with its own reason, and heals once the account is in its directory', async () => {
  const customer = customerOf(stack, 'acme-safety');
  const { personId, credential } = await freshAccount(stack, acme.id);
  const inDirectory = (active: boolean) => stack.control('POST', '/admin/users/edit', { companyId: acme.id, personId, active });
  await inDirectory(false);
  const connectionId = await customer.product.begin(credential, acme.id);
  const run = await parked(customer, connectionId, 'verifyCredentials', invisible(acme.id));
  await expectHealing(run, customer, connectionId, 'verifyCredentials', () => inDirectory(true));
}, 90_000);

test("another company's id parks it with the same reason, and is mended by naming the company in which the account was made", async () => {
  const customer = customerOf(stack, 'acme-safety');
  const borealis = await companyCalled(stack, 'Borealis');
  const { credential } = await freshAccount(stack, borealis.id);
  const connectionId = await customer.product.begin(credential, acme.id);
  const run = await parked(customer, connectionId, 'verifyCredentials', invisible(acme.id));
  await customer.submit(connectionId, credential, borealis.id);
  await customer.untilStep(connectionId, 'verifyCredentials', 'done', healsWithinMs);
  await noLongerStuck(run);
}, 90_000);

test('a person who is no admin there parks the proof of ownership; made admin, they are asked to confirm without signing in again', async () => {
  const customer = customerOf(stack, 'borealis-safety');
  const connectionId = await customer.product.begin((await guideAccount(stack, acme.id)).credential, acme.id);
  await customer.untilStep(connectionId, 'verifyCredentials', 'done');
  const link = await customer.product.signIn(connectionId);
  const ben = await personCalled('Ben Ito', link);
  await ben.open(link);
  await goToProcore(ben);
  const run = await parked(customer, connectionId, 'proveOwnership', {
    reason: 'not-company-admin',
    on: 'admin',
    seen: expect.stringMatching(/is not an admin of Acme Builders: .* Read Only/),
    where: expect.stringContaining('Company Tools → Directory'),
  });
  const refused = await ben.reach(/^This cannot be confirmed yet$/);
  expect(refused.text).toContain('Read Only');

  await eventually('the Update of the returned sign-in to be through', async () => (await run.interventions()).updates > 0);
  const before = await run.interventions();
  await stack.control('POST', '/admin/users/set-directory-level', {
    companyId: acme.id,
    personId: personIn(acme, 'Ben'),
    level: 'Admin',
  });
  const asked = await customer.untilStep(connectionId, 'proveOwnership', 'waiting', healsWithinMs);
  expect(asked.outcome).toMatchObject({ seen: expect.stringContaining('is an admin of Acme Builders') });
  expect(await run.interventions()).toEqual(before);
  await noLongerStuck(run);

  await confirmOn(ben, ['Ben Ito', 'Borealis Safety', 'HammerTech', 'Acme Builders']);
  await customer.untilStep(connectionId, 'proveOwnership', 'done', healsWithinMs);
  const lookAskedForByThePress = 1;
  expect((await run.interventions()).commands).toBe(before.commands + lookAskedForByThePress);
}, 120_000);

test('a Daily Log level that is too low parks the project permissions, and heals once the template is raised', async () => {
  const template = acme.templates.find(({ name }) => name === 'HammerTech Sync Project Permissions');
  const setLevel = (level: string) =>
    stack.control('POST', '/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });
  await setLevel('Read Only');
  const customer = customerOf(stack, 'acme-safety');
  const connectionId = await customer.product.begin((await guideAccount(stack, acme.id)).credential, acme.id);
  await customer.untilStep(connectionId, 'verifyCredentials', 'done');
  const link = await customer.product.signIn(connectionId);
  await signInAs(await personCalled('Ada Marsh', link), link, [acme.name]);
  const run = await parked(customer, connectionId, 'verifyProjectTemplate', {
    reason: 'permission-too-low',
    on: 'admin',
    seen: expect.stringMatching(/gives .* Read Only on Daily Log on \d+ of \d+ projects/),
    needed: 'Daily Log: Admin, on every project.',
    where: expect.stringContaining('HammerTech Sync Project Permissions → Daily Log'),
  });
  await expectHealing(run, customer, connectionId, 'verifyProjectTemplate', () => setLevel('Admin'));
}, 120_000);

test('control: what somebody does to a run is seen, be it a decision at the API or an Update from Temporal', async () => {
  const customer = customerOf(stack, 'acme-safety');
  const { clientId } = (await freshAccount(stack, acme.id)).credential;
  const connectionId = await customer.product.begin({ clientId, clientSecret: 'another-wrong-secret' }, acme.id);
  await customer.untilStep(connectionId, 'verifyCredentials', 'stuck');
  const run = watch.run(customer.workflowId(connectionId));
  const { commands, updates } = await run.interventions();
  await customer.retry(connectionId, 'verifyCredentials');
  await eventually('the Update to be in the history', async () => (await run.interventions()).updates === updates + 1);
  expect(await run.interventions()).toEqual({ commands: commands + 1, updates: updates + 1 });
  await run.handle.executeUpdate('retryStep', { args: [{ stepId: 'verifyCredentials' }] });
  expect(await run.interventions()).toEqual({ commands: commands + 1, updates: updates + 2 });
}, 90_000);

const invisible = (companyId: string) => ({
  reason: 'company-not-visible',
  on: 'admin',
  seen: expect.stringContaining(companyId),
  where: expect.stringContaining('the number in the address of any company page'),
});

/** The step is stuck with these words, in its row and wherever support would look. */
async function parked(
  customer: Customer,
  connectionId: string,
  stepId: string,
  words: { reason: string; on: string; seen: unknown; needed?: unknown; where: unknown },
): Promise<WatchedRun> {
  const step = await customer.untilStep(connectionId, stepId, 'stuck');
  expect(step).toMatchObject({ owner: words.on, outcome: { state: 'stuck', ...words } });
  expect(step.cure).not.toBeNull();
  const run = watch.run(customer.workflowId(connectionId));
  const told = { needsAttention: true, stuckReason: [words.reason], waitingOn: [words.on] };
  await eventually(`its attributes to tell ${JSON.stringify(told)}`, async () => isDeepStrictEqual(await run.attributes(), told));
  const page = await run.page();
  expect(page).toMatch(/^# Waits for admin: /);
  expect(page).toContain(`Reason: \`${words.reason}\``);
  for (const word of ['Seen', 'Needed', 'Where']) expect(page).toMatch(new RegExp(`- ${word}: \\S`));
  await eventually('the saved query to find it', async () => foundBySupport(words.reason, run.handle.workflowId));
  return run;
}

async function foundBySupport(reason: string, workflowId: string): Promise<boolean> {
  const query = `NeedsAttention = true AND StuckReason = '${reason}'`;
  for await (const found of watch.client.workflow.list({ query })) if (found.workflowId === workflowId) return true;
  return false;
}

/** Between mending and `done` nobody did anything: no row of a decision, no Update in the run's history. */
async function expectHealing(
  run: WatchedRun,
  customer: Customer,
  connectionId: string,
  stepId: string,
  mend: () => Promise<unknown>,
): Promise<void> {
  const before = await run.interventions();
  await mend();
  await customer.untilStep(connectionId, stepId, 'done', healsWithinMs);
  expect(await run.interventions()).toEqual(before);
  await noLongerStuck(run);
}

const noLongerStuck = (run: WatchedRun): Promise<unknown> =>
  eventually('its attributes to be clear', async () => {
    const { needsAttention, stuckReason } = await run.attributes();
    return needsAttention === false && stuckReason === undefined;
  });

const personIn = (company: CompanySeen, firstName: string): string | undefined =>
  company.people.find((person) => person.firstName === firstName)?.id;
