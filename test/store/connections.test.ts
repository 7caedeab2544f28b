import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { bindCompany, boundCompanyOf, companyOf } from '../../shared/store/connections/companies.ts';
import {
  type ConnectionStage,
  claimCompany,
  connectionStages,
  createConnection,
  findConnection,
  moveConnection,
  stageTransitions,
  storeSyncUser,
} from '../../shared/store/connections/connections.ts';
import { currentCredential, shownCredentials, submitCredential } from '../../shared/store/connections/credentials.ts';
import { ensureSteps, findStep, listSteps, storeOutcome, storeSkip } from '../../shared/store/connections/steps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

interface Made {
  readonly tenantId: string;
  readonly connectionId: string;
  run<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
}

async function connection(tenantId?: string): Promise<Made> {
  const owner = tenantId ?? (await store().newTenant());
  const connectionId = randomUUID();
  const run: Made['run'] = (work) => withTenant(store().pool, owner, work);
  await run((db) =>
    createConnection(db, { tenantId: owner, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: '7' }),
  );
  return { tenantId: owner, connectionId, run };
}

const bind = ({ run, connectionId }: Made, companyId = '7') =>
  run((db) => bindCompany(db, { connectionId, companyId, companyName: 'Acme', boundBy: 'procore:1' }));

describe('companies', () => {
  test('a claim allows probes only; a binding makes the company bound', async () => {
    const made = await connection();
    const before = await made.run((db) => findConnection(db, made.connectionId));
    expect(before && boundCompanyOf(before)).toBeUndefined();
    expect(before && companyOf(before)).toEqual({ standing: 'claimed', companyId: '7' });
    expect(await bind(made)).toBe('bound');
    const after = await made.run((db) => findConnection(db, made.connectionId));
    expect(after && boundCompanyOf(after)).toMatchObject({ standing: 'bound', companyId: '7', tenantId: made.tenantId });
  });

  test('another company than the claimed one is never bound, and a bound one never changes', async () => {
    const made = await connection();
    expect(await bind(made, '8')).toBe('other-company');
    await bind(made);
    expect(await bind(made)).toBe('already-bound');
    expect(await made.run((db) => claimCompany(db, made.connectionId, '8'))).toBe(false);
  });

  test('a tenant binds a company once; another tenant may bind it too', async () => {
    const first = await connection();
    const second = await connection(first.tenantId);
    const neighbour = await connection();
    expect([await bind(first), await bind(second), await bind(neighbour)]).toEqual(['bound', 'taken', 'bound']);
  });

  test.each(['disconnected', 'expired'] as const)(
    'one that is %s leaves its company to another, and does not take it back',
    async (stage) => {
      const first = await connection();
      const second = await connection(first.tenantId);
      await bind(first);
      expect(await first.run((db) => moveConnection(db, first.connectionId, stage))).toBe(true);
      expect(await bind(second)).toBe('bound');
      expect(await first.run((db) => moveConnection(db, first.connectionId, 'onboarding'))).toBe(false);
      expect((await first.run((db) => findConnection(db, first.connectionId)))?.boundCompanyId).toBe('7');
    },
  );

  test('a new claim forgets the sync user that belonged to the old one', async () => {
    const made = await connection();
    await made.run((db) => storeSyncUser(db, made.connectionId, { id: '5', name: 'Sync' }));
    await made.run((db) => claimCompany(db, made.connectionId, '7'));
    expect((await made.run((db) => findConnection(db, made.connectionId)))?.syncUserId).toBe('5');
    await made.run((db) => claimCompany(db, made.connectionId, '9'));
    expect((await made.run((db) => findConnection(db, made.connectionId)))?.syncUserId).toBeNull();
  });
});

test('stages move exactly as their transitions say', async () => {
  const made = await connection();
  const put = (stage: ConnectionStage) => made.run((db) => db.updateTable('connection').set({ stage }).execute());
  for (const from of connectionStages) {
    for (const to of connectionStages) {
      await put(from);
      const moved = await made.run((db) => moveConnection(db, made.connectionId, to));
      expect([from, to, moved]).toEqual([from, to, from === to || stageTransitions[from].includes(to)]);
    }
  }
});

