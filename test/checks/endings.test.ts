import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { neededConnection } from '../../activities/checks/context.ts';
import { applyWaitingStop } from '../../activities/checks/endings.ts';
import { endPartedLinks } from '../../activities/checks/project-pairs.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { bindCompany } from '../../shared/store/connections/companies.ts';
import { claimCompany, createConnection, findConnection, moveConnection } from '../../shared/store/connections/connections.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { linkProject } from '../../shared/store/projects/project-links.ts';
import { ownStream } from '../../shared/store/projects/stream-owners.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

const stream = (procoreProjectId: string) => ({ environment: 'login.x', procoreProjectId, stream: 'manpower', author: '5' });

/** Links a Procore project of that id, with the partner's project `p`. */
const link = ({ tenantId, connectionId, inTenant }: Connecting, procoreProjectId: string) =>
  inTenant((db) => {
    const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
    return linkProject(db, { tenantId, connectionId, procoreProjectId, partnerProjectId: 'p', ...names });
  });

/** Bound to its company, with one linked project whose stream it owns; and another tenant that linked the same project. */
async function writing(): Promise<{ connecting: Connecting; procoreProjectId: string; neighbour: Connecting }> {
  const [connecting, neighbour] = [await bench().connect(), await bench().connect()];
  const { connectionId } = connecting;
  const procoreProjectId = randomUUID();
  await connecting.inTenant(async (db) => {
    await claimCompany(db, connectionId, acme);
    await bindCompany(db, { connectionId, companyId: acme, companyName: 'Acme', boundBy: 'procore:1' });
  });
  for (const one of [connecting, neighbour]) await link(one, procoreProjectId);
  await connecting.inTenant((db) => ownStream(db, stream(procoreProjectId)));
  return { connecting, procoreProjectId, neighbour };
}

const askedBy = (neighbour: Connecting, procoreProjectId: string) =>
  neighbour.inTenant((db) => ownStream(db, stream(procoreProjectId)));

/** Whether a new connection of the tenant may have the company, and another tenant the stream. */
async function left({
  connecting,
  procoreProjectId,
  neighbour,
}: Awaited<ReturnType<typeof writing>>): Promise<readonly string[]> {
  const { tenantId } = connecting;
  const connectionId = randomUUID();
  const binding = await connecting.inTenant(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: acme });
    return bindCompany(db, { connectionId, companyId: acme, companyName: 'Acme', boundBy: 'procore:1' });
  });
  return [binding, await askedBy(neighbour, procoreProjectId)];
}

test('a project that a person parts from its counterpart gives its stream back', async () => {
  const { connecting, procoreProjectId, neighbour } = await writing();
  expect(await askedBy(neighbour, procoreProjectId)).toBe('taken');
  const parted = { kind: 'project', partnerId: 'p', partnerName: 'A', procoreId: null, procoreName: null } as const;
  await connecting.inTenant(async (db) => {
    const { tenantId, connectionId } = connecting;
    await storeMatches(db, tenantId, connectionId, [{ ...parted, basis: 'person', score: 1, state: 'unmatched' }]);
    await endPartedLinks(db, await neededConnection(db, connectionId));
  });
  expect(await askedBy(neighbour, procoreProjectId)).toBe('ours');
});

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
