import { beforeEach, expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../../activities/sync/index.ts';
import { editRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { currentCredential, openProposal } from '../../../shared/store/connections/credentials.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import type { ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { met } from '../../support/onboarded.ts';
import { connectPart3, forgetOthers, inviteTo, untilLivePart3, untilPart3 } from '../../support/part3-connecting.ts';

const bench = useChecksBench();

beforeEach(() => forgetOthers(bench()));

const north = 'North Studio';
const south = 'South Atelier';
const southern = part3Tokens['south-atelier'];
const ofNone = `Part3 shows this token projects of ${south}, none of ${north}, the name that was submitted with it.`;
const unseen = `Part3 shows this token projects of ${south}, but not the project Harbour Tower, which this connection is for.`;

const submit = ({ submitPartner }: Connecting, organisation: string, token: string) => submitPartner({ organisation }, token);

/** A further token of North Studio, as its administrator makes one. */
const anotherToken = async (): Promise<string> =>
  (await bench().control<{ token: string }>('/part3/tokens', { act: 'issue', organisation: 'north-studio' })).token;

const careRound = ({ tenantId, connectionId }: Connecting) => bench().checks.checkAll({ tenantId, connectionId, generation: 1 });

const inForce = async ({ inTenant, connectionId }: Connecting): Promise<string | undefined> =>
  (await inTenant((db) => currentCredential(db, connectionId, 'partner-login')))?.credentialId;
const refusalOf = async ({ inTenant, connectionId }: Connecting) =>
  (await inTenant((db) => openProposal(db, connectionId, 'partner-login')))?.refusal;
const items = ({ inTenant, connectionId }: Connecting) => inTenant((db) => openCauses(db, connectionId, 100));
const stepOf = ({ inTenant, connectionId }: Connecting) => inTenant((db) => findStep(db, connectionId, 'verifyPartner'));

async function carry({ tenantId }: Connecting, { projectLinkId, generation }: ProjectLink) {
  const { runStream } = createSyncActivities(syncDependenciesOf(bench().deps));
  const report = await runStream({ tenantId, projectLinkId, generation, stream: 'rfis' });
  if ('waitUntilMs' in report) throw new Error(report.why);
  const { created, updated, parked } = report;
  return { created, updated, parked };
}

/** Somebody changes an RFI in Procore that has come to the organisation's project in Part3. */
function change({ procoreProjectId, partnerProjectId }: ProjectLink, subject: string): void {
  const { part3, world } = bench().sandbox;
  const carried = part3.rfis
    .all()
    .find(
      ({ record }) =>
        record.projectId === partnerProjectId &&
        record.externalKey.includes(`:${procoreProjectId}:rfi:`) &&
        record.status === 'open',
    );
  editRfiByHand(world, { id: carried?.record.externalKey.split(':').at(-1) ?? '' }, { subject });
}

test('a token of another organisation never takes force on a live connection, whatever name comes with it; what goes on goes on with the former', async () => {
  const { on, link } = await untilLivePart3(bench());
  expect((await carry(on, link)).created).toBeGreaterThan(0);
  const former = await inForce(on);

  for (const [organisation, seen] of [
    [north, unseen],
    [south, unseen],
  ] as const) {
    await submit(on, organisation, southern);
    expect(await careRound(on)).toMatchObject({
      regressed: [],
      proposals: [{ state: 'refused', says: `${seen} The one before it stays in force.` }],
    });
    expect(await inForce(on)).toBe(former);
    expect(await refusalOf(on)).toMatchObject({
      reason: 'partner-scope-missing',
      on: 'admin',
      seen,
      needed: 'A token of the prime consultant of Harbour Tower, with the name of its organisation.',
      where: expect.stringContaining('At Part3: the settings of your organisation'),
    });
    expect(await items(on)).toMatchObject([
      { reason: 'partner-scope-missing', owner: 'admin', seen: expect.stringContaining(seen) },
    ]);
  }
  change(link, 'Changed while the wrong token waits');
  expect(await carry(on, link)).toEqual({ created: 0, updated: 1, parked: 0 });

  await submit(on, north, await anotherToken());
  expect(await careRound(on)).toMatchObject({ regressed: [], proposals: [{ state: 'in-force' }] });
  expect(await inForce(on)).not.toBe(former);
  expect(await items(on)).toEqual([]);
  await bench().control('/part3/tokens', { act: 'change', token: part3Tokens['north-studio'], active: false });
  change(link, 'Changed once the new one serves');
  expect(await carry(on, link)).toEqual({ created: 0, updated: 1, parked: 0 });
  await bench().control('/part3/tokens', { act: 'change', token: part3Tokens['north-studio'], active: true });
});

test('at the door a token of another organisation is refused in words, and the right one mends it without anything else', async () => {
  const on = await connectPart3(bench());
  await submit(on, north, southern);
  expect(await on.check('verifyPartner')).toMatchObject({
    state: 'stuck',
    reason: 'partner-scope-missing',
    on: 'admin',
    seen: ofNone,
  });
  await submit(on, ' north  studio', part3Tokens['north-studio']);
  expect(await on.check('verifyPartner')).toMatchObject({ state: 'met', evidence: { projects: 3 } });
});

test('a proven token is not lost to another organisation’s before the connection is live either', async () => {
  const on = await untilPart3(bench());
  const former = await inForce(on);
  await submit(on, north, southern);
  expect(await on.check('inviteContractor')).toMatchObject({ state: 'waiting' });
  expect(await refusalOf(on)).toMatchObject({ seen: ofNone });
  expect(await items(on)).toMatchObject([{ reason: 'partner-scope-missing', owner: 'admin' }]);

  await inviteTo(bench(), on);
  await submit(on, south, southern);
  await met(on, ['inviteContractor']);
  expect(await refusalOf(on)).toMatchObject({ seen: unseen });
  expect([await inForce(on), (await stepOf(on))?.state]).toEqual([former, 'done']);

  await submit(on, north, await anotherToken());
  expect(await on.check('contractorSignsIn')).toMatchObject({ state: 'waiting' });
  expect([await refusalOf(on), await items(on)]).toEqual([undefined, []]);
  expect(await inForce(on)).not.toBe(former);
});

test('one that cannot be looked at now holds up no other step, and is looked at again', async () => {
  const on = await untilPart3(bench());
  const former = await inForce(on);
  await submit(on, north, await anotherToken());
  await bench().control('/faults', { match: { path: '/api/v1/Projects' }, kind: 'status-before', status: 502 });
  expect(await on.check('inviteContractor')).toMatchObject({ state: 'waiting' });
  expect(await inForce(on)).toBe(former);
  await on.check('inviteContractor');
  expect(await inForce(on)).not.toBe(former);
});

test('another tenant, of the other organisation, keeps its token and goes on while this one is given it by mistake', async () => {
  const { on } = await untilLivePart3(bench());
  const { on: there, link } = await untilLivePart3(bench(), 'south-atelier');
  await carry(there, link);
  const [here, theirs] = [await inForce(on), await inForce(there)];
  await submit(on, south, southern);
  expect(await careRound(on)).toMatchObject({ proposals: [{ state: 'refused' }] });
  expect(await careRound(there)).toMatchObject({ regressed: [], proposals: [] });
  expect([await inForce(on), await inForce(there)]).toEqual([here, theirs]);
  expect([(await items(on)).length, await items(there)]).toEqual([1, []]);
  expect((await stepOf(there))?.outcome).toMatchObject({ state: 'met', evidence: { organisation: 'south-atelier' } });
  expect(await carry(there, link)).toEqual({ created: 0, updated: 0, parked: 0 });
});

test('an organisation that is renamed at Part3 keeps its token in force, and gives its next one under the new name', async () => {
  const { on, link } = await untilLivePart3(bench());
  const former = await inForce(on);
  const lead = bench()
    .sandbox.part3.companies.all()
    .find(({ record }) => record.projectId === link.partnerProjectId && record.role === 'prime-consultant')?.record;
  const rename = (name: string) =>
    bench().control('/part3/companies', { act: 'change', organisation: 'north-studio', id: lead?.id, name });
  await rename('Northern Lights');
  try {
    expect(await careRound(on)).toMatchObject({ regressed: [], proposals: [] });
    const next = await anotherToken();
    await submit(on, north, next);
    expect(await careRound(on)).toMatchObject({ regressed: [], proposals: [{ state: 'refused' }] });
    expect(await inForce(on)).toBe(former);
    await submit(on, 'Northern Lights', next);
    expect(await careRound(on)).toMatchObject({ regressed: [], proposals: [{ state: 'in-force' }] });
  } finally {
    await rename(north);
  }
});
