import { expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/domain/steps.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

const credentialOf = (companyId: string, fresh = false): Promise<Credential> =>
  bench().control<Credential>('/credentials', { companyId, kind: 'legacy', ...(fresh ? { fresh } : {}) });

const borealis = '9007199254741993';

/** A connection whose company Ada has proven. */
async function bound(): Promise<Connecting> {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  await connecting.check('verifyCredentials');
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  expect(await ada.confirm()).toBe(true);
  expect((await connecting.check('proveOwnership')).state).toBe('met');
  return connecting;
}

const commandRows = (connecting: Connecting): Promise<number> =>
  connecting.inTenant(async (db) => (await db.selectFrom('command').selectAll().execute()).length);

const stuckWith = (outcome: Outcome): { reason: string; on: string; where: string } => {
  if (outcome.state !== 'stuck') throw new Error(`not stuck but ${JSON.stringify(outcome)}`);
  return outcome;
};

test('a wrong secret is the credential’s own fault, and heals when the right one is submitted', async () => {
  const connecting = await bench().connect();
  const credential = await credentialOf(acme);
  await connecting.submitService({ ...credential, clientSecret: 'not-the-secret-of-anyone' });

  const outcome = await connecting.check('verifyCredentials');
  expect(stuckWith(outcome)).toMatchObject({ reason: 'credential-rejected', on: 'admin' });

  await connecting.submitService(credential);
  expect(await connecting.check('verifyCredentials')).toMatchObject({ state: 'met', evidence: { companyId: acme } });
  expect(await connecting.inTenant((db) => findConnection(db, connecting.connectionId))).toMatchObject({
    syncUserName: expect.stringContaining('HammerTech Sync'),
  });
});

test('a secret that changes in Procore and is put right there heals without any command', async () => {
  const connecting = await bench().connect();
  const credential = await credentialOf(acme, true);
  await connecting.submitService(credential);
  await bench().control('/admin/apps/change-secret', {
    clientId: credential.clientId,
    clientSecret: 'another-secret-of-procore-7',
  });
  expect(stuckWith(await connecting.check('verifyCredentials')).reason).toBe('credential-rejected');

  const { clientId, clientSecret } = credential;
  await bench().control('/admin/apps/change-secret', { clientId, clientSecret });
  expect((await connecting.check('verifyCredentials')).state).toBe('met');
  expect(await commandRows(connecting)).toBe(0);
});

test('a company that the credential cannot see is told apart from a wrong secret and names the id', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme), borealis);

  const outcome = await connecting.check('verifyCredentials');
  expect(stuckWith(outcome)).toMatchObject({ reason: 'company-not-visible', on: 'admin' });
  expect(JSON.stringify(outcome)).toContain(borealis);

  await connecting.submitService(await credentialOf(acme), acme);
  expect((await connecting.check('verifyCredentials')).state).toBe('met');
});

test('an app that was disconnected parks the credentials’ step and heals when it is connected again', async () => {
  const connecting = await bench().connect();
  const credential = await credentialOf(acme, true);
  await connecting.submitService(credential);
  await bench().control('/admin/apps/disconnect', { clientId: credential.clientId, companyId: acme });
  expect(stuckWith(await connecting.check('verifyCredentials'))).toMatchObject({ reason: 'app-not-connected', on: 'admin' });

  await bench().control('/admin/apps/connect', { clientId: credential.clientId, companyId: acme });
  expect((await connecting.check('verifyCredentials')).state).toBe('met');
  expect(await commandRows(connecting)).toBe(0);
});

test('nobody signed in: both steps wait for the admin and say where', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  for (const stepId of ['connectApp', 'proveOwnership']) {
    expect(await connecting.check(stepId)).toMatchObject({
      state: 'waiting',
      on: 'admin',
      where: expect.stringContaining('Sign in'),
    });
  }
});

test('a person who is no company admin proves nothing, and heals when made admin, without signing in again', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  await connecting.check('verifyCredentials');
  const tess = await connecting.signIn('tess');

  const outcome = await connecting.check('proveOwnership');
  expect(stuckWith(outcome)).toMatchObject({
    reason: 'not-company-admin',
    on: 'admin',
    where: expect.stringContaining('Directory'),
  });
  expect(await tess.confirm()).toBe(false);
  expect((await connecting.check('connectApp')).state).toBe('met');

  await bench().control('/admin/users/set-directory-level', { companyId: acme, personId: 'tess', level: 'Admin' });
  expect(await connecting.check('proveOwnership')).toMatchObject({
    state: 'waiting',
    needed: expect.stringContaining('confirm'),
  });
  expect(await commandRows(connecting)).toBe(0);
  await bench().control('/admin/users/set-directory-level', { companyId: acme, personId: 'tess', level: 'Read Only' });
});

test('a person outside the company cannot prove it, whatever they are elsewhere', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  const cleo = await connecting.signIn('cleo');
  expect(stuckWith(await connecting.check('proveOwnership')).reason).toBe('not-company-admin');
  expect(await connecting.check('connectApp')).toMatchObject({ state: 'waiting', on: 'admin' });
  expect(await cleo.confirm()).toBe(false);
  expect((await connecting.inTenant((db) => findConnection(db, connecting.connectionId)))?.boundCompanyId).toBeNull();
});

