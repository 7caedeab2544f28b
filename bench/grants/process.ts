import type { Pool } from 'pg';
import pg from 'pg';
import { grantTokensOf } from '../../activities/grants/index.ts';
import { type Mode, timingsOf } from '../../shared/config/pace.ts';
import { claimedCompany } from '../../shared/domain/company.ts';
import { faultIn } from '../../shared/domain/faults.ts';
import type { RateBudget } from '../../shared/procore/budget.ts';
import { createProcoreClient, type TokenSource } from '../../shared/procore/client.ts';
import { type ClientCredential, createOAuth } from '../../shared/procore/oauth.ts';
import { getMe } from '../../shared/procore/operations/identity.ts';
import { rootKey, rootKeys } from '../../shared/security/keys.ts';
import { revealSecret, type Secret, secretOf } from '../../shared/security/secret.ts';
import { closePool, createPool } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { createGrantSpill } from '../../worker/grant-spill.ts';

/** What one of two processes is told: so many users of one grant at once, each with one call, by our tokens or by those of a naive client. */
export interface Play {
  readonly side: 'ours' | 'refresh on 401';
  readonly users: number;
  readonly mode: Mode;
  readonly ref: { readonly tenantId: string; readonly grantId: string };
  readonly companyId: string;
  readonly databaseUrl: string;
  /** Where the naive client's pair lies in plain. */
  readonly plainUrl: string;
  readonly loginOrigin: string;
  readonly apiOrigin: string;
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  readonly keys: { readonly root: string; readonly box: string };
  readonly spillDirectory: string;
}

export interface Played {
  readonly worked: number;
  /** Kinds of faults, one for each call that did not. */
  readonly failed: readonly string[];
}

const noBudget: RateBudget = { reserve: async () => ({ granted: true, reservedAt: 0 }), learn: async () => undefined };

async function play(given: Play): Promise<Played> {
  const timings = timingsOf(given.mode);
  const company = claimedCompany(given.companyId);
  const asker = { budgetKey: 'bench', lane: 'answers', tenant: 't', part: 'p' } as const;
  const { sourceFor, close } = given.side === 'ours' ? ourTokens(given) : naiveTokens(given);
  const calls = Array.from({ length: given.users }, () => {
    const client = createProcoreClient({
      origin: given.apiOrigin,
      company,
      token: sourceFor(),
      budget: noBudget,
      asker,
      timings,
    });
    return getMe(client);
  });
  const ends = await Promise.allSettled(calls);
  await close();
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [faultIn(end.reason)?.kind ?? String(end.reason)] : []));
  return { worked: ends.length - failed.length, failed };
}

interface Tokens {
  readonly sourceFor: () => TokenSource;
  readonly close: () => Promise<void>;
}

const credentialOf = ({ app }: Play): ClientCredential => ({ clientId: app.clientId, clientSecret: secretOf(app.clientSecret) });

/** As the worker makes them. */
function ourTokens(given: Play): Tokens {
  const timings = timingsOf(given.mode);
  const pool = createPool(given.databaseUrl, { max: 10 });
  const log = { info: () => undefined, warn: () => undefined };
  const tokens = grantTokensOf({
    pool,
    vault: createVault(rootKeys(rootKey('1', given.keys.root)), given.keys.box),
    timings,
    log,
    procore: {
      oauth: createOAuth({ loginOrigin: given.loginOrigin, deadlineMs: timings.httpDeadlineMs }),
      ourApp: { ...credentialOf(given), redirectUrl: '' },
    },
    spill: createGrantSpill(given.spillDirectory, log),
  });
  return { sourceFor: () => tokens.sourceFor(given.ref.tenantId, given.ref.grantId), close: () => closePool(pool) };
}

/** What published clients do: the stored token until it is refused, then a refresh of one's own with what is stored by then. */
function naiveTokens(given: Play): Tokens {
  const plain: Pool = new pg.Pool({ connectionString: given.plainUrl, max: 10 });
  const oauth = createOAuth({ loginOrigin: given.loginOrigin, deadlineMs: timingsOf(given.mode).httpDeadlineMs });
  const read = async (): Promise<{ access: string; refresh: string }> => {
    const { rows } = await plain.query('SELECT access, refresh FROM plain_pair');
    return rows[0];
  };
  const refresh = async (): Promise<Secret> => {
    const pair = await oauth.refresh(credentialOf(given), secretOf((await read()).refresh));
    await plain.query('UPDATE plain_pair SET access = $1, refresh = $2', [
      revealSecret(pair.accessToken),
      revealSecret(pair.refreshToken),
    ]);
    return pair.accessToken;
  };
  return {
    sourceFor: () => {
      let isRefused = false;
      return {
        principal: 'person',
        bearer: async () => (isRefused ? refresh() : secretOf((await read()).access)),
        rejected: () => {
          isRefused = true;
        },
      };
    },
    close: () => plain.end(),
  };
}

process.on('message', (given: Play) => void play(given).then((played) => process.send?.(played)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
