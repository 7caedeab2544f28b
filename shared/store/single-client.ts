import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { PoolClient } from 'pg';
import type { Database } from './database.d.ts';

/**
 * Binds Kysely to one connection that somebody else has opened a transaction on. `end()` comes before that transaction closes; a
 * query after it is refused, so that none can slip into the next unit of work on the same connection.
 */
export function clientDatabase(client: PoolClient): { readonly db: Kysely<Database>; readonly end: () => void } {
  let ended = false;
  const connection: DatabaseConnection = {
    async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
      if (ended) throw new Error('this unit of work has ended');
      const result = await client.query(compiled.sql, [...compiled.parameters]);
      const changes = result.command !== 'SELECT' && result.rowCount !== null;
      return { rows: result.rows as Row[], ...(changes && { numAffectedRows: BigInt(result.rowCount ?? 0) }) }; // Kysely typed the row
    },
    streamQuery() {
      throw new Error('rows are read in pages, not streamed');
    },
  };
  const db = new Kysely<Database>({ dialect: dialectOf(driverOf(connection)) });
  const end = (): void => {
    ended = true;
  };
  return { db, end };
}

const noNesting = async (): Promise<never> => {
  throw new Error('the unit of work is the transaction');
};

function driverOf(connection: DatabaseConnection): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: noNesting,
    commitTransaction: noNesting,
    rollbackTransaction: noNesting,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}

const adapter = new PostgresAdapter();
const compiler = new PostgresQueryCompiler();

const dialectOf = (driver: Driver): Dialect => ({
  createDriver: () => driver,
  createAdapter: () => adapter,
  createQueryCompiler: () => compiler,
  createIntrospector: (db) => new PostgresIntrospector(db),
});
