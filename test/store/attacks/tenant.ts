import { generateKey, rootKey, rootKeys } from '../../../shared/security/keys.ts';
import {
  claimKey,
  findEffect,
  forgetEffect,
  keepAnswer,
  noteEffect,
  releaseKey,
  sweepAnswers,
} from '../../../shared/store/idempotency.ts';
import { nameActor } from '../../../shared/store/tenants/actors.ts';
import { createApiKey, revokeApiKey } from '../../../shared/store/tenants/api-keys.ts';
import { appendAudit, verifyChain } from '../../../shared/store/tenants/audit.ts';
import { readTenant, readTenantKey, rotateTenantKey } from '../../../shared/store/tenants/tenants.ts';
import { testRoots } from '../../support/store.ts';
import type { Attacks } from './attack.ts';
import type { Ids } from './world.ts';

const newerRoots = rootKeys(rootKey('test-2', generateKey()), [testRoots.current]);

const requestOf = ({ tenantId, keyHash, requestHash }: Ids) => ({ tenantId, keyHash, requestHash, restoreEpoch: 'one' });

/** What belongs to a tenant as such: its keys, who acts for it, what was done. */
export const onTenants = {
  readTenant: async (db, { tenantId }) => (await readTenant(db)).tenantId === tenantId,
  readTenantKey: async (db) => (await readTenantKey(db, testRoots)).id,
  rotateTenantKey: (db) => rotateTenantKey(db, newerRoots),
  createApiKey: async (db, { tenantId }) => {
    await createApiKey(db, { tenantId, scope: 'admin', label: 'attack', createdBy: 'attack' });
  },
  revokeApiKey: (db, { tenantId, apiKeyId }) => revokeApiKey(db, { tenantId, apiKeyId, revokedBy: 'attack' }),
  nameActor: (db, { tenantId, actorId }) => nameActor(db, { tenantId, actorId, kind: 'person', displayName: 'attack' }),
  appendAudit: async (db, { tenantId }) =>
    (await appendAudit(db, tenantId, [{ actorId: 'attack', action: 'attack', subject: 'attack' }])).sequence,
  verifyChain: (db, { tenantId }) => verifyChain(db, tenantId),
  claimKey: (db, ids) => claimKey(db, requestOf(ids)),
  keepAnswer: (db, ids) => keepAnswer(db, requestOf(ids), 200, { attack: true }),
  findEffect: (db, ids) => findEffect(db, requestOf(ids), 'work'),
  noteEffect: (db, ids) => noteEffect(db, requestOf(ids), 'attack', true),
  forgetEffect: (db, ids) => forgetEffect(db, requestOf(ids), 'work'),
  releaseKey: (db, ids) => releaseKey(db, requestOf(ids)),
  sweepAnswers: (db) => sweepAnswers(db),
} satisfies Attacks;
