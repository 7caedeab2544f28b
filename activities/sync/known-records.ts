import type { KnownRecords, MeantRecord } from '../../shared/partners/stream.ts';
import { type Fence, readCheckpoint, type StreamRef } from '../../shared/store/records/checkpoints.ts';
import { type MeantRow, meantAfter, newestMeant, writtenRecords } from '../../shared/store/records/known-records.ts';
import { type Db, type StorePool, withTenant } from '../../shared/store/tenancy.ts';

const rowsAtOnce = 200;

/** What the store knows of a link's records, for its streams. */
export function knownRecordsOf(
  pool: StorePool,
  { tenantId, projectLinkId }: Pick<Fence, 'tenantId' | 'projectLinkId'>,
): KnownRecords {
  const ref = (stream: string): StreamRef => ({ projectLinkId, stream });
  const read = <Result>(work: (db: Db) => Promise<Result>) => withTenant(pool, tenantId, work);

  async function* after(stream: string, sequence: string | null): AsyncGenerator<readonly MeantRecord[]> {
    for (let from = sequence ?? '0'; ; ) {
      const start = from;
      const rows = await read((db) => meantAfter(db, ref(stream), start, rowsAtOnce));
      const last = rows.at(-1);
      if (!last) return;
      from = last.sequence;
      yield rows.map(recordOf);
    }
  }

  return {
    async meantOf(stream, naturalKeys) {
      const rows = await read((db) => newestMeant(db, ref(stream), naturalKeys));
      return new Map(rows.map((row) => [row.payload.naturalKey, recordOf(row)]));
    },
    meantAfter: after,
    async writtenOf(stream, naturalKeys) {
      if (naturalKeys.length === 0) return new Map();
      const rows = await read((db) => writtenRecords(db, ref(stream), { naturalKeys }));
      return new Map(rows.map((row) => [row.naturalKey, row]));
    },
    cursorOf: (stream) => read(async (db) => (await readCheckpoint(db, ref(stream)))?.cursor ?? null),
    writtenSince: (stream, since) => read((db) => writtenRecords(db, ref(stream), { since })),
  };
}

const recordOf = ({ sequence, payload: { naturalKey, fields, address } }: MeantRow): MeantRecord => ({
  sequence,
  naturalKey,
  fields,
  address,
});

/** For a link that has no store yet: one that is only read. */
export const nothingKnown: KnownRecords = {
  meantOf: async () => new Map(),
  async *meantAfter() {},
  writtenOf: async () => new Map(),
  writtenSince: async () => [],
  cursorOf: async () => null,
};
