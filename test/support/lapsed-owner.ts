import { randomUUID } from 'node:crypto';
import { showCauses, showConnectionCauses } from '../../shared/store/attention.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { TestApi } from './api.ts';
import type { World } from './api-world.ts';
import { offer } from './contracting-world.ts';

type Owned = Pick<World, 'tenantId' | 'peopleConnectionId'>;

/** All that tells of an owner whose authorization has lapsed: two steps, the item of who reads, and one of each of two streams. */
export async function ownerLapsed({ store }: TestApi, world: Owned, projectLinkId: string): Promise<void> {
  const { tenantId, peopleConnectionId: connectionId } = world;
  const said = { seen: 'It has lapsed.', needed: 'The contractor signs in again.', where: 'Mail' };
  await store.admin.query("UPDATE step SET state = 'pending' WHERE connection_id = $1", [connectionId]);
  await store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tenantId]);
  await withTenant(store.pool, tenantId, async (db) => {
    const cause = { reason: 'grant-lapsed', owner: 'contractor', ...said } as const;
    for (const [stream, records] of [
      ['rfis', 3],
      ['submittals', 1],
    ] as const)
      await showCauses(db, { tenantId, connectionId, projectLinkId, stream }, [
        { ...cause, subject: `stream:${stream}`, records },
      ]);
    const reader = { ...cause, subject: `reader:${connectionId}` };
    await showConnectionCauses(db, { tenantId, connectionId, family: 'reader' }, [reader]);
    for (const stepId of ['authorizeContractor', 'verifyTools'])
      await storeOutcome(db, {
        connectionId,
        stepId,
        outcome: { state: 'stuck', reason: 'grant-lapsed', on: 'contractor', ...said },
        doneBy: 'system',
        by: 'onboarding',
      });
    const steps = ['authorizeContractor', 'verifyTools'].map((stepId) => ({ ...cause, subject: `step:${stepId}` }));
    await showConnectionCauses(db, { tenantId, connectionId, family: 'step' }, steps);
  });
}

/** Another person than the owner signs in in their place, and waits to be accepted. */
export async function anotherSignsIn({ store }: TestApi, { tenantId, peopleConnectionId: connectionId }: Owned): Promise<void> {
  await withTenant(store.pool, tenantId, async (db) => {
    const now = new Date();
    const grantId = randomUUID();
    const person = { tenantId, procoreUserId: '562949953425777', procoreLogin: null, procoreName: 'Ada Marsh' };
    const pair = { grantId, sealedPair: Buffer.from('sealed'), issuedAt: now, expiresAt: now, signInId: randomUUID() };
    await beginGrant(db, person, pair);
    const bound = { bound_project_id: offer.projectId, proposed_owner_grant_id: grantId };
    await db.updateTable('connection').set(bound).where('connection_id', '=', connectionId).execute();
    await showAcceptance(db, connectionId);
  });
}
