import { beforeEach, expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../../activities/sync/index.ts';
import { readStatus } from '../../../api/status.ts';
import { attentionPage } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import { listProjectLinks, unlinkProject } from '../../../shared/store/projects/project-links.ts';
import { plans } from '../../../workflows/plans/index.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import {
  decideAsOwner,
  forgetOthers,
  offerOf,
  untilConnected,
  untilMapped,
  untilSignedIn,
} from '../../support/part3-connecting.ts';

const bench = useChecksBench();

beforeEach(() => forgetOthers(bench()));

const linkOf = async (on: Connecting): Promise<string> =>
  (await on.inTenant((db) => listProjectLinks(db, on.connectionId)))[0]?.projectLinkId ?? '';
const cycle = async (on: Connecting, stream = 'rfis') =>
  createSyncActivities(syncDependenciesOf(bench().deps)).runStream({
    tenantId: on.tenantId,
    projectLinkId: await linkOf(on),
    generation: 1,
    stream,
  });
const care = ({ tenantId, connectionId }: Connecting) => {
  bench().forgetReads();
  return bench().checks.checkAll({ tenantId, connectionId, generation: 1 });
};
const listed = { limit: 100, after: undefined, state: 'open', projectLinkId: undefined } as const;
/** The open items as people are shown them. */
const items = async (on: Connecting) =>
  (await on.inTenant((db) => attentionPage(db, listed))).map(({ reason, owner, subject }) => ({ reason, owner, subject }));
/** What the step shows that connected the project. */
const connected = async (on: Connecting) => {
  const step = await on.inTenant((db) => findStep(db, on.connectionId, 'createConnection'));
  return { state: step?.state, since: step?.since, evidence: step?.outcome?.state === 'met' ? step.outcome.evidence : null };
};
const ends = async (on: Connecting) => {
  const link = await linkOf(on);
  await on.inTenant((db) => unlinkProject(db, link));
};

async function live(on: Connecting): Promise<Connecting> {
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
  return on;
}

async function choose(on: Connecting, number: string) {
  const { companyId, projectId } = await offerOf(on, number);
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  return on.check('chooseProject');
}

test('a project that another customer keeps in step with the same project of Part3 cannot be chosen, before anything is connected; another can, and itself once that one has ended', async () => {
  const first = await live(await untilConnected(bench()));
  await cycle(first);
  const second = await untilSignedIn(bench());
  await second.check('confirmRole');
  await decideAsOwner(second, 'confirm-role', {});
  await met(second, ['confirmRole']);
  expect(await choose(second, 'AC-101')).toMatchObject({
    state: 'stuck',
    reason: 'already-connected',
    on: 'contractor',
    seen: 'Harbour Tower is kept in step with this project of Part3 by another customer’s connection already.',
  });
  expect(await choose(second, 'AC-102')).toMatchObject({ state: 'met' });
  await ends(first);
  expect(await choose(second, 'AC-101')).toMatchObject({ state: 'met' });
});

test('a project that another customer has begun to keep in step between the choice and the button is not connected', async () => {
  const first = await live(await untilConnected(bench()));
  const second = await untilSignedIn(bench());
  await second.check('confirmRole');
  await decideAsOwner(second, 'confirm-role', {});
  await met(second, ['confirmRole']);
  expect(await choose(second, 'AC-101')).toMatchObject({ state: 'met' });
  await cycle(first);
  const { companyId, projectId } = await offerOf(second, 'AC-101');
  await decideAsOwner(second, 'connect', { companyId, projectId });
  expect(await second.check('createConnection')).toMatchObject({ state: 'stuck', reason: 'already-connected', on: 'contractor' });
  expect((await second.inTenant((db) => findConnection(db, second.connectionId)))?.boundProjectId).toBeNull();
});

test('of two that connected at the same time one is refused, by one cause and one wait however many streams, and goes on by itself once the other has ended', async () => {
  const first = await live(await untilConnected(bench()));
  const second = await live(await untilConnected(bench()));
  for (const stream of ['rfis', 'submittals']) await cycle(first, stream);
  for (const stream of ['rfis', 'submittals'])
    await expect(cycle(second, stream)).rejects.toMatchObject({ kind: 'already-connected' });
  await care(second);
  expect(await items(second)).toEqual([
    { reason: 'already-connected', owner: 'admin', subject: `connection:${second.connectionId}` },
  ]);
  const waits = await second.inTenant(async (db) => {
    const connection = await findConnection(db, second.connectionId);
    if (!connection) throw new Error('the connection is there');
    const status = await readStatus(db, connection, { after: undefined, limit: 100 }, plans.part3.steps);
    return [...status.waits, ...status.projects.flatMap((project) => project.waits)];
  });
  expect(waits.filter(({ what }) => what.includes('one connection for the two projects'))).toHaveLength(1);
  const before = await connected(first);
  await care(first);
  expect(await items(first)).toEqual([]);
  expect(await connected(first)).toEqual(before);
  await ends(first);
  for (const stream of ['rfis', 'submittals']) await cycle(second, stream);
  await care(second);
  expect(await items(second)).toEqual([]);
  expect((await connected(second)).evidence).toEqual({ ...before.evidence, connectedAt: expect.any(String) });
});