test('a new credential supersedes the one before, and only its shown part is listed', async () => {
  const made = await connection();
  const submit = (clientId: string) => {
    const { tenantId, connectionId } = made;
    const given = {
      tenantId,
      connectionId,
      purpose: 'procore-service',
      kind: 'legacy',
      lastFour: '4f2a',
      submittedBy: 'key',
    } as const;
    return made.run((db) =>
      submitCredential(db, { ...given, credentialId: randomUUID(), shown: { clientId }, sealed: Buffer.from('box') }),
    );
  };
  await submit('one');
  await submit('two');
  expect((await made.run((db) => currentCredential(db, made.connectionId, 'procore-service')))?.shown).toEqual({
    clientId: 'two',
  });
  const shown = await made.run((db) => shownCredentials(db, made.connectionId));
  expect(shown).toHaveLength(1);
  expect(shown[0]).not.toHaveProperty('sealed');
});

describe('steps', () => {
  const stuck = { state: 'stuck', reason: 'credential-rejected', on: 'admin', seen: 's', needed: 'n', where: 'w' } as const;
  const met = { state: 'met', evidence: { syncUserId: '5' } } as const;
  const stepId = 'verifyCredentials';

  async function withSteps(): Promise<
    Made & { store: (outcome: typeof stuck | typeof met, by?: 'onboarding' | 'care') => Promise<string> }
  > {
    const made = await connection();
    await made.run((db) => ensureSteps(db, made.tenantId, made.connectionId, plans.hammertech.steps));
    return {
      ...made,
      store: (outcome, by = 'onboarding') =>
        made.run((db) => storeOutcome(db, { connectionId: made.connectionId, stepId, outcome, doneBy: 'system', by })),
    };
  }

  test('the plan’s steps stand in its order, and making them again changes no state', async () => {
    const made = await withSteps();
    await made.store(met);
    await made.run((db) => ensureSteps(db, made.tenantId, made.connectionId, plans.hammertech.steps));
    const steps = await made.run((db) => listSteps(db, made.connectionId));
    expect(steps.map((step) => step.stepId)).toEqual(plans.hammertech.steps.map(({ id }) => id));
    expect(steps.find((step) => step.stepId === stepId)?.state).toBe('done');
  });

  test('only care takes a done step back, and notes when', async () => {
    const made = await withSteps();
    expect([await made.store(stuck), await made.store(stuck), await made.store(met), await made.store(stuck)]).toEqual([
      'changed',
      'same',
      'changed',
      'settled',
    ]);
    expect(await made.store(stuck, 'care')).toBe('changed');
    const regressed = await made.run((db) => findStep(db, made.connectionId, stepId));
    expect(regressed).toMatchObject({ state: 'stuck', regressedAt: expect.any(Date) });
    await made.store(stuck, 'care');
    expect((await made.run((db) => findStep(db, made.connectionId, stepId)))?.regressedAt).toEqual(regressed?.regressedAt);
    await made.store(met, 'care');
    expect(await made.run((db) => findStep(db, made.connectionId, stepId))).toMatchObject({ state: 'done', regressedAt: null });
  });

  test('a skipped step stays skipped, and a done one is not skipped', async () => {
    const made = await withSteps();
    expect(await made.run((db) => storeSkip(db, made.connectionId, 'verifyPartner', 'support'))).toBe(true);
    await made.store(met);
    expect(await made.run((db) => storeSkip(db, made.connectionId, stepId, 'support'))).toBe(false);
  });

  test('the database itself refuses a done step without evidence', async () => {
    const made = await withSteps();
    await expect(
      made.run((db) => db.updateTable('step').set({ state: 'done' }).where('step_id', '=', stepId).execute()),
    ).rejects.toThrow('check constraint');
  });
});
