import { beforeEach, expect, test } from '@jest/globals';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, provenCredential, type World } from '../support/api-world.ts';
import { eventually } from '../support/eventually.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
});

/** An admin goes to Procore and comes back; the lines that say that nobody looks at once. */
async function comeBack(): Promise<readonly string[]> {
  const already = apiOf().logged().length;
  const made = await apiOf().call('post', `/v1/connections/${world.connectionId}/sign-ins`, { key: world.key, body: {} });
  const link = new URL((made.body as { url: string }).url).pathname; // the document says so
  const browser = new PageBrowser(apiOf());
  const started = await browser.press(`${link}/start`);
  const state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? '';
  const back = await browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: 'the-code-1', state })}`);
  expect(back.status).toBe(303);
  const since = () => apiOf().logged().slice(already).split('\n');
  await eventually('the return is logged', () => since().some((line) => line.includes('/oauth/procore/callback')));
  return since().filter((line) => line.includes('is not looked at at once'));
}

const proven = () => withTenant(apiOf().store.pool, world.tenantId, (db) => storeOutcome(db, provenCredential(world)));

/** Whether upkeep will tell the run again, of each return. */
async function waitsForUpkeep(stepId = 'proveOwnership'): Promise<readonly boolean[]> {
  const { rows } = await apiOf().store.admin.query<{ waits: boolean }>(
    `SELECT applied_at IS NULL AS waits FROM command
      WHERE connection_id = $1 AND kind = 'retryStep' AND input->>'stepId' = $2`,
    [world.connectionId, stepId],
  );
  return rows.map(({ waits }) => waits);
}

test('what a run takes is worth no line', async () => {
  await proven();
  expect(await comeBack()).toEqual([]);
});

test('a run that cannot be told has a row, which upkeep delivers while the code lives', async () => {
  await proven();
  apiOf().runs.answers = () => ({ kind: 'later', says: 'Temporal is away' });
  expect(await comeBack()).toHaveLength(1);
  expect(await waitsForUpkeep()).toEqual([true]);
});

test.each(['refused', 'later'] as const)('a word to the run that ended as %s is found in the log', async (kind) => {
  await proven();
  apiOf().runs.answers = () => ({ kind, says: 'not now' });
  expect(await comeBack()).toEqual([expect.stringMatching(new RegExp(`"stepId":"proveOwnership".*"ended":"${kind}"`))]);
});

test('while the step of a sign-in waits for others, a look at the first of these is asked for', async () => {
  apiOf().runs.answers = () => ({ kind: 'answered', answer: {} });
  expect(await comeBack()).toEqual([]);
  expect(await waitsForUpkeep()).toEqual([]);
  expect(await waitsForUpkeep('awaitCredentials')).toEqual([true]);
});
