import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createConnection } from '../../shared/store/connections/connections.ts';
import {
  claimCode,
  giveCodeBack,
  lapseSignIns,
  storeIdentity,
  storeToken,
  tokensToRevoke,
  usableToken,
  wipeToken,
} from '../../shared/store/grants/sign-in-tokens.ts';
import {
  confirmSignIn,
  findSignIn,
  newestSignIn,
  offerSignIn,
  openSession,
  refuseSignIn,
  returnSignIn,
  startSignIn,
  storeSeen,
  storeWho,
  withdrawSignIn,
} from '../../shared/store/grants/sign-ins.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const hash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();
const code = Buffer.from('sealed code');
const token = Buffer.from('sealed token');

interface Offered {
  readonly signInId: string;
  readonly connectionId: string;
  readonly session: Buffer;
  readonly state: Buffer;
  run<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
}

async function offered(expiresInMs = 600_000): Promise<Offered> {
  const tenantId = await store().newTenant();
  const [connectionId, signInId, session, state] = [randomUUID(), randomUUID(), hash(), hash()];
  const run: Offered['run'] = (work) => withTenant(store().pool, tenantId, work);
  await run(async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: '7' });
    const expiresAt = new Date(Date.now() + expiresInMs);
    const given = { tenantId, signInId, connectionId, linkHash: hash(), restoreEpoch: 'e', createdBy: 'test', expiresAt };
    await offerSignIn(db, { ...given, purpose: 'prove-ownership' });
    await openSession(db, signInId, session);
  });
  return { signInId, connectionId, session, state, run };
}

const start = ({ run, signInId, session, state }: Offered) =>
  run((db) =>
    startSignIn(db, { signInId, sessionHash: session, stateHash: state, stateExpiresAt: new Date(Date.now() + 60_000) }),
  );
const comeBack = ({ run, signInId, session, state }: Offered, sessionHash = session) =>
  run((db) => returnSignIn(db, { signInId, sessionHash, stateHash: state, sealedCode: code }));
const claim = ({ run, signInId }: Offered, leaseMs = 60_000) => run((db) => claimCode(db, signInId, leaseMs));
const hold = ({ run, signInId }: Offered, pendingMs = 60_000) =>
  run((db) => storeToken(db, { signInId, sealedToken: token, pendingMs }));

async function exchanged(given?: Offered): Promise<Offered> {
  const signIn = given ?? (await offered());
  await start(signIn);
  await comeBack(signIn);
  await claim(signIn);
  await hold(signIn);
  await signIn.run((db) =>
    storeIdentity(db, { signInId: signIn.signInId, sealed: token }, { id: '42', name: 'Ada', login: 'ada@acme.example' }),
  );
  return signIn;
}

const stateOf = async ({ run, signInId }: Offered) => (await run((db) => findSignIn(db, signInId)))?.state;

test('the way from link to confirmation, and what is known at its end', async () => {
  const signIn = await exchanged();
  await signIn.run((db) =>
    storeSeen(db, signIn.signInId, '42', { companyId: '7', companyName: 'Acme', directoryLevel: 'Admin', admin: true }),
  );
  expect(await signIn.run((db) => confirmSignIn(db, signIn.signInId, signIn.session))).toBe(true);
  await signIn.run((db) => wipeToken(db, signIn.signInId, token));
  expect(await signIn.run((db) => newestSignIn(db, signIn.connectionId, 'prove-ownership'))).toMatchObject({
    state: 'confirmed',
    procoreUserId: '42',
    hasToken: false,
  });
});

describe('the browser that started is the one that returns', () => {
  test('a callback with another session, or a spent state, changes nothing', async () => {
    const signIn = await offered();
    await start(signIn);
    expect(await comeBack(signIn, hash())).toBe(false);
    expect(await comeBack(signIn)).toBe(true);
    expect(await comeBack(signIn)).toBe(false);
  });

  test('confirming needs that session, and an admin who was seen', async () => {
    const signIn = await exchanged();
    expect(await signIn.run((db) => confirmSignIn(db, signIn.signInId, signIn.session))).toBe(false);
    await signIn.run((db) =>
      storeSeen(db, signIn.signInId, '42', { companyId: '7', companyName: 'Acme', directoryLevel: 'Admin', admin: true }),
    );
    expect(await signIn.run((db) => confirmSignIn(db, signIn.signInId, hash()))).toBe(false);
    expect(await signIn.run((db) => confirmSignIn(db, signIn.signInId, signIn.session))).toBe(true);
  });
});

test('after the pending window nobody confirms, even before anybody has taken the sign-in back', async () => {
  const signIn = await exchanged();
  const { signInId, session, run } = signIn;
  await run((db) => storeSeen(db, signInId, '42', { companyId: '7', companyName: 'Acme', directoryLevel: 'Admin', admin: true }));
  const expire = (afterMs: number) =>
    run((db) =>
      db
        .updateTable('sign_in')
        .set({ token_expires_at: new Date(Date.now() + afterMs) })
        .execute(),
    );
  await expire(-1000);
  expect(await run((db) => confirmSignIn(db, signInId, session))).toBe(false);
  expect(await stateOf(signIn)).toBe('exchanged');
  await expire(60_000);
  expect(await run((db) => confirmSignIn(db, signInId, session))).toBe(true);
});

