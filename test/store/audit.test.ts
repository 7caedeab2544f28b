import { expect, test } from '@jest/globals';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { AuditFact, ChainVerdict } from '../../shared/store/tenants/audit.ts';
import { appendAudit, verifyChain } from '../../shared/store/tenants/audit.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const fact = (subject: string): AuditFact => ({
  actorId: 'procore:1',
  action: 'connection.change',
  subject,
  why: 'a "reason" – ümlaut',
  fields: ['b', 'a'],
});
const append = (tenant: string, ...subjects: string[]) =>
  withTenant(store().pool, tenant, (db) => appendAudit(db, tenant, subjects.map(fact)));
const verify = (tenant: string, known?: Parameters<typeof verifyChain>[2]): Promise<ChainVerdict> =>
  withTenant(store().pool, tenant, (db) => verifyChain(db, tenant, known));

test('an untouched chain is intact, singly and in batches, and ends where it says', async () => {
  const tenant = await store().newTenant();
  await append(tenant, 'one');
  const head = await append(tenant, 'two', 'three', 'four');
  expect(await verify(tenant)).toEqual({ intact: true, head });
  expect(head.sequence).toBe(5n); // creating the tenant was the first
});

test('a chain longer than one page is walked to its end', async () => {
  const tenant = await store().newTenant();
  const head = await append(tenant, ...Array.from({ length: 2100 }, (_, index) => `subject ${index}`));
  expect(await verify(tenant)).toEqual({ intact: true, head });
});

test('eight writers at once leave one unbroken chain', async () => {
  const tenant = await store().newTenant();
  await Promise.all(
    Array.from({ length: 8 }, (_, writer) =>
      Promise.all(Array.from({ length: 10 }, (_, turn) => append(tenant, `${writer}.${turn}`))),
    ),
  );
  expect(await verify(tenant)).toMatchObject({ intact: true, head: { sequence: 81n } });
});

test.each(['actor_id', 'action', 'subject', 'why'])('a changed %s is found', async (column) => {
  const tenant = await store().newTenant();
  await append(tenant, 'one', 'two', 'three');
  await store().admin.query(`UPDATE audit_entry SET ${column} = 'changed' WHERE tenant_id = $1 AND sequence = 3`, [tenant]);
  expect(await verify(tenant)).toEqual({ intact: false, at: 3n, why: 'changed' });
});

test('a changed time or field list is found', async () => {
  const tenant = await store().newTenant();
  await append(tenant, 'one', 'two');
  await store().admin.query("UPDATE audit_entry SET at = at + interval '1 second' WHERE tenant_id = $1 AND sequence = 2", [
    tenant,
  ]);
  expect(await verify(tenant)).toMatchObject({ at: 2n, why: 'changed' });
  await store().admin.query(
    "UPDATE audit_entry SET at = at - interval '1 second', fields = '{a}' WHERE tenant_id = $1 AND sequence = 2",
    [tenant],
  );
  expect(await verify(tenant)).toMatchObject({ at: 2n, why: 'changed' });
});

test('an entry taken out is found', async () => {
  const tenant = await store().newTenant();
  await append(tenant, 'one', 'two', 'three');
  await store().admin.query('DELETE FROM audit_entry WHERE tenant_id = $1 AND sequence = 2', [tenant]);
  expect(await verify(tenant)).toEqual({ intact: false, at: 2n, why: 'missing' });
});

test('a tail that was cut is found by the head, and with the head rewritten by the one kept outside', async () => {
  const tenant = await store().newTenant();
  await append(tenant, 'one', 'two');
  const known = await append(tenant, 'three');
  await store().admin.query('DELETE FROM audit_entry WHERE tenant_id = $1 AND sequence > 2', [tenant]);
  expect(await verify(tenant)).toEqual({ intact: false, at: 3n, why: 'cut' });
  const rewrite = `UPDATE audit_head h SET sequence = e.sequence, hash = e.hash FROM audit_entry e
    WHERE h.tenant_id = $1 AND e.tenant_id = $1 AND e.sequence = 2`;
  await store().admin.query(rewrite, [tenant]);
  expect(await verify(tenant)).toMatchObject({ intact: true });
  expect(await verify(tenant, known)).toEqual({ intact: false, at: 3n, why: 'cut' });
  await append(tenant, 'other two', 'other three');
  expect(await verify(tenant, known)).toEqual({ intact: false, at: 4n, why: 'head-differs' });
});

test('an entry moved to another tenant does not fit there', async () => {
  const [one, other] = [await store().newTenant(), await store().newTenant()];
  await append(one, 'one');
  await append(other, 'one');
  const swap = `UPDATE audit_entry o SET hash = e.hash, at = e.at, previous_hash = e.previous_hash FROM audit_entry e
    WHERE o.tenant_id = $1 AND e.tenant_id = $2 AND o.sequence = e.sequence`;
  await store().admin.query(swap, [other, one]);
  expect(await verify(other)).toMatchObject({ intact: false, at: 1n });
});

test('what is rolled back leaves no entry', async () => {
  const tenant = await store().newTenant();
  const work = withTenant(store().pool, tenant, async (db) => {
    await appendAudit(db, tenant, [fact('undone')]);
    throw new Error('undo');
  });
  await expect(work).rejects.toThrow('undo');
  expect(await verify(tenant)).toMatchObject({ intact: true, head: { sequence: 1n } });
});
