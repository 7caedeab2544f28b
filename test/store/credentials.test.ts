import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { CredentialPurpose } from '../../shared/domain/credentials.ts';
import type { StuckOutcome } from '../../shared/domain/steps.ts';
import { type ConnectionStage, createConnection, moveConnection } from '../../shared/store/connections/connections.ts';
import {
  currentCredential,
  findCredential,
  openProposal,
  putInForce,
  refuseProposal,
  shownCredentials,
  submitCredential,
} from '../../shared/store/connections/credentials.ts';
import { ensureSteps, storeOutcome } from '../../shared/store/connections/steps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { holdConnection } from '../support/held-connection.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const purpose: CredentialPurpose = 'procore-service';
const refusal: StuckOutcome = {
  state: 'stuck',
  reason: 'credential-rejected',
  on: 'admin',
  seen: 'refused',
  needed: 'another',
  where: 'Procore',
};

async function connection(stage: ConnectionStage) {
  const tenantId = await store().newTenant();
  const connectionId = randomUUID();
  const run = <Result>(work: (db: Db) => Promise<Result>): Promise<Result> => withTenant(store().pool, tenantId, work);
  await run((db) => createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' }));
  const become = (next: ConnectionStage) => run((db) => db.updateTable('connection').set({ stage: next }).execute());
  await become(stage);
  const submitIn = async (db: Db, name: string): Promise<string> => {
    const credentialId = randomUUID();
    await submitCredential(db, {
      ...{ tenantId, connectionId, credentialId, purpose, kind: 'legacy', shown: { clientId: name } },
      ...{ lastFour: '4f2a', sealed: Buffer.from('box'), submittedBy: 'key' },
    });
    return credentialId;
  };
  const stateOf = async (credentialId: string) => (await run((db) => findCredential(db, credentialId)))?.state;
  return { tenantId, connectionId, run, become, submitIn, submit: (name: string) => run((db) => submitIn(db, name)), stateOf };
}

test('the end of a password is refused by the database itself, whoever hands it in', async () => {
  const { tenantId, connectionId, run } = await connection('onboarding');
  const submit = (lastFour: string | null) =>
    run((db) =>
      submitCredential(db, {
        ...{ tenantId, connectionId, credentialId: randomUUID(), purpose: 'partner-login', kind: 'partner-login', shown: {} },
        ...{ lastFour, sealed: Buffer.from('box'), submittedBy: 'key' },
      }),
    );
  await expect(submit('77ab')).rejects.toThrow(/violates check constraint/);
  expect(await submit(null)).toBe('in-force');
});

const place = (connectionId: string, credentialId: string) => ({ connectionId, credentialId, purpose });

describe('before the connection is live', () => {
  test('the newest counts from the moment it is submitted', async () => {
    const { run, submit, stateOf, connectionId } = await connection('onboarding');
    const [first, second] = [await submit('one'), await submit('two')];
    expect([await stateOf(first), await stateOf(second)]).toEqual(['superseded', 'in-force']);
    expect((await run((db) => currentCredential(db, connectionId, purpose)))?.credentialId).toBe(second);
    expect(await run((db) => openProposal(db, connectionId, purpose))).toBeUndefined();
  });
});

test('a login takes the place of one that its step has proven only as a proposal, in an onboarding too', async () => {
  const { run, tenantId, connectionId } = await connection('onboarding');
  const stepId = 'verifyPartner';
  const submit = () =>
    run((db) =>
      submitCredential(
        db,
        {
          ...{ tenantId, connectionId, credentialId: randomUUID(), purpose: 'partner-login', kind: 'partner-login', shown: {} },
          ...{ lastFour: null, sealed: Buffer.from('box'), submittedBy: 'key' },
        },
        stepId,
      ),
    );
  const [step] = plans.part3.steps.filter(({ id }) => id === stepId);
  await run((db) => ensureSteps(db, tenantId, connectionId, step ? [step] : []));
  expect([await submit(), await submit()]).toEqual(['in-force', 'in-force']);
  const outcome = { state: 'met', evidence: {} } as const;
  await run((db) => storeOutcome(db, { connectionId, stepId, outcome, doneBy: 'system', by: 'onboarding' }));
  expect([await submit(), await submit()]).toEqual(['proposed', 'proposed']);
});

describe.each(['live', 'paused'] as const)('on a connection that is %s', (stage) => {
  test('a new one is only proposed, and of several in a row the newest', async () => {
    const { run, become, submit, stateOf, connectionId } = await connection('onboarding');
    const former = await submit('former');
    await become(stage);
    const [first, second] = [await submit('one'), await submit('two')];
    expect([await stateOf(former), await stateOf(first), await stateOf(second)]).toEqual(['in-force', 'superseded', 'proposed']);
    expect((await run((db) => currentCredential(db, connectionId, purpose)))?.credentialId).toBe(former);
    expect(await run((db) => shownCredentials(db, connectionId))).toHaveLength(2);
  });

  test('the first of its purpose serves at once: there is nothing that it could interrupt', async () => {
    const { submit, stateOf } = await connection(stage);
    expect(await stateOf(await submit('only'))).toBe('in-force');
  });
});

test('a proven proposal takes the place of the former; one that was superseded meanwhile does not', async () => {
  const { run, become, submit, stateOf, connectionId } = await connection('onboarding');
  const former = await submit('former');
  await become('live');
  const [first, second] = [await submit('one'), await submit('two')];
  expect(await run((db) => putInForce(db, place(connectionId, first)))).toBe(false);
  expect(await stateOf(former)).toBe('in-force');
  expect(await run((db) => putInForce(db, place(connectionId, second)))).toBe(true);
  expect([await stateOf(former), await stateOf(first), await stateOf(second)]).toEqual(['superseded', 'superseded', 'in-force']);
});

test('a refused proposal keeps its reason, changes nothing in force, and may be proven after all', async () => {
  const { run, become, submit, stateOf, connectionId } = await connection('onboarding');
  const former = await submit('former');
  await become('live');
  const proposed = await submit('new');
  expect(await run((db) => refuseProposal(db, proposed, refusal))).toBe(true);
  expect(await run((db) => refuseProposal(db, former, refusal))).toBe(false);
  expect(await run((db) => openProposal(db, connectionId, purpose))).toMatchObject({ credentialId: proposed, refusal });
  expect(await stateOf(former)).toBe('in-force');
  expect(await run((db) => putInForce(db, place(connectionId, proposed)))).toBe(true);
  expect(await run((db) => currentCredential(db, connectionId, purpose))).toMatchObject({
    credentialId: proposed,
    refusal: null,
  });
});

test('a new submission takes the place of a refused one', async () => {
  const { run, become, submit, stateOf, connectionId } = await connection('onboarding');
  await submit('former');
  await become('live');
  const refused = await submit('wrong');
  await run((db) => refuseProposal(db, refused, refusal));
  const next = await submit('right');
  expect([await stateOf(refused), await stateOf(next)]).toEqual(['superseded', 'proposed']);
  expect(await run((db) => putInForce(db, place(connectionId, refused)))).toBe(false);
});

test('two that are submitted at the same moment are one after the other: one proposal is left', async () => {
  const { run, become, submitIn, submit, connectionId } = await connection('onboarding');
  await submit('former');
  await become('live');
  await Promise.all(Array.from({ length: 6 }, (_, place) => run((db) => submitIn(db, `at once ${place}`))));
  const shown = await run((db) => shownCredentials(db, connectionId));
  expect(shown.map(({ state }) => state).sort()).toEqual(['in-force', 'proposed']);
});

test('one that is submitted while the connection goes live is proposed once it has gone live', async () => {
  const { run, submitIn, submit, stateOf, connectionId } = await connection('onboarding');
  await submit('former');
  const held = await holdConnection(store(), connectionId);
  const going = run((db) => moveConnection(db, connectionId, 'live'));
  await held.waiting(1);
  const late = run((db) => submitIn(db, 'late'));
  await held.waiting(2);
  await held.release();
  expect(await going).toBe(true);
  expect(await stateOf(await late)).toBe('proposed');
});
