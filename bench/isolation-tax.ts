import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import type { Database } from '../shared/store/database.d.ts';
import { jsonb } from '../shared/store/json.ts';
import type { Db } from '../shared/store/tenancy.ts';
import { closePool, createPool, withTenant } from '../shared/store/tenancy.ts';
import { startBenchDatabase } from './database.ts';
import type { BenchResult } from './result.ts';
import { thisMachine } from './result.ts';
import { interleave } from './rounds.ts';

const tenants = 20;
const batchRows = 100;
const gates = { single: 0.75, batch: 0.9 };

interface Subject {
  readonly tenantId: string;
  readonly linkId: string;
}

/**
 * What row-level security costs. Ours: `withTenant`, pipelined, under the policy. Theirs: the same statements in a transaction of the
 * same library on a database without policies, neither pipelined nor with a tenant set. The ratio is of speeds.
 */
export async function run(): Promise<BenchResult> {
  const database = await startBenchDatabase();
  try {
    const [ours, theirs] = await Promise.all([database.create('ours'), database.create('theirs')]);
    const subjects = Array.from({ length: tenants }, () => ({ tenantId: randomUUID(), linkId: randomUUID() }));
    await Promise.all([fill(ours.adminUrl, subjects), fill(theirs.adminUrl, subjects)]);
    await withoutPolicies(theirs.adminUrl);
    return await contest(ours.serveUrl, theirs.serveUrl, subjects);
  } finally {
    await database.stop();
  }
}

async function contest(ourUrl: string, theirUrl: string, subjects: readonly Subject[]): Promise<BenchResult> {
  const pool = createPool(ourUrl, { max: 1 });
  const plainPool = new Pool({ connectionString: theirUrl, max: 1 });
  plainPool.on('error', () => undefined); // the server may be stopped before its goodbye was read
  const plain = new Kysely<Database>({ dialect: new PostgresDialect({ pool: plainPool }) });
  let turn = 0;
  const next = (): Subject => subjects[turn++ % subjects.length] ?? { tenantId: '', linkId: '' };
  const measure = async (name: string, gate: number, times: number, work: (db: Db, subject: Subject) => Promise<unknown>) => {
    const ours = {
      times,
      run: () => onSubject(next(), (subject) => withTenant(pool, subject.tenantId, (db) => work(db, subject))),
    };
    const theirs = { times, run: () => onSubject(next(), (subject) => plain.transaction().execute((db) => work(db, subject))) };
    const { measured, speedRatio: ratio } = await interleave(8, ours, theirs);
    return { name, ratio, gate: `>= ${gate}`, ok: ratio >= gate, ...measured };
  };
  try {
    const single = await measure('single row', gates.single, 1500, readOne);
    const batch = await measure('batch of 100', gates.batch, 60, upsertBatch);
    const tightest = single.ratio / gates.single < batch.ratio / gates.batch ? single : batch;
    return { ...tightest, name: 'isolation-tax', ok: single.ok && batch.ok, machine: thisMachine(), parts: [single, batch] };
  } finally {
    await Promise.all([closePool(pool), plain.destroy()]);
  }
}

const onSubject = (subject: Subject, run: (subject: Subject) => Promise<unknown>): Promise<unknown> => run(subject);

async function readOne(db: Db, { tenantId, linkId }: Subject): Promise<void> {
  await db
    .selectFrom('project_link')
    .select(['state', 'generation'])
    .where('tenant_id', '=', tenantId)
    .where('project_link_id', '=', linkId)
    .executeTakeFirstOrThrow();
}

async function upsertBatch(db: Db, { tenantId, linkId }: Subject): Promise<void> {
  const rows = Array.from({ length: batchRows }, (_, index) => ({
    tenant_id: tenantId,
    project_link_id: linkId,
    stream: 'manpower',
    source_key: `sign-in-${index}`,
    group_key: `2026-11-12|${index % 10}`,
    facts: jsonb({ workerKey: `worker-${index}`, minutes: 480 }),
  }));
  await db
    .insertInto('gathered_fact')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'project_link_id', 'stream', 'source_key'])
        .doUpdateSet((excluded) => ({ group_key: excluded.ref('excluded.group_key'), facts: excluded.ref('excluded.facts') })),
    )
    .execute();
}

async function fill(adminUrl: string, subjects: readonly Subject[]): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    for (const { tenantId, linkId } of subjects) {
      const connectionId = linkId;
      await admin.query("INSERT INTO tenant VALUES ($1, $2, 'n', 'hammertech', 'demo', null, '1')", [
        tenantId,
        `s-${tenantId}`.slice(0, 30),
      ]);
      await admin.query(
        "INSERT INTO connection (tenant_id, connection_id, partner, scope) VALUES ($1, $2, 'hammertech', 'company')",
        [tenantId, connectionId],
      );
      await admin.query(
        `INSERT INTO project_link (tenant_id, project_link_id, connection_id, procore_project_id, procore_project_name,
          partner_project_id, partner_project_name, basis) VALUES ($1, $2, $2, '1', 'p', '2', 'q', 'name')`,
        [tenantId, linkId],
      );
    }
  });
}

async function withoutPolicies(adminUrl: string): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    const tables = await admin.query<{ name: string }>(
      "SELECT polrelid::regclass::text AS name FROM pg_policy WHERE polname = 'tenant_only'",
    );
    for (const { name } of tables.rows)
      await admin.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`);
  });
}

async function asAdmin(url: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
    await admin.query('VACUUM ANALYZE');
  } finally {
    await admin.end();
  }
}
