import { expect, test } from '@jest/globals';
import { createMemory } from '../../../shared/domain/memory.ts';
import { manpowerLog } from '../../../shared/partners/hammertech/manpower-log.ts';
import type { ProjectContext } from '../../../shared/partners/stream.ts';

const listed: Readonly<Record<string, readonly unknown[]>> = {
  listVendors: [{ id: '7', name: 'Brickworks Pty' }],
  listContactOptions: [{ id: '901', name: 'Brickworks Pty' }],
};

test('a vendor that a person chose is found among the contact cards, though its name was never stored', async () => {
  const procore = {
    company: { companyId: '1' },
    async *pages({ operationId }: { readonly operationId: string }) {
      yield listed[operationId] ?? [];
    },
  };
  const project = { procoreProjectId: '5', timeZone: 'Australia/Sydney' };
  const memory = createMemory();
  const context = { procore, project, memory, authors: ['3'], nowMs: Date.now(), windowDays: 14 } as unknown as ProjectContext;
  const record = {
    naturalKey: 'k',
    searchKey: '2026-11-02|7',
    fields: { date: '2026-11-02', vendorId: '7', workers: 1, hours: '8' },
    address: { vendorName: '' },
    empty: false,
  };
  expect(await manpowerLog(context).heldUp(record, 'create')).toBeUndefined();
  const unknown = { ...record, fields: { ...record.fields, vendorId: '8' } };
  expect(await manpowerLog(context).heldUp(unknown, 'create')).toMatchObject({ reason: 'vendor-not-on-project' });
});
