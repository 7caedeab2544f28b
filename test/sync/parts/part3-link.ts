import { randomUUID } from 'node:crypto';
import type { Project } from '../../../sandbox/kernel/model.ts';
import { issueToken } from '../../../sandbox/login/tokens.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import type { Sandbox } from '../../../sandbox/start.ts';
import type { Timings } from '../../../shared/config/pace.ts';
import type { BoundCompany } from '../../../shared/domain/company.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import type { RateBudget } from '../../../shared/procore/budget.ts';
import { createProcoreClient, type ProcoreClient } from '../../../shared/procore/client.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { linkProject, type ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';
import type { TestStore } from '../../support/store.ts';

export type Organisation = keyof typeof part3Tokens;

/** A live connection of a Part3 project, read as `ownerId`, with its one link. */
export async function linkPart3(
  store: TestStore,
  given: {
    readonly tenantId: string;
    readonly ownerId: string;
    readonly project: Project;
    readonly part3Project: { readonly id: string; readonly name: string };
    readonly timeZone: string;
  },
): Promise<ProjectLink> {
  const { tenantId, ownerId, project, part3Project, timeZone } = given;
  const connectionId = randomUUID();
  const ownerGrantId = await grantOf(store, tenantId, ownerId);
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, company_name,
       bound_project_id, sync_user_id, owner_grant_id, modules)
     VALUES ($1, $2, 'part3', 'project', 'live', $3, $3, 'Acme Builders', $4, $5, $6, '{rfis,submittals}')`,
    [tenantId, connectionId, project.companyId, project.id, ownerId, ownerGrantId],
  );
  return withTenant(store.pool, tenantId, (db) =>
    linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: part3Project.id,
      partnerProjectName: part3Project.name,
      procoreTimeZone: project.timeZone,
      timeZone,
      basis: 'person',
    }),
  );
}

/** The one live grant that a person has in a tenant; answers its id. Its pair is never used: `procoreOf` signs in instead. */
export async function grantOf({ admin }: TestStore, tenantId: string, personId: string): Promise<string> {
  const of = [tenantId, personId];
  const known = await admin.query<{ grant_id: string }>(
    `SELECT grant_id FROM person_grant WHERE tenant_id = $1 AND procore_user_id = $2 AND state <> 'revoked'`,
    of,
  );
  if (known.rows[0]) return known.rows[0].grant_id;
  const made = await admin.query<{ grant_id: string }>(
    `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, state, sealed_pair, access_issued_at, access_expires_at)
     VALUES ($1, gen_random_uuid(), $2, 'live', '\\x00', now(), now() + interval '1 hour') RETURNING grant_id`,
    of,
  );
  return made.rows[0]?.grant_id ?? '';
}

/** Part3 as an organisation of the sandbox. */
export const part3Client = (
  { urls }: Sandbox,
  organisation: Organisation,
  timings: Timings,
  signal: AbortSignal,
  onCall: () => void = () => undefined,
) =>
  createPart3().connect({
    key: organisation,
    shown: { organisation },
    secret: async () => secretOf(part3Tokens[organisation]),
    origins: { PART3_API_URL: urls.part3 },
    timings,
    signal,
    onWait: () => undefined,
    onCall,
  });

/** Procore as whichever person of the sandbox is asked for; they sign in when they are first. */
export function procoreOf({ world, urls }: Sandbox, timings: Timings) {
  const app = world.apps.find(({ kind }) => kind === 'ours');
  if (!app) throw new Error('the seed has no app of ours');
  const budget = createMemoryBudget();
  const tokens = new Map<string, ReturnType<typeof personToken>>();
  const signedIn = (personId: string) => {
    const { accessToken, expiresAtMs } = issueToken(world, { app, personId, grant: 'authorization_code' });
    return personToken(secretOf(accessToken), expiresAtMs);
  };
  return {
    budget,
    /** `call` is told before each call. */
    as(personId: string, company: BoundCompany, signal: AbortSignal, call?: () => void): ProcoreClient<BoundCompany> {
      const token = tokens.get(personId) ?? signedIn(personId);
      tokens.set(personId, token);
      return createProcoreClient({
        origin: urls.api,
        company,
        token,
        budget: call ? telling(budget, call) : budget,
        asker: { budgetKey: personId, lane: 'polling', tenant: 'test', part: 'test' },
        timings,
        signal,
      });
    },
  };
}

const telling = (budget: RateBudget, call: () => void): RateBudget => ({
  ...budget,
  reserve: (asker, nowMs) => {
    call();
    return budget.reserve(asker, nowMs);
  },
});
