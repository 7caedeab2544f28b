import { expect, test } from '@jest/globals';
import { coverageOf, type RecordMatch } from '../../shared/domain/projects.ts';
import { storeSettings } from '../../shared/store/connections/connections.ts';
import { listMatches } from '../../shared/store/connections/matches.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, decide, met, untilBound } from '../support/onboarded.ts';

const bench = useChecksBench();
const { companyId, login } = borealis;

async function assigned(modules: readonly string[] = ['manpower', 'people'], settings: object = {}): Promise<Connecting> {
  const connecting = await untilBound(bench(), borealis);
  await connecting.inTenant((db) => storeSettings(db, connecting.connectionId, { modules, settings }));
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  await met(connecting, ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'assignProjects', 'verifyPartner']);
  return connecting;
}

const peopleOf = async (connecting: Connecting): Promise<readonly RecordMatch[]> =>
  (await connecting.inTenant((db) => listMatches(db, connecting.connectionId))).filter(({ kind }) => kind === 'person');

const users = () =>
  bench()
    .sandbox.hammertech.users.filter(({ tenant }) => tenant === login.tenant)
    .map(({ record }) => record);

/** A HammerTech user and the match it must come to. */
const addUser = (name: string, email: string | null): string => {
  const id = crypto.randomUUID();
  const record = { id, name, email, status: 'active' as const, modified: '2026-01-01T00:00:00Z' };
  bench().sandbox.hammertech.users.put({ tenant: login.tenant, record });
  return id;
};

const invite = (firstName: string, lastName: string, email: string): Promise<unknown> =>
  bench().control('/admin/users/invite', { companyId, firstName, lastName, email });

test('people are matched by their address, however it is spelt, then by name; who has no counterpart is listed, and nobody is named in the outcome', async () => {
  const connecting = await assigned();
  const outcome = await connecting.check('matchRecords');
  const people = await peopleOf(connecting);
  expect(people.map(({ partnerId }) => partnerId).sort()).toEqual(
    users()
      .map(({ id }) => id)
      .sort(),
  );
  for (const { id, email } of users()) {
    const match = people.find(({ partnerId }) => partnerId === id);
    const address = email?.trim().toLowerCase();
    const person = bench().sandbox.world.people.find((one) => one.email.toLowerCase() === address);
    if (!person) continue;
    const card = bench().sandbox.world.companyUsers.get(`${companyId}:${person.id}`)?.contactId;
    expect(match).toMatchObject({ state: 'matched', basis: 'e-mail', score: 1, procoreId: card });
  }
  expect(people.filter(({ basis }) => basis === 'e-mail').length).toBeGreaterThan(5);
  expect(people.find(({ partnerName }) => partnerName === 'Nobody Inparticular')).toMatchObject({
    state: 'unmatched',
    basis: 'none',
    procoreId: null,
  });
  const { matched, of, percent } = coverageOf(people, 'person');
  expect(outcome).toMatchObject({ state: 'met', evidence: { people: `${matched} of ${of} (${percent} %)` } });
  for (const { partnerName } of people) expect(JSON.stringify(outcome)).not.toContain(partnerName);
});

test('a name alone is enough where it is alike and nothing contradicts it; another address, or a likeness below the threshold, is for a person', async () => {
  const connecting = await assigned();
  await invite('Ingrid', 'Søndergård', 'ingrid@borealis.example');
  await invite('Olav', 'Brekke', 'olav@borealis.example');
  await invite('Marguerite', 'Delacroix', 'marguerite@borealis.example');
  const byName = addUser('ingrid sondergard', null);
  const otherAddress = addUser('Olav Brekke', 'olav.b@mail.example');
  const unlike = addUser('Margarete Delacroix', null);
  await connecting.check('matchRecords');
  const of = async (id: string) => (await peopleOf(connecting)).find(({ partnerId }) => partnerId === id);
  expect(await of(byName)).toMatchObject({ state: 'matched', basis: 'name', procoreName: 'Ingrid Søndergård', score: 1 });
  expect(await of(otherAddress)).toMatchObject({ state: 'doubtful', basis: 'name', procoreName: 'Olav Brekke' });
  expect(await of(unlike)).toMatchObject({ state: 'doubtful', basis: 'name', procoreName: 'Marguerite Delacroix' });

  const olav = await of(otherAddress);
  await decide(connecting, 'decide-match', { kind: 'person', partnerId: otherAddress, procoreId: olav?.procoreId });
  await decide(connecting, 'decide-match', { kind: 'person', partnerId: unlike, procoreId: null });
  await connecting.check('matchRecords');
  await connecting.check('matchRecords');
  expect(await of(otherAddress)).toMatchObject({ state: 'matched', basis: 'person', procoreId: olav?.procoreId });
  expect(await of(unlike)).toMatchObject({ state: 'unmatched', basis: 'person', procoreId: null });
  expect(coverageOf(await peopleOf(connecting), 'person').percent).toBeLessThan(100);
});

test('with the setting for addresses alone no name is compared, and without the module nobody is read', async () => {
  const byAddress = await assigned(['manpower', 'people'], { people: { matchBy: 'e-mail' } });
  await byAddress.check('matchRecords');
  expect(new Set((await peopleOf(byAddress)).map(({ basis }) => basis))).toEqual(new Set(['e-mail', 'none']));

  const off = await assigned(['manpower']);
  const mark = (await bench().calls(0)).at(-1)?.seq ?? 0;
  const outcome = await off.check('matchRecords');
  expect(outcome).toMatchObject({ state: 'met' });
  expect(await peopleOf(off)).toEqual([]);
  expect((await bench().calls(mark)).filter(({ path }) => path.includes('/people'))).toEqual([]);
});

test('people that HammerTech does not show hold nothing up, and what was decided of them before is not forgotten', async () => {
  const connecting = await assigned();
  await connecting.check('matchRecords');
  const before = await peopleOf(connecting);
  await bench().control('/faults', { match: { method: 'GET', path: '/eu/api/v1/Users' }, kind: 'status-before', status: 403 });
  expect(await connecting.check('matchRecords')).toMatchObject({
    state: 'met',
    evidence: { people: expect.stringContaining('does not show') },
  });
  expect(await peopleOf(connecting)).toEqual(before);
});
