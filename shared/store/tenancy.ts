import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { PoolClient, PoolConfig } from 'pg';
import { Pool, types } from 'pg';
import { uuid } from '../domain/ids.ts';
import type { Database } from './database.d.ts';
import { clientDatabase } from './single-client.ts';

/** A typed connection inside one unit of work; it refuses queries once that has ended. */
export type Db = Kysely<Database>;

declare const doorOnly: unique symbol;

/** A pool that only `withTenant` and `withoutTenant` can query. */
export interface StorePool {
  readonly [doorOnly]: 'pool';
}

export interface StorePoolOptions {
  /** Maximum number of connections (10). */
  readonly max?: number;
  /** Shown in `pg_stat_activity`: which process this is. */
  readonly applicationName?: string;
  /** An idle connection broke; the pool replaces it. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** Longer waits are our faults; the unit of work is rolled back. Milliseconds. */
const limits = { statement_timeout: 15_000, idle_in_transaction_session_timeout: 10_000, lock_timeout: 3_000 };

const dateOid = 1082;
const columnTypes: PoolConfig['types'] = {
  // a calendar day is text: the driver would make it midnight of this machine's zone
  getTypeParser: (oid, format) => (oid === dateOid ? (text: string) => text : types.getTypeParser(oid, format)),
};

const pools = new WeakMap<StorePool, Pool>();

export function createPool(url: string, options: StorePoolOptions = {}): StorePool {
  const pool = new Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'groundwork',
    connectionTimeoutMillis: 10_000,
    pipeline: true,
    types: columnTypes,
    ...limits,
  });
  pool.on('error', (error) => options.onConnectionLost?.(error));
  // from the start: the library listens only while it is idle, and we while it is in use
  pool.on('connect', (client) => client.on('error', (error) => failures.set(client, error)));
  const door = Object.freeze({}) as StorePool; // the brand exists for the compiler only
  pools.set(door, pool);
  return door;
}

/** Resolves once every connection is returned and closed. */
export async function closePool(pool: StorePool): Promise<void> {
  await poolBehind(pool).end();
}

/**
 * Number of connections in use: 0 unless a unit of work runs.
 *
 * @onlyTests
 */
export function connectionsInUse(pool: StorePool): number {
  const { totalCount, idleCount } = poolBehind(pool);
  return totalCount - idleCount;
}

/** Named, so that each connection parses it once. */
const setTenant = { name: 'set-tenant', text: "SELECT set_config('gw.tenant', $1, true)" };

const current = new AsyncLocalStorage<{ open: boolean }>();

/**
 * One unit of work of one tenant: a transaction under row-level security. Commits the work of `fn` and returns its result; any
 * throw rolls it all back. `fn` can read and write rows of `tenantId` only. Units of work do not nest: they would wait for each
 * other.
 */
export async function withTenant<Result>(pool: StorePool, tenantId: string, fn: (db: Db) => Promise<Result>): Promise<Result> {
  const tenant = uuid.parse(tenantId);
  return onLoan(pool, async (client) => {
    // sent together with the first query of fn; a failure here fails that query too
    const opening = Promise.all([client.query('BEGIN'), client.query({ ...setTenant, values: [tenant] })]);
    const { db, end } = clientDatabase(client, (error) => failures.set(client, error));
    try {
      const [result] = await Promise.all([runInside(db, fn), opening]);
      end();
      const commit = await client.query('COMMIT');
      if (commit.command !== 'COMMIT')
        throw new Error('rolled back: a query of this unit of work failed and its error was dropped');
      return result;
    } catch (error) {
      end();
      await opening.catch(() => undefined);
      await client.query('ROLLBACK').catch(() => undefined); // a broken connection has rolled back already
      throw error;
    }
  });
}

/**
 * For data of no tenant: the installation, rate budgets, and the definer functions that find a tenant. Each statement commits by
 * itself. Queries on tenant tables fail, since no tenant is set.
 */
export async function withoutTenant<Result>(pool: StorePool, fn: (db: Db) => Promise<Result>): Promise<Result> {
  return onLoan(pool, async (client) => {
    const { db, end } = clientDatabase(client, (error) => failures.set(client, error));
    try {
      return await runInside(db, fn);
    } finally {
      end();
    }
  });
}

/** The error that broke a connection, as long as it is referenced. */
const failures = new WeakMap<object, Error>();

async function onLoan<Result>(pool: StorePool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  if (current.getStore()?.open) throw new Error('a unit of work may not open another');
  const client = await poolBehind(pool).connect();
  try {
    return await work(client);
  } finally {
    // a connection that is broken or still inside a transaction is closed, never reused
    client.release(failures.get(client) ?? client.getTransactionStatus() !== 'I');
  }
}

async function runInside<Result>(db: Db, fn: (db: Db) => Promise<Result>): Promise<Result> {
  const unit = { open: true };
  try {
    return await current.run(unit, () => fn(db));
  } finally {
    unit.open = false;
  }
}

function poolBehind(door: StorePool): Pool {
  const pool = pools.get(door);
  if (!pool) throw new Error('not a pool of this store');
  return pool;
}