describe('a code is sent once', () => {
  test('of two workers that claim at the same moment one gets it', async () => {
    const signIn = await offered();
    await start(signIn);
    await comeBack(signIn);
    const claims = await Promise.all([claim(signIn), claim(signIn)]);
    expect(claims.map(({ state }) => state).sort()).toEqual(['being-sent', 'claimed']);
  });

  test('a claim that outlived its lease is a lost answer', async () => {
    const signIn = await offered();
    await start(signIn);
    await comeBack(signIn);
    await claim(signIn);
    expect((await claim(signIn, -1000)).state).toBe('lost');
  });

  test('one that was surely not sent may be claimed again', async () => {
    const signIn = await offered();
    await start(signIn);
    await comeBack(signIn);
    await claim(signIn);
    await signIn.run((db) => giveCodeBack(db, signIn.signInId, code));
    expect(await claim(signIn)).toMatchObject({ state: 'claimed', sealedCode: code });
  });

  test('a token that comes after the person started anew is refused', async () => {
    const signIn = await offered();
    await start(signIn);
    await comeBack(signIn);
    await claim(signIn);
    await start(signIn);
    expect(await hold(signIn)).toBe(false);
  });
});

describe('endings', () => {
  test('a refused attempt may be started again; an expired link may not', async () => {
    const signIn = await exchanged();
    await signIn.run((db) => refuseSignIn(db, signIn.signInId, 'no'));
    expect(await start(signIn)).toBe(true);
    const late = await offered(-1000);
    expect(await start(late)).toBe(false);
    await late.run((db) => lapseSignIns(db));
    expect(await stateOf(late)).toBe('expired');
  });

  test('a person ends the attempt of their own session only', async () => {
    const signIn = await exchanged();
    const { signInId, session } = signIn;
    const giveUp = (sessionHash: Buffer) =>
      signIn.run((db) => withdrawSignIn(db, { signInId, sessionHash, refusal: 'another account' }));
    expect(await giveUp(hash())).toBe(false);
    expect(await stateOf(signIn)).toBe('exchanged');
    expect(await giveUp(session)).toBe(true);
    expect(await stateOf(signIn)).toBe('refused');
    expect(await giveUp(session)).toBe(false);
  });

  test('a pending window that passed leaves the link as it was offered, and the token to be revoked', async () => {
    const signIn = await offered();
    await start(signIn);
    await comeBack(signIn);
    await claim(signIn);
    await hold(signIn, -1000);
    await signIn.run((db) =>
      storeIdentity(db, { signInId: signIn.signInId, sealed: token }, { id: '42', name: 'Ada', login: '' }),
    );
    expect(await signIn.run((db) => lapseSignIns(db))).toBe(1);
    expect(await stateOf(signIn)).toBe('offered');
    expect(await signIn.run((db) => tokensToRevoke(db, 10))).toEqual([{ signInId: signIn.signInId, sealed: token }]);
  });

  test('a new start makes the earlier token unusable, and its code is claimed only once that token is wiped', async () => {
    const signIn = await exchanged();
    await start(signIn);
    await comeBack(signIn);
    expect(await signIn.run((db) => usableToken(db, signIn.signInId))).toBeUndefined();
    expect(await signIn.run((db) => tokensToRevoke(db, 10))).toEqual([{ signInId: signIn.signInId, sealed: token }]);
    expect(await claim(signIn)).toEqual({ state: 'former-token', sealedToken: token });
    await signIn.run((db) => wipeToken(db, signIn.signInId, token));
    expect((await claim(signIn)).state).toBe('claimed');
  });

  test('who a token belongs to, and what was seen with it, is not noted for the person after', async () => {
    const signIn = await exchanged();
    await start(signIn);
    await comeBack(signIn);
    await signIn.run((db) => wipeToken(db, signIn.signInId, token));
    await claim(signIn);
    const sealed = Buffer.from('another sealed token');
    await signIn.run((db) => storeToken(db, { signInId: signIn.signInId, sealedToken: sealed, pendingMs: 60_000 }));
    const note = (of: Buffer, id: string) =>
      signIn.run((db) => storeIdentity(db, { signInId: signIn.signInId, sealed: of }, { id, name: id, login: '' }));
    await note(token, '42');
    expect(await stateOf(signIn)).toBe('returned');
    await note(sealed, '43');
    const seen = { companyId: '7', companyName: 'Acme', directoryLevel: 'Admin', admin: true };
    expect(await signIn.run((db) => storeSeen(db, signIn.signInId, '42', seen))).toBe(false);
    expect(await signIn.run((db) => storeSeen(db, signIn.signInId, '43', seen))).toBe(true);
  });
});

test('nobody confirms while it is not known who they are', async () => {
  const signIn = await offered();
  await start(signIn);
  await comeBack(signIn);
  await claim(signIn);
  await hold(signIn);
  const { signInId, session, run } = signIn;
  await run((db) => storeIdentity(db, { signInId, sealed: token }, { id: null, name: 'Somebody', login: '' }));
  const seen = { companyId: '7', companyName: 'Acme', directoryLevel: 'Admin', admin: true };
  expect(await run((db) => storeSeen(db, signInId, null, seen))).toBe(true);
  expect(await run((db) => confirmSignIn(db, signInId, session))).toBe(false);
  await run((db) => storeWho(db, signInId, { id: '42', name: 'Ada', login: '' }));
  expect(await run((db) => confirmSignIn(db, signInId, session))).toBe(true);
});

test('a code that waited longer than Procore keeps it is wiped, and the link may be used again', async () => {
  const signIn = await offered();
  await start(signIn);
  await comeBack(signIn);
  expect(await signIn.run((db) => lapseSignIns(db))).toBe(0);
  const elevenMinutesAgo = new Date(Date.now() - 660_000);
  await signIn.run((db) => db.updateTable('sign_in').set({ returned_at: elevenMinutesAgo }).execute());
  expect(await signIn.run((db) => lapseSignIns(db))).toBe(1);
  expect(await signIn.run((db) => findSignIn(db, signIn.signInId))).toMatchObject({ state: 'offered', hasCode: false });
  expect(await start(signIn)).toBe(true);
});
