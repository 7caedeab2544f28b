import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { createSyncActivities } from '../activities/sync/index.ts';
import { timingsOf } from '../shared/config/pace.ts';
import { createMemory } from '../shared/domain/memory.ts';
import type { StreamReport } from '../shared/domain/workflow-inputs.ts';
import { forgetParsed } from '../shared/http/parsed-once.ts';
import { linkProject } from '../shared/store/projects/project-links.ts';
import { closePool, createPool, type Db, withTenant } from '../shared/store/tenancy.ts';
import { plans } from '../workflows/plans/index.ts';
import type { DatabaseUrls } from './database.ts';
import { recordStream } from './record-stream.ts';

const connections = 4;

/** The tables that hold records; a cycle's own bookkeeping (checkpoint, report) is none of them. */
const recordTables = ['gathered_fact', 'touched_group', 'record_link', 'delivery'];

export interface PullGround {
  /** Our activity, whole, on a link that knows no record yet. Its deliveries are held, so that nothing is sent. */
  freshLink(): Promise<() => Promise<StreamReport>>;
  /** Rows of records written since the last asking. */
  rowsWritten(): Promise<number>;
  /** Deliveries that stand in the queue of the newest link. */
  queued(): Promise<number>;
  close(): Promise<void>;
}

export async function pullGround(database: DatabaseUrls, origin: string): Promise<PullGround> {
  const pool = createPool(database.serveUrl, { max: connections });
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  const tenantId = randomUUID();
  await admin.query("INSERT INTO tenant VALUES ($1, 'bench', 'n', 'hammertech', 'demo', null, '1')", [tenantId]);
  const stream = recordStream(origin);
  const activities = createSyncActivities({
    pool,
    timings: timingsOf('production'),
    plans,
    environment: 'bench',
    streamsOf: () => [stream],
    settingsOf: () => ({}),
    openClients: async () => ({ procore: noProcore, partnerClient: undefined }),
    openReading: async () => ({ procore: noProcore, partnerClient: undefined }),
    pseudonymsOf: async () => (value) => value,
    surroundings: () => ({
      heartbeat: () => undefined,
      onWait: () => undefined,
      lane: 'polling',
      signal: new AbortController().signal,
    }),
    memory: createMemory(),
    crashPoint: () => undefined,
    nowMs: Date.now,
  });
  let newest = '';
  let written = 0;
  const count = async (): Promise<number> => {
    await admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await admin.query(
      'SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int AS written FROM pg_stat_user_tables WHERE relname = ANY($1)',
      [recordTables],
    );
    return rows[0].written;
  };
  return {
    async freshLink() {
      forgetParsed();
      await admin.query(`TRUNCATE ${recordTables.join(', ')}`);
      const connectionId = randomUUID();
      await admin.query(
        `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, bound_company_id, sync_user_id, modules)
         VALUES ($1, $2, 'hammertech', 'company', 'live', $3, '1', ARRAY[$4])`,
        [tenantId, connectionId, connectionId, stream.module],
      );
      const link = await withTenant(pool, tenantId, (db) =>
        linkProject(db, {
          tenantId,
          connectionId,
          procoreProjectId: connectionId,
          procoreProjectName: 'Pier 4',
          partnerProjectId: '2',
          partnerProjectName: 'Pier 4',
          procoreTimeZone: 'UTC',
          timeZone: 'Etc/UTC',
          basis: 'name',
        }),
      );
      newest = link.projectLinkId;
      await admin.query('UPDATE project_link SET automation = $2 WHERE project_link_id = $1', [
        newest,
        JSON.stringify({ records: { create: false, update: false } }),
      ]);
      const input = { tenantId, projectLinkId: newest, generation: link.generation, stream: 'records' };
      return async () => {
        const report = await activities.runStream(input);
        if ('waitUntilMs' in report) throw new Error(report.why);
        return report;
      };
    },
    async rowsWritten() {
      await reportedBy(pool, tenantId);
      const before = written;
      written = await count();
      return written - before;
    },
    async queued() {
      const { rows } = await admin.query(
        "SELECT count(*)::int AS queued FROM delivery WHERE project_link_id = $1 AND state = 'queued'",
        [newest],
      );
      return rows[0].queued;
    },
    async close() {
      await Promise.all([closePool(pool), admin.end()]);
    },
  };
}

/** Every backend reports what it did at the end of its next unit of work, and not some seconds later. */
async function reportedBy(pool: ReturnType<typeof createPool>, tenantId: string): Promise<void> {
  const flush = (db: Db) => sql`SELECT pg_stat_force_next_flush(), pg_sleep(0.1)`.execute(db);
  await Promise.all(Array.from({ length: connections }, () => withTenant(pool, tenantId, flush)));
}

/** No call is made: what would be sent is held. */
const noProcore = {
  company: { standing: 'bound' },
  principal: 'service',
  call: () => Promise.reject(new Error('no call is made here')),
  pages: () => {
    throw new Error('no call is made here');
  },
} as never;
