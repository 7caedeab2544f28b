import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { useTestApi } from '../support/api.ts';
import { operations } from '../support/api-document.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { breachesBy, namesSomething } from '../support/foreign-request.ts';

const apiOf = useTestApi();
let owner: World;
let other: World;

const own = "tenant_id = (SELECT current_setting('gw.tenant')::uuid)";

/** Puts another rule, for reading and for writing, in the place of the tenants' own. */
async function rule(text: string, only: (table: string) => boolean): Promise<void> {
  const { admin } = apiOf().store;
  const policies = await admin.query<{ table: string }>(
    "SELECT polrelid::regclass::text AS table FROM pg_policy WHERE polname = 'tenant_only'",
  );
  const tables = policies.rows.map(({ table }) => table).filter(only);
  expect(tables.length).toBeGreaterThan(0);
  for (const table of tables) await admin.query(`ALTER POLICY tenant_only ON ${table} USING (${text}) WITH CHECK (${text})`);
}

beforeEach(async () => {
  owner = await newWorld(apiOf());
  other = await newWorld(apiOf());
});

const breaches = (operation: (typeof operations)[number]) => breachesBy(apiOf(), operation, { owner, otherKey: other.key });

const named = operations.filter(namesSomething).map((operation) => [operation.name, operation] as const);
const reading = named.filter(([, { method }]) => method === 'get');
const writing = named.filter(([, { method }]) => method === 'post');
const lists = operations.filter((operation) => operation.method === 'get' && !namesSomething(operation));

/** The negative control of the isolation tests: were the policies loosened, they would notice at every operation. */
describe('with loosened policies', () => {
  beforeAll(() => rule('true', () => true));

  test.each(reading)('another tenant would read %s', async (_name, operation) => {
    expect(await breaches(operation)).toEqual(expect.arrayContaining(['answered 200']));
  });

  test.each(lists.map((operation) => [operation.name, operation] as const))(
    '%s would show another tenant’s rows',
    async (_name, operation) => {
      expect(await breaches(operation)).toEqual(expect.arrayContaining([`showed ${owner.connectionId}`]));
    },
  );

  test.each(writing)('another tenant’s %s would come as far as the keys that hold its row off', async (_name, operation) => {
    expect(await breaches(operation)).toEqual(expect.arrayContaining([expect.stringMatching(/^answered (?!404)/)]));
  });
});

describe('with loosened policies and no foreign keys, which bind every row to its tenant’s', () => {
  beforeAll(async () => {
    const { admin } = apiOf().store;
    const keys = await admin.query<{ table: string; name: string }>(
      "SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint WHERE contype = 'f'",
    );
    for (const { table, name } of keys.rows) await admin.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    // one chain of audit entries cannot hold those of two tenants: it would refuse the write by its own numbers
    await rule(own, (table) => table.startsWith('audit_'));
  });

  test.each(writing)('another tenant’s %s would succeed and leave its row', async (_name, operation) => {
    const found = await breaches(operation);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^answered 20/), expect.stringMatching(/^changed /)]));
  });
});
