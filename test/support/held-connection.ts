import { Client } from 'pg';
import { eventually } from './eventually.ts';
import type { TestStore } from './store.ts';

export interface HeldConnection {
  /** Until so many units of work stand before the lock; they are let in in the order in which they came. */
  waiting(howMany: number): Promise<void>;
  /** Ends the database connections of all who wait, as if their workers had died there. */
  killWaiting(): Promise<void>;
  release(): Promise<void>;
}

/** Holds the row of a connection, so that whoever decides, stores a result or goes live has to wait: races become an order. */
export async function holdConnection({ database, admin }: TestStore, connectionId: string): Promise<HeldConnection> {
  const holder = new Client({ connectionString: database.adminUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM connection WHERE connection_id = $1 FOR NO KEY UPDATE', [connectionId]);
  const standing = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return {
    async waiting(howMany) {
      await eventually(`${howMany} to wait for the connection`, async () => {
        const { rows } = await admin.query<{ standing: string }>(`SELECT count(*) AS standing ${standing}`);
        return Number(rows[0]?.standing) >= howMany;
      });
    },
    async killWaiting() {
      await admin.query(`SELECT pg_terminate_backend(pid) ${standing}`);
    },
    async release() {
      await holder.query('COMMIT');
      await holder.end();
    },
  };
}
