import { randomUUID } from 'node:crypto';
import { workflowIds } from '../../shared/domain/ids.ts';
import { createConnection } from '../../shared/store/connections.ts';
import { storeDryRun } from '../../shared/store/dry-runs.ts';
import { storeMatches } from '../../shared/store/matches.ts';
import { linkProject } from '../../shared/store/project-links.ts';
import { storeAdminProjects } from '../../shared/store/project-lists.ts';
import { offerSignIn } from '../../shared/store/sign-ins.ts';
import { ensureSteps, storeOutcome } from '../../shared/store/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { plans } from '../../workflows/plans/index.ts';
import { type TestApi, testEpoch } from './api.ts';

/** One tenant with one of everything that the API can show or touch. */
export interface World {
  readonly tenantId: string;
  readonly key: string;
  readonly connectionId: string;
  readonly projectLinkId: string;
  readonly attentionItemId: string;
  readonly signInId: string;
  readonly workflowId: string;
}

export const dryRunAt = '2026-11-12T08:15:00.000Z';
export const companyId = '598134325805321';

export async function newWorld(api: TestApi): Promise<World> {
  const tenantId = await api.store.newTenant();
  const key = await api.newKey(tenantId, 'admin');
  const [connectionId, signInId, attentionItemId] = [randomUUID(), randomUUID(), randomUUID()];
  const projectLinkId = await withTenant(api.store.pool, tenantId, async (db) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company', claimedCompanyId: companyId });
    await ensureSteps(db, tenantId, connectionId, plans.hammertech.steps);
    await storeOutcome(db, {
      connectionId,
      stepId: 'verifyCredentials',
      outcome: {
        state: 'stuck',
        reason: 'credential-rejected',
        on: 'admin',
        seen: 'refused',
        needed: 'a working secret',
        where: 'Procore',
      },
      doneBy: 'system',
      by: 'onboarding',
    });
    const projects = [{ id: '1', name: 'Harbour Tower', number: 'HT-1', city: null, timeZone: 'Australia/Sydney', active: true }];
    await storeAdminProjects(db, tenantId, connectionId, { projects, by: 'person:1', at: new Date() });
    await storeMatches(db, tenantId, connectionId, [
      {
        kind: 'company',
        partnerId: 'emp-1',
        partnerName: 'Concrete & Söhne',
        procoreId: null,
        procoreName: null,
        basis: 'none',
        score: 0,
        state: 'unmatched',
      },
    ]);
    const counts = { create: 1, update: 0, leaveAlone: 0, cannot: 0, examples: ['one'] };
    await storeDryRun(db, tenantId, connectionId, {
      at: dryRunAt,
      projects: [{ procoreProjectId: '1', name: 'Harbour Tower', ...counts }],
    });
    await offerSignIn(db, {
      tenantId,
      signInId,
      connectionId,
      purpose: 'prove-ownership',
      linkHash: Buffer.from(randomUUID()),
      restoreEpoch: testEpoch,
      createdBy: 'test',
      expiresAt: new Date(Date.now() + 1_000_000),
    });
    const link = await linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: '1',
      procoreProjectName: 'Harbour Tower',
      partnerProjectId: 'p-1',
      partnerProjectName: 'Harbour Tower',
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'name',
    });
    await db
      .insertInto('delivery')
      .values({
        tenant_id: tenantId,
        delivery_id: randomUUID(),
        project_link_id: link.projectLinkId,
        stream: 'manpower',
        natural_key: 'secret-natural-key',
        version: 1,
        action: 'create',
        payload: JSON.stringify({ note: 'secret-payload' }),
        trail: JSON.stringify([{ state: 'queued', at: dryRunAt }]),
      })
      .execute();
    await db
      .insertInto('attention_item')
      .values({
        tenant_id: tenantId,
        attention_item_id: attentionItemId,
        connection_id: connectionId,
        project_link_id: link.projectLinkId,
        stream: 'manpower',
        reason: 'vendor-not-on-project',
        owner: 'admin',
        subject: 'employer:emp-1',
        seen: 'not there',
        needed: 'there',
        where_to: 'Directory',
      })
      .execute();
    return link.projectLinkId;
  });
  return {
    tenantId,
    key,
    connectionId,
    projectLinkId,
    attentionItemId,
    signInId,
    workflowId: workflowIds.onboarding(tenantId, connectionId),
  };
}
