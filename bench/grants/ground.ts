import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { pairSecret } from '../../activities/grants/store.ts';
import type { LedgerEntry } from '../../sandbox/kernel/ledger.ts';
import { issueCode } from '../../sandbox/login/credentials.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { beginGrant, lockGrantOfPerson, replacePair } from '../../shared/store/grants/grant-pairs.ts';
import { closePool, createPool, type Db, withTenant } from '../../shared/store/tenancy.ts';
import { createTenant } from '../../shared/store/tenants/tenants.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import type { DatabaseUrls } from '../database.ts';
import { boxKeys, ours } from '../worker-settings.ts';
import type { Play, Played } from './process.ts';

type Ref = Play['ref'];

/** Procore's sandbox, a tenant whose people authorize us there, and two processes that use their grants at the same time. */
export interface GrantGround {
  readonly sandbox: Sandbox;
  inTenant<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
  /** A person of Acme signs in, for the first time or again. */
  signIn(person: string): Promise<Ref>;
  /** Two hours go by at Procore, and in the rows of all grants. */
  passTwoHours(): Promise<void>;
  /** So many users of a grant at once, half in each process. */
  use(ref: Ref, users: number, side?: Play['side']): Promise<Played>;
  /** Requests for tokens since the last asking. */
  tokenRequests(): readonly LedgerEntry[];
  close(): Promise<void>;
}

const twoHoursMs = 7_200_000;

export async function openGrantGround(
  { serveUrl, adminUrl }: Pick<DatabaseUrls, 'serveUrl' | 'adminUrl'>,
  mode: Play['mode'],
): Promise<GrantGround> {
  const sandbox = await startSandbox({ ours, profile: 'brief' });
  const { world, urls } = sandbox;
  world.switches.set('rateProfile', 'generous');
  const spillDirectory = mkdtempSync(path.join(os.tmpdir(), 'groundwork-grants-'));
  const pool = createPool(serveUrl, { max: 2 });
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('CREATE TABLE plain_pair (access text, refresh text)');
  const rootText = generateKey();
  const roots = rootKeys(rootKey('1', rootText));
  const slug = `g-${randomUUID()}`;
  const { tenantId } = await createTenant(pool, roots, {
    slug,
    name: slug,
    partner: 'hammertech',
    mode: 'demo',
    createdBy: 'bench',
  });
  const vault = createVault(roots, boxKeys.privateKey);
  const oauth = createOAuth({ loginOrigin: urls.login, deadlineMs: 20_000 });
  const app = { clientId: ours.clientId, clientSecret: secretOf(ours.clientSecret) };
  const inTenant: GrantGround['inTenant'] = (work) => withTenant(pool, tenantId, work);
  const processes = await Promise.all([startProcess(), startProcess()]);
  let asked = world.ledger.last;
  const given = {
    mode,
    companyId: acmeId,
    databaseUrl: serveUrl,
    plainUrl: adminUrl,
    loginOrigin: urls.login,
    apiOrigin: urls.api,
    app: { clientId: ours.clientId, clientSecret: ours.clientSecret },
    keys: { root: rootText, box: boxKeys.privateKey },
    spillDirectory,
  };
  return {
    sandbox,
    inTenant,
    async signIn(person) {
      const { code } = issueCode(world, { person, clientId: ours.clientId, redirectUri: ours.redirectUri });
      const token = await oauth.exchangeCode(app, secretOf(code), ours.redirectUri);
      const { resourceOwnerId } = await oauth.tokenInfo(token.accessToken);
      if (token.refreshToken === null || resourceOwnerId === null) throw new Error('not a person’s pair');
      const held = { accessToken: token.accessToken, refreshToken: token.refreshToken };
      await admin.query('DELETE FROM plain_pair');
      await admin.query('INSERT INTO plain_pair VALUES ($1, $2)', [
        revealSecret(held.accessToken),
        revealSecret(held.refreshToken),
      ]);
      return inTenant(async (db) => {
        const owner = { tenantId, procoreUserId: resourceOwnerId, procoreLogin: person, procoreName: null };
        const former = await lockGrantOfPerson(db, resourceOwnerId);
        const grantId = former ?? randomUUID();
        const sealedPair = await vault.sealSecret(db, places.grantPair(tenantId, grantId), pairSecret(held));
        const issuedAt = new Date();
        const pair = { grantId, sealedPair, issuedAt, expiresAt: new Date(Date.now() + token.lifeMs), signInId: randomUUID() };
        await (former === undefined ? beginGrant(db, owner, pair) : replacePair(db, owner, pair));
        return { tenantId, grantId };
      });
    },
    async passTwoHours() {
      world.clock.advance(twoHoursMs);
      await admin.query(`UPDATE person_grant SET access_issued_at = access_issued_at - interval '2 hours',
        access_expires_at = access_expires_at - interval '2 hours'`);
    },
    async use(ref, users, side = 'ours') {
      const played = await Promise.all(
        processes.map((each) => told(each, { ...given, ref, side, users: users / processes.length })),
      );
      return { worked: played.reduce((sum, { worked }) => sum + worked, 0), failed: played.flatMap(({ failed }) => failed) };
    },
    tokenRequests() {
      const entries = world.ledger.after(asked, { side: 'login', operation: 'OauthTokenPost' }, 100_000);
      asked = world.ledger.last;
      return entries;
    },
    async close() {
      for (const each of processes) each.disconnect();
      await Promise.all([sandbox.close(), closePool(pool), admin.end()]);
      rmSync(spillDirectory, { recursive: true });
    },
  };
}

async function told(child: ChildProcess, play: Play): Promise<Played> {
  child.send(play);
  const [played] = await once(child, 'message');
  return played;
}

async function startProcess(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)));
  await once(child, 'message');
  return child;
}
