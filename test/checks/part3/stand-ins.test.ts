import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { actOnMember } from '../../../sandbox/part3/people/directory.ts';
import { offerResponse, withdrawResponse } from '../../../sandbox/procore/admin/submittals.ts';
import { putOnProject, takeOffProject } from '../../../sandbox/procore/admin/users.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listMatches } from '../../../shared/store/connections/matches.ts';
import { listResponses } from '../../../shared/store/connections/response-mappings.ts';
import { findStep } from '../../../shared/store/connections/steps.ts';
import { agree } from '../../../shared/store/grants/consents.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorizeMember, untilConnected, untilMapped } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const ria = 'ria@north-studio.example';
const idOf = (email: string) => bench().sandbox.world.people.find((person) => person.email === email)?.id ?? '';

let on: Connecting;
let projectId: string;

/** Live, and Ria has agreed to read in the owner’s place. */
beforeEach(async () => {
  on = await untilConnected(bench());
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
  await on.check('authorizeResponders');
  await authorizeMember(on, ria, 'ria');
  await on.check('authorizeResponders');
  projectId = (await on.inTenant((db) => findConnection(db, on.connectionId)))?.boundProjectId ?? '';
  const grantId = (await on.inTenant((db) => listTeam(db, on.connectionId))).find(({ email }) => email === ria)?.grantId ?? '';
  const { tenantId, connectionId } = on;
  const consent = { tenantId, connectionId, consentId: randomUUID(), kind: 'reader', grantId, words: 'As shown.' } as const;
  await on.inTenant((db) => agree(db, consent));
});

const cared = () => bench().checks.checkAll({ tenantId: on.tenantId, connectionId: on.connectionId, generation: 1 });
const outcomeOf = async (stepId: string) => (await on.inTenant((db) => findStep(db, on.connectionId, stepId)))?.outcome;
const ownerIs = (state: 'live' | 'lapsed') =>
  bench().store.admin.query(
    'UPDATE person_grant g SET state = $2 FROM connection c WHERE c.connection_id = $1 AND g.grant_id = c.owner_grant_id',
    [on.connectionId, state],
  );
const matched = async () =>
  (await on.inTenant((db) => listMatches(db, on.connectionId)))
    .flatMap(({ kind, state, partnerName }) => (kind === 'person' && state === 'matched' ? [partnerName] : []))
    .sort();
const offered = async () => (await on.inTenant((db) => listResponses(db, on.connectionId))).map(({ name }) => name);

/** Sam is off the project; answers how he comes back. */
function withoutSam(): () => void {
  const { world } = bench().sandbox;
  const sam = { projectId, personId: idOf('sam@north-studio.example') };
  const templateId = world.memberships.get(`${projectId}:${sam.personId}`)?.templateId;
  takeOffProject(world, sam);
  return () => putOnProject(world, { ...sam, ...(templateId && { templateId }) });
}

/** As whom users and responses of the project were listed in a round of care. */
async function readersOfRound(): Promise<readonly string[]> {
  const { ledger } = bench().sandbox.world;
  const from = ledger.last;
  await cared();
  const lists = ledger
    .after(from, { side: 'procore' }, 100_000)
    .filter(({ path }) => /\/(users|submittal_responses)$/.test(path));
  return lists.map(({ userId }) => userId ?? '');
}

test('while the owner cannot, people are matched and responses asked for as whoever reads in their place', async () => {
  const { world, part3 } = bench().sandbox;
  expect(new Set(await readersOfRound())).toEqual(new Set([idOf('gus@acme.example')]));
  await ownerIs('lapsed');
  const pia = 'pia@north-studio.example';
  putOnProject(world, { projectId, personId: idOf('tess@acme.example') });
  const companyId = part3.members.find(({ record }) => record.email === pia)?.record.companyId ?? '';
  const tess = { act: 'add', organisation: 'north-studio', companyId, returns: true } as const;
  const { firstName, lastName } = world.people.get(idOf('tess@acme.example')) ?? { firstName: '', lastName: '' };
  actOnMember({ world, state: part3 }, { ...tess, name: `${firstName} ${lastName}`, email: 'tess@acme.example' });
  offerResponse(world, { projectId, name: 'Subject to Site Check', considered: 'approved as noted' });
  expect(new Set(await readersOfRound())).toEqual(new Set([idOf('ria@north-studio.example')]));
  expect(await matched()).toEqual(['Ria Solà', 'Sam Wu', `${firstName} ${lastName}`]);
  expect(await outcomeOf('mapResponses')).toMatchObject({
    state: 'stuck',
    reason: 'unmapped-response',
    seen: expect.stringContaining('Subject to Site Check'),
  });
});

test('what a stand-in does not see is not gone; once the owner is back it is', async () => {
  const { world } = bench().sandbox;
  await ownerIs('lapsed');
  const before = await matched();
  const samIsBack = withoutSam();
  withdrawResponse(world, { projectId, name: 'For Record Only' });
  await cared();
  await cared();
  expect(await matched()).toEqual(before);
  expect(await offered()).toContain('For Record Only');
  await ownerIs('live');
  await cared();
  expect(await matched()).toEqual(before.filter((name) => name !== 'Sam Wu'));
  expect(await offered()).not.toContain('For Record Only');
  samIsBack();
});

test('nor is what the owner does not see at another level than that at which they saw it', async () => {
  const { world } = bench().sandbox;
  await cared();
  const levels = { rfis: 'Read Only', submittals: 'Read Only' };
  const template = await bench().control<{ id: string }>('/admin/templates/create', {
    companyId: world.projects.get(projectId)?.companyId,
    name: 'Reads alone',
    type: 'global',
    levels,
  });
  const gus = idOf('gus@acme.example');
  const usual = world.memberships.get(`${projectId}:${gus}`)?.templateId;
  putOnProject(world, { projectId, personId: gus, templateId: template.id });
  const before = await matched();
  withoutSam();
  withdrawResponse(world, { projectId, name: 'Void' });
  await cared();
  await cared();
  expect(await matched()).toEqual(before);
  expect(await offered()).toContain('Void');
  putOnProject(world, { projectId, personId: gus, ...(usual && { templateId: usual }) });
  await cared();
  expect(await matched()).toEqual(before.filter((name) => name !== 'Sam Wu'));
  expect(await offered()).not.toContain('Void');
});
