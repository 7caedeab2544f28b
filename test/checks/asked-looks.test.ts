import { expect, test } from '@jest/globals';
import { findCommand } from '../../shared/store/commands.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { holdConnection } from '../support/held-connection.ts';
import { decide } from '../support/onboarded.ts';

const bench = useChecksBench();

async function withCredential(): Promise<Connecting> {
  const connecting = await bench().connect();
  await connecting.submitService(await bench().control('/credentials', { companyId: acme, kind: 'legacy' }));
  return connecting;
}

const isAnswered = (connecting: Connecting, commandId: string): Promise<boolean> =>
  connecting.inTenant(async (db) => (await findCommand(db, connecting.connectionId, commandId))?.appliedAt instanceof Date);

test('a check answers what asked for a look at its step, and nothing else: upkeep tells no run of it again', async () => {
  const connecting = await withCredential();
  const asked = await decide(connecting, 'retryStep', { stepId: 'verifyCredentials' });
  const other = await decide(connecting, 'retryStep', { stepId: 'verifyPartner' });
  await connecting.check('verifyCredentials');
  expect([await isAnswered(connecting, asked), await isAnswered(connecting, other)]).toEqual([true, false]);
});

test('a check that came to no result answers nothing', async () => {
  const connecting = await withCredential();
  const asked = await decide(connecting, 'retryStep', { stepId: 'verifyCredentials' });
  await bench().control('/faults', { match: { method: 'POST', path: '/oauth/token' }, kind: 'status-before', status: 502 });
  await expect(connecting.check('verifyCredentials')).rejects.toThrow();
  expect(await isAnswered(connecting, asked)).toBe(false);
});

test('a check of what was replaced meanwhile answers nothing; the next one whose result is kept does', async () => {
  const connecting = await withCredential();
  const asked = await decide(connecting, 'retryStep', { stepId: 'verifyCredentials' });
  const other = await bench().control<{ clientId: string; clientSecret: string }>('/credentials', {
    companyId: acme,
    kind: 'legacy',
  });
  const held = await holdConnection(bench().store, connecting.connectionId);
  const replacing = connecting.submitService(other);
  await held.waiting(1);
  const checking = connecting.check('verifyCredentials').catch((error: unknown) => error);
  await held.waiting(2);
  await held.release();
  await replacing;
  expect(await checking).toMatchObject({ type: 'not-yet', message: expect.stringContaining('replaced meanwhile') });
  expect(await isAnswered(connecting, asked)).toBe(false);
  await connecting.check('verifyCredentials');
  expect(await isAnswered(connecting, asked)).toBe(true);
});
