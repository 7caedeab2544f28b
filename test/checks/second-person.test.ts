import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findSignIn, offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

async function withCredential(): Promise<Connecting> {
  const connecting = await bench().connect();
  await connecting.submitService(await bench().control('/credentials', { companyId: acme, kind: 'legacy' }));
  await connecting.check('verifyCredentials');
  return connecting;
}

const signInOf = (connecting: Connecting, signInId: string) => connecting.inTenant((db) => findSignIn(db, signInId));

const livingTokens = (): number =>
  bench().sandbox.world.tokens.filter(({ grant, accessRevoked }) => grant === 'authorization_code' && !accessRevoked).length;

test('a second person by the same link is themselves: what the first one may do confirms nothing', async () => {
  const connecting = await withCredential();
  const before = livingTokens();
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  expect(await signInOf(connecting, ada.signInId)).toMatchObject({ procoreUserName: 'Ada Marsh', seen: { admin: true } });

  const cleo = await ada.another('cleo');
  expect(await signInOf(connecting, ada.signInId)).toMatchObject({ state: 'returned', procoreUserId: null, seen: null });
  expect(await connecting.check('proveOwnership')).toMatchObject({ state: 'stuck', reason: 'not-company-admin' });
  expect((await signInOf(connecting, ada.signInId))?.procoreUserName).not.toBe('Ada Marsh');
  expect([await cleo.confirm(), await ada.confirm()]).toEqual([false, false]);
  expect((await connecting.inTenant((db) => findConnection(db, connecting.connectionId)))?.boundCompanyId).toBeNull();
  expect(livingTokens()).toBe(before + 1);
});

test('who confirmed is the one who signed in last by the link', async () => {
  const connecting = await withCredential();
  const cleo = await connecting.signIn('cleo');
  await connecting.check('proveOwnership');
  const ada = await cleo.another('ada');
  await connecting.check('proveOwnership');
  expect(await ada.confirm()).toBe(true);
  expect((await connecting.check('proveOwnership')).state).toBe('met');
  const bound = await connecting.inTenant((db) => findConnection(db, connecting.connectionId));
  const signedIn = await signInOf(connecting, ada.signInId);
  expect([bound?.boundBy, signedIn?.procoreUserName]).toEqual([`procore:${signedIn?.procoreUserId}`, 'Ada Marsh']);
});

test('the token of the first person is revoked before the second one’s code is sent, also when Procore fails in between', async () => {
  const connecting = await withCredential();
  const before = livingTokens();
  const cleo = await connecting.signIn('cleo');
  await connecting.check('proveOwnership');
  await bench().control('/faults', {
    match: { method: 'POST', path: '/oauth/revoke' },
    kind: 'status-before',
    status: 503,
  });
  await cleo.another('ada');
  await expect(connecting.check('proveOwnership')).rejects.toThrow('not yet');
  expect(await signInOf(connecting, cleo.signInId)).toMatchObject({ state: 'returned', hasToken: true });
  expect(await connecting.check('proveOwnership')).toMatchObject({
    state: 'waiting',
    needed: expect.stringContaining('confirm'),
  });
  expect(livingTokens()).toBe(before + 1);
});

test('who was hidden from the company when they came binds it as themselves once they are its admin', async () => {
  const connecting = await withCredential();
  const cleo = await connecting.signIn('cleo');
  await connecting.check('proveOwnership');
  expect(await signInOf(connecting, cleo.signInId)).toMatchObject({ state: 'exchanged', procoreUserId: null });

  const { people, companyUsers } = bench().sandbox.world;
  const idOf = (firstName: string): string => people.find((person) => person.firstName === firstName)?.id ?? '';
  const admin = companyUsers.get(`${acme}:${idOf('Ada')}`);
  if (!admin) throw new Error('Ada is in the company from the beginning');
  companyUsers.put({ ...admin, personId: idOf('Cleo') });
  expect(await connecting.check('proveOwnership')).toMatchObject({
    state: 'waiting',
    needed: expect.stringContaining('confirm'),
  });
  expect(await cleo.confirm()).toBe(true);
  expect((await connecting.check('proveOwnership')).state).toBe('met');
  const bound = await connecting.inTenant((db) => findConnection(db, connecting.connectionId));
  expect([bound?.boundBy, bound?.boundCompanyId]).toEqual([`procore:${idOf('Cleo')}`, acme]);
  expect((await signInOf(connecting, cleo.signInId))?.procoreUserName).toBe('Cleo Ødegård');
});

test('a second link that nobody used does not silence the person who came back by the first', async () => {
  const connecting = await withCredential();
  const ada = await connecting.signIn('ada');
  const { tenantId, connectionId } = connecting;
  await connecting.inTenant((db) =>
    offerSignIn(db, {
      tenantId,
      connectionId,
      signInId: randomUUID(),
      purpose: 'prove-ownership',
      linkHash: randomBytes(32),
      restoreEpoch: 'test',
      createdBy: 'test',
      expiresAt: new Date(Date.now() + 600_000),
    }),
  );
  await connecting.check('proveOwnership');
  expect(await ada.confirm()).toBe(true);
  expect((await connecting.check('proveOwnership')).state).toBe('met');
});

test('of two people by two links the one who came back last is looked at', async () => {
  const connecting = await withCredential();
  await connecting.signIn('cleo');
  await connecting.check('proveOwnership');
  const ada = await connecting.signIn('ada');
  expect((await connecting.check('proveOwnership')).state).toBe('waiting');
  expect(await ada.confirm()).toBe(true);
});
