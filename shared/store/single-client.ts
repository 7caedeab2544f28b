import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { DatabaseError, type PoolClient } from 'pg';
import type { Database } from './database.d.ts';

/**
 * Binds Kysely to one connection whose transaction the caller opened. Call `end()` before that transaction closes; later queries
 * are refused, so that none runs in the next transaction of the same connection. `onStale`: a migration changed the result of a
 * statement prepared on this connection; it will always fail there, but on no other one.
 */
export function clientDatabase(
  client: PoolClient,
  onStale: (error: Error) => void,
): { readonly db: Kysely<Database>; readonly end: () => void } {
  let ended = false;
  const connection: DatabaseConnection = {
    async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
      if (ended) throw new Error('this unit of work has ended');
      const { sql, parameters } = compiled;
      const statement = { name: statementName(sql, parameters.length), text: sql, values: [...parameters] };
      const result = await client.query(statement).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === stalePlan) onStale(error);
        throw error;
      });
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

/** "cached plan must not change result type". */
const stalePlan = '0A000';

/** Statements with more values are rarely repeated. */
const mostParameters = 40;
const mostStatements = 1000;
const names = new Map<string, string>();

/**
 * A name under which a connection keeps the statement parsed, and after some uses planned: most of the cost of a small statement.
 * Postgres keeps them as long as the connection lives, so their number is limited; undefined: parsed each time.
 */
function statementName(text: string, parameters: number): string | undefined {
  const known = names.get(text);
  if (known !== undefined || parameters > mostParameters || names.size >= mostStatements) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
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
