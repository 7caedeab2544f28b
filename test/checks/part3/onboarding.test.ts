import { expect, test } from '@jest/globals';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listMatches } from '../../../shared/store/connections/matches.ts';
import { listResponses } from '../../../shared/store/connections/response-mappings.ts';
import { findGrant } from '../../../shared/store/grants/grants.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { listProjectLinks } from '../../../shared/store/projects/project-links.ts';
import { acme, useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import {
  authorizeMember,
  connectPart3,
  decideAsOwner,
  gus,
  inviteTo,
  offerOf,
  part3Project,
  untilConnected,
  untilMapped,
} from '../../support/part3-connecting.ts';

const bench = useChecksBench();

test('from the token to live: invited, signed in, confirmed, chosen, connected, mapped, and one link whose loop is wanted', async () => {
  const on = await connectPart3(bench());
  expect(await on.check('verifyPartner')).toMatchObject({ state: 'waiting', on: 'admin' });
  await on.submitPartner({ organisation: 'north-studio' }, part3Tokens['north-studio']);
  expect(await on.check('verifyPartner')).toMatchObject({ state: 'met', evidence: { projects: 3 } });

  expect(await on.check('inviteContractor')).toMatchObject({ state: 'waiting', on: 'admin' });
  await inviteTo(bench(), on);
  expect(await on.check('inviteContractor')).toMatchObject({
    state: 'met',
    evidence: { company: 'Acme Builders', project: 'Harbour Tower' },
  });

  expect(await on.check('contractorSignsIn')).toMatchObject({
    state: 'waiting',
    on: 'contractor',
    seen: 'The contractor has the mail.',
  });
  const signIn = await on.signIn('gus', 'authorize-person');
  expect(await on.check('contractorSignsIn')).toMatchObject({ state: 'waiting', seen: 'The contractor signed in to Procore.' });
  expect(await signIn.confirm()).toBe(true);
  await met(on, ['contractorSignsIn', 'authorizeContractor']);
  const owned = await on.inTenant((db) => findConnection(db, on.connectionId));
  expect(owned?.boundCompanyId).toBeNull();
  const grant = await on.inTenant((db) => findGrant(db, owned?.ownerGrantId ?? ''));
  // without a company Procore tells no name, and the address is none
  expect(grant).toMatchObject({ state: 'live', procoreLogin: gus, procoreName: null });

  expect(await on.check('confirmRole')).toMatchObject({
    state: 'waiting',
    on: 'contractor',
    seen: 'The contractor may connect 2 projects of 2 in Procore.',
  });
  await decideAsOwner(on, 'confirm-role', {});
  await met(on, ['confirmRole']);
  const offer = await offerOf(on, 'AC-101');
  expect(offer).toMatchObject({ companyId: acme, companyName: 'Acme Builders', role: 'project-directory', looked: true });

  expect(await on.check('chooseProject')).toMatchObject({ state: 'waiting', on: 'contractor' });
  const { companyId, projectId } = offer;
  await decideAsOwner(on, 'choose-project', { companyId, projectId });
  await met(on, ['chooseProject']);
  expect(await on.check('createConnection')).toMatchObject({ state: 'waiting', on: 'contractor' });
  await decideAsOwner(on, 'connect', { companyId, projectId });
  await met(on, ['createConnection', 'verifyTools', 'matchPeople']);
  const connected = await on.inTenant((db) => findConnection(db, on.connectionId));
  const syncUser = { syncUserId: grant?.procoreUserId, syncUserName: 'Gus Romero' };
  expect(connected).toMatchObject({ boundCompanyId: acme, boundProjectId: projectId, ...syncUser });
  const named = await on.inTenant((db) => findGrant(db, owned?.ownerGrantId ?? ''));
  expect(named?.procoreName).toBe('Gus Romero');

  expect(await on.check('mapResponses')).toMatchObject({ state: 'stuck', reason: 'unmapped-response', on: 'admin' });
  await untilMapped(on);
  expect(await on.check('backfill')).toMatchObject({ state: 'waiting', on: 'admin' });
  await decide(on, 'choose-backfill', { which: 'open' });
  await met(on, ['backfill']);

  // nobody who returns documents has authorized yet
  expect(await on.check('authorizeResponders')).toMatchObject({ state: 'waiting', on: 'responder' });
  expect(await on.check('live')).toMatchObject({ state: 'met', evidence: { projects: 1, loops: 1 } });
  const [link, ...others] = await on.inTenant((db) => listProjectLinks(db, on.connectionId));
  expect(others).toEqual([]);
  expect(link).toMatchObject({ procoreProjectId: projectId, partnerProjectId: part3Project(bench()).id, state: 'active' });
  expect(
    bench()
      .runs.started.filter((workflowId) => workflowId.includes(on.tenantId))
      .sort(),
  ).toEqual([`care:${on.tenantId}:${on.connectionId}`, `sync:${on.tenantId}:${link?.projectLinkId}`]);
});

test('nothing is written in Procore on the way, and the contractor’s token reads it all', async () => {
  const [before] = (await bench().control<{ seq: number }[]>('/ledger?side=procore')).slice(-1);
  await untilMapped(await untilConnected(bench()));
  const calls = await bench().control<{ method: string; userId: string | null }[]>(
    `/ledger?side=procore&after=${before?.seq ?? 0}`,
  );
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  const who = bench().sandbox.world.people.find(({ email }) => email === gus)?.id;
  expect(new Set(calls.map(({ userId }) => userId))).toEqual(new Set([who]));
});

test('the design team is found by its addresses; the contractor’s own people are none of it', async () => {
  const on = await untilConnected(bench());
  await met(on, ['matchPeople']);
  const team = await on.inTenant((db) => listTeam(db, on.connectionId));
  expect(team.map(({ name, returns }) => [name, returns])).toEqual([
    ['Noor Haddad', false],
    ['Pia Brandt', false],
    ['Ria Solà', true],
    ['Sam Wu', true],
  ]);
  const people = (await on.inTenant((db) => listMatches(db, on.connectionId))).filter(({ kind }) => kind === 'person');
  expect(
    people
      .filter(({ state }) => state === 'matched')
      .map(({ partnerName }) => partnerName)
      .sort(),
  ).toEqual(['Ria Solà', 'Sam Wu']);
});

test('each responder is counted once authorized, in an account whose address may be another, and is known by it from then on', async () => {
  const on = await untilConnected(bench());
  await met(on, ['matchPeople']);
  expect(await on.check('authorizeResponders')).toMatchObject({
    state: 'waiting',
    on: 'responder',
    seen: '0 of 2 people who return documents have authorized Procore.',
  });
  await authorizeMember(on, 'ria@north-studio.example', 'ben@acme.example');
  expect(await on.check('authorizeResponders')).toMatchObject({
    state: 'waiting',
    seen: '1 of 2 people who return documents have authorized Procore.',
  });
  await met(on, ['matchPeople']);
  const ben = bench().sandbox.world.people.find(({ email }) => email === 'ben@acme.example')?.id;
  const matches = await on.inTenant((db) => listMatches(db, on.connectionId));
  expect(matches.find(({ partnerName }) => partnerName === 'Ria Solà')).toMatchObject({ procoreId: ben, state: 'matched' });
  await authorizeMember(on, 'sam@north-studio.example');
  expect(await on.check('authorizeResponders')).toMatchObject({ state: 'met', evidence: { authorized: 2, of: 2 } });
});

test('an authorization serves all projects of the tenant, and the owner of a connection stays who connected it', async () => {
  const on = await untilConnected(bench());
  await met(on, ['matchPeople']);
  const owner = async () => (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId;
  const before = await owner();
  await authorizeMember(on, 'ria@north-studio.example');
  await on.check('authorizeResponders');
  expect(await owner()).toBe(before);
});

test('responses of Procore’s own are mapped by themselves, those that are no answers to nothing, and the company’s own are asked about', async () => {
  const on = await untilConnected(bench());
  await met(on, ['verifyTools']);
  const asked = await on.check('mapResponses');
  expect(asked).toMatchObject({ state: 'stuck', reason: 'unmapped-response', on: 'admin' });
  const rows = await on.inTenant((db) => listResponses(db, on.connectionId));
  const custom = rows.filter(({ state }) => state === 'new');
  expect(custom).toHaveLength(1);
  expect(rows.filter(({ state }) => state === 'mapped').every(({ name, partnerName }) => partnerName === name)).toBe(true);
  await decide(on, 'map-response', { responseId: custom[0]?.responseId, name: 'Approved as Noted' });
  await met(on, ['mapResponses']);
  const decided = (await on.inTenant((db) => listResponses(db, on.connectionId))).find(
    ({ responseId }) => responseId === custom[0]?.responseId,
  );
  expect(decided).toMatchObject({ state: 'mapped', partnerName: 'Approved as Noted', decidedBy: 'test' });
});