test('our app disconnected from the company parks connectApp, and heals when an admin installs it', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  await bench().control('/admin/apps/disconnect', { clientId: 'groundwork-test', companyId: acme });
  await connecting.signIn('ada');
  expect(stuckWith(await connecting.check('connectApp'))).toMatchObject({
    reason: 'app-not-connected',
    where: expect.stringContaining('App Management'),
  });
  await bench().control('/admin/apps/connect', { clientId: 'groundwork-test', companyId: acme });
  expect((await connecting.check('connectApp')).state).toBe('met');
});

test('the company is bound only after an admin confirmed; then the token is revoked and wiped', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  const livingTokens = () =>
    bench().sandbox.world.tokens.filter(({ grant, accessRevoked }) => grant === 'authorization_code' && !accessRevoked);
  const before = livingTokens();
  const ada = await connecting.signIn('ada');
  expect((await connecting.check('proveOwnership')).state).toBe('waiting');
  expect(livingTokens()).toHaveLength(before.length + 1);
  expect((await connecting.inTenant((db) => findConnection(db, connecting.connectionId)))?.boundCompanyId).toBeNull();

  expect(await ada.confirm()).toBe(true);
  expect(await connecting.check('proveOwnership')).toMatchObject({ state: 'met', evidence: { companyName: 'Acme Builders' } });
  const connection = await connecting.inTenant((db) => findConnection(db, connecting.connectionId));
  expect(connection).toMatchObject({ boundCompanyId: acme, boundBy: expect.stringMatching(/^procore:\d+$/) });
  expect(await connecting.inTenant((db) => findSignIn(db, ada.signInId))).toMatchObject({ state: 'confirmed', hasToken: false });
  expect(livingTokens()).toEqual(before);
});

test('what was seen of one company binds no other: a company named meanwhile is neither confirmed nor bound', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  const ada = await connecting.signIn('ada');
  await connecting.check('proveOwnership');
  await connecting.submitService(await credentialOf(borealis), borealis);
  expect(await ada.confirm()).toBe(false);

  const again = await bench().connect();
  await again.submitService(await credentialOf(acme));
  const sameAda = await again.signIn('ada');
  await again.check('proveOwnership');
  expect(await sameAda.confirm()).toBe(true);
  await again.submitService(await credentialOf(borealis), borealis);
  expect((await again.check('proveOwnership')).state).toBe('waiting');
  expect((await again.inTenant((db) => findConnection(db, again.connectionId)))?.boundCompanyId).toBeNull();
});

test('a code whose answer was lost ends the attempt in words, and is never sent twice', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  const ada = await connecting.signIn('ada');
  await bench().control('/faults', { match: { method: 'POST', path: '/oauth/token' }, kind: 'reset-after-commit' });
  expect(await connecting.check('proveOwnership')).toMatchObject({ state: 'waiting', seen: expect.stringContaining('lost') });
  expect(await connecting.inTenant((db) => findSignIn(db, ada.signInId))).toMatchObject({ state: 'refused', hasToken: false });
  const again = await connecting.signIn('ada');
  expect((await connecting.check('proveOwnership')).state).toBe('waiting');
  expect(await again.confirm()).toBe(true);
});

test('a too low Daily Log level parks the project permissions with tool, level and screen, and heals when raised', async () => {
  const connecting = await bound();
  expect((await connecting.check('verifyCompanyTemplate')).state).toBe('met');
  const template = bench().sandbox.world.templates.find(
    ({ companyId, name }) => companyId === acme && name === 'HammerTech Sync Project Permissions',
  );
  const edit = (level: string) =>
    bench().control('/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });

  await edit('Standard');
  const outcome = await connecting.check('verifyProjectTemplate');
  expect(stuckWith(outcome)).toMatchObject({
    reason: 'permission-too-low',
    on: 'admin',
    seen: expect.stringContaining('Standard on Daily Log'),
    where: expect.stringContaining('HammerTech Sync Project Permissions → Daily Log'),
  });
  await edit('Admin');
  expect((await connecting.check('verifyProjectTemplate')).state).toBe('met');
  expect(await commandRows(connecting)).toBe(0);
});

test('a step keeps its `since` while it says the same, and its evidence once it is done', async () => {
  const connecting = await bench().connect();
  await connecting.check('awaitCredentials');
  const first = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'awaitCredentials'));
  await connecting.check('awaitCredentials');
  const second = await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'awaitCredentials'));
  expect(second?.since).toEqual(first?.since);
  await connecting.submitService(await credentialOf(acme));
  await connecting.check('awaitCredentials');
  expect(await connecting.inTenant((db) => findStep(db, connecting.connectionId, 'awaitCredentials'))).toMatchObject({
    state: 'done',
    outcome: { state: 'met', evidence: { companyId: acme } },
  });
});

test('a sign-in that Procore ended before it was finished asks for another one', async () => {
  const connecting = await bench().connect();
  await connecting.submitService(await credentialOf(acme));
  const ada = await connecting.signIn('ada');
  await bench().control('/faults', { match: { method: 'GET', path: '/rest/v1.0/settings/permissions' }, kind: 'revoke-token' });
  expect(await connecting.check('proveOwnership')).toMatchObject({
    state: 'waiting',
    on: 'admin',
    needed: expect.stringContaining('once more'),
  });
  expect(await connecting.inTenant((db) => findSignIn(db, ada.signInId))).toMatchObject({ state: 'refused' });
});
