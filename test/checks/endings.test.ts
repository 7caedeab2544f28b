import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { applyWaitingStop } from '../../activities/checks/endings.ts';
import { claimStream } from '../../shared/store/claims.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { bindCompany } from '../../shared/store/companies.ts';
import { claimCompany, createConnection, findConnection, moveConnection } from '../../shared/store/connections.ts';
import { linkProject } from '../../shared/store/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

const stream = (procoreProjectId: string) => ({ environment: 'login.x', procoreProjectId, stream: 'manpower', author: '5' });

/** Bound to its company, with one linked project whose stream it holds. */
async function writing(): Promise<{ connecting: Connecting; procoreProjectId: string }> {
  const connecting = await bench().connect();
  const { tenantId, connectionId } = connecting;
  const procoreProjectId = randomUUID();
  await connecting.inTenant(async (db) => {
    await claimCompany(db, connectionId, acme);
    await bindCompany(db, { connectionId, companyId: acme, companyName: 'Acme', boundBy: 'procore:1' });
    const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
    await linkProject(db, { tenantId, connectionId, procoreProjectId, partnerProjectId: 'p', ...names });
    await claimStream(db, stream(procoreProjectId));
  });
  return { connecting, procoreProjectId };
}

/** Whether a new connection of the tenant may have the company, and another tenant the stream. */
async function left({ connecting, procoreProjectId }: Awaited<ReturnType<typeof writing>>): Promise<readonly string[]> {
  const { tenantId } = connecting;
  const connectionId = randomUUID();
  const binding = await connecting.inTenant(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: acme });
    return bindCompany(db, { connectionId, companyId: acme, companyName: 'Acme', boundBy: 'procore:1' });
  });
  const neighbour = await bench().store.newTenant();
  return [binding, await withTenant(bench().deps.pool, neighbour, (db) => claimStream(db, stream(procoreProjectId)))];
}

test.each(['stopped', 'expired'] as const)(
  'an onboarding that ended as %s gives its company and its streams back',
  async (ended) => {
    const made = await writing();
    const { tenantId, connectionId } = made.connecting;
    await bench().checks.endOnboarding({ tenantId, connectionId, ended });
    expect(await left(made)).toEqual(['bound', 'ours']);
  },
);

test('a live connection that is disconnected gives its company and its streams back, and its binding stays on record', async () => {
  const made = await writing();
  const { tenantId, connectionId } = made.connecting;
  await made.connecting.inTenant(async (db) => {
    await moveConnection(db, connectionId, 'live');
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'stop', input: {}, actorId: 'test' });
    await applyWaitingStop(db, { tenantId, connectionId });
  });
  expect(await left(made)).toEqual(['bound', 'ours']);
  const ended = await made.connecting.inTenant((db) => findConnection(db, connectionId));
  expect(ended).toMatchObject({ stage: 'disconnected', boundCompanyId: acme, boundBy: 'procore:1' });
});
