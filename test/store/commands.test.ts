import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { CompiledQuery, type RootOperationNode } from 'kysely';
import { markApplied, openCommands, writeCommand } from '../../shared/store/commands.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

async function aConnection() {
  const tenantId = await store().newTenant();
  const connectionId = randomUUID();
  const run = <Result>(work: (db: Db) => Promise<Result>) => withTenant(store().pool, tenantId, work);
  await run((db) =>
    createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: '7' }),
  );
  const decide = async (): Promise<string> => {
    const commandId = randomUUID();
    const command = { tenantId, connectionId, commandId, kind: 'retryStep', input: {}, actorId: 'test' };
    await run((db) => writeCommand(db, command));
    return commandId;
  };
  return { tenantId, connectionId, run, decide };
}

/** What Postgres would do for the query that `read` makes. */
async function planOf(db: Db, read: (db: Db) => Promise<unknown>): Promise<string> {
  let made: RootOperationNode | undefined;
  const watched = db.withPlugin({
    transformQuery: ({ node }) => {
      made = node;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await read(watched);
  if (made === undefined) throw new Error('no query was made');
  const { sql, parameters } = db.getExecutor().compileQuery(made, { queryId: randomUUID() });
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>(CompiledQuery.raw(`EXPLAIN ${sql}`, [...parameters]));
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

test('open are the commands of a connection that nobody has applied, oldest first', async () => {
  const { connectionId, run, decide } = await aConnection();
  const other = await aConnection();
  await other.decide();
  const [first, applied, last] = [await decide(), await decide(), await decide()];
  await run((db) => markApplied(db, applied));
  const open = await run((db) => openCommands(db, connectionId));
  expect(open.map(({ commandId }) => commandId)).toEqual([first, last]);
});

test('what was applied long ago is not read again: the open ones have an index of their own', async () => {
  const { tenantId, connectionId, run, decide } = await aConnection();
  await decide();
  await store().admin.query(
    `INSERT INTO command (tenant_id, command_id, connection_id, kind, input, actor_id, applied_at)
     SELECT $1, gen_random_uuid(), $2, 'retryStep', '{}', 'test', now() FROM generate_series(1, 5000)`,
    [tenantId, connectionId],
  );
  await store().admin.query('ANALYZE command');
  const plan = await run((db) => planOf(db, (watched) => openCommands(watched, connectionId)));
  expect(plan).toContain('command_open');
});
