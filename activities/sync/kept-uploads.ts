import type { KeptUploads } from '../../shared/partners/stream.ts';
import type { Fence } from '../../shared/store/records/checkpoints.ts';
import { keepUpload, keptUploads, takeUploads } from '../../shared/store/records/kept-uploads.ts';
import { type StorePool, withTenant } from '../../shared/store/tenancy.ts';

/** Uploads of one stream, durable: another cycle, or another process, continues them. */
export function keptUploadsOf(pool: StorePool, fence: Fence): KeptUploads {
  return {
    of: (naturalKey) => withTenant(pool, fence.tenantId, (db) => keptUploads(db, fence, naturalKey)),
    keep: (naturalKey, upload) => withTenant(pool, fence.tenantId, (db) => keepUpload(db, fence, naturalKey, upload)),
    take: async (naturalKey, uploadIds) => {
      if (uploadIds.length === 0) return true;
      const taken = await withTenant(pool, fence.tenantId, (db) => takeUploads(db, fence, naturalKey, uploadIds));
      return taken === uploadIds.length;
    },
  };
}

/** For a link that has no store yet: nothing is sent for it. */
export const nothingKept: KeptUploads = {
  of: async () => [],
  keep: async () => undefined,
  take: async () => false,
};
