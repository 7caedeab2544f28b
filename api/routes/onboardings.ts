import { z } from 'zod';
import { uuid, workflowIds } from '../../shared/domain/ids.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { claimCompany, createConnection, findConnection } from '../../shared/store/connections/connections.ts';
import { wantRun } from '../../shared/store/desired-runs.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { nothing, type Route, route } from '../route.ts';
import { checkModules } from './connection-settings.ts';
import { procoreCredential, procoreExample } from './credential-bodies.ts';
import { companyIdOf, saveCredential, sealProcore } from './credentials.ts';

const onboardingView = z
  .strictObject({
    connectionId: uuid,
    workflowId: z.string(),
    stage: z.string(),
    started: z.boolean().meta({ description: 'false: stored, and started by itself as soon as the engine answers' }),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Onboarding' });

const body = z.strictObject({
  partner: z.enum(partnerNames),
  modules: z
    .array(z.string())
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'Modules to switch on; left out: those that are on by default' }),
  procore: procoreCredential.optional().meta({ description: 'Credentials at once; left out, the onboarding awaits them' }),
});

const linksOf = (connectionId: string): Record<string, string> => ({
  self: `/v1/connections/${connectionId}`,
  steps: `/v1/connections/${connectionId}/steps`,
  credentials: `/v1/connections/${connectionId}/credentials`,
  signIns: `/v1/connections/${connectionId}/sign-ins`,
});

const example = {
  connectionId: '6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11',
  workflowId: 'onboarding:0d9e…:6f1c…',
  stage: 'onboarding',
  started: true,
  links: { self: '/v1/connections/6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11' },
};

export const onboardingRoutes: readonly Route[] = [
  route({
    id: 'createOnboarding',
    method: 'post',
    path: '/v1/onboardings',
    scope: 'admin',
    family: 'Onboarding',
    summary: 'Begin to connect a partner to a Procore company',
    description:
      'With credentials they are verified at once; without, the onboarding waits for them. Nothing is read or written in Procore on behalf of the company before one of its admins has signed in and confirmed.',
    params: nothing,
    query: nothing,
    body,
    example: { partner: partnerNames[0], procore: procoreExample },
    answers: { 201: { says: 'Begun', schema: onboardingView, example } },
    handle: async ({ body: given }, caller, dependencies) => {
      const { tenantId, actorId } = caller;
      const { partner } = given;
      const { scope, modulesByDefault } = declarations[partner];
      if (given.modules) checkModules(partner, given.modules);
      const connectionId = caller.idFor('connection');
      const credential = given.procore && (await sealProcore(caller, dependencies, given.procore));
      const companyId = given.procore && companyIdOf(given.procore);
      const workflowId = workflowIds.onboarding(tenantId, connectionId);
      const stage = await caller.once('connection', z.string(), async (db) => {
        const before = await findConnection(db, connectionId);
        if (before !== undefined) return before.stage;
        const connection = await createConnection(db, {
          tenantId,
          connectionId,
          partner,
          scope,
          modules: given.modules ?? modulesByDefault,
        });
        if (companyId !== undefined) await claimCompany(db, connectionId, companyId);
        if (credential !== undefined) await saveCredential(db, connectionId, credential);
        await wantRun(db, tenantId, { workflowId, workflowType: 'onboarding', subjectId: connectionId, partner: given.partner });
        await appendAudit(db, tenantId, [
          { actorId, action: 'onboarding.create', subject: `connection:${connectionId}`, fields: Object.keys(given) },
        ]);
        return connection.stage;
      });
      const started = await dependencies.runs.startOnboarding({ tenantId, connectionId, partner: given.partner });
      return { status: 201, body: { connectionId, workflowId, stage, started, links: linksOf(connectionId) } };
    },
  }),
];
