import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { issueCredential } from '../sandbox/login/credentials.ts';
import { acmeId, hammertechLogins } from '../sandbox/seed/seed.ts';
import type { Sandbox } from '../sandbox/start.ts';
import { lastFourOf } from '../shared/domain/credentials.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { companyRules, matchRecords } from '../shared/partners/matching.ts';
import { foldRegistration } from '../shared/partners/names.ts';
import { closeBox } from '../shared/security/boxing.ts';
import { places } from '../shared/security/places.ts';
import { secretOf } from '../shared/security/secret.ts';
import { submitCredential } from '../shared/store/connections/credentials.ts';
import { storeMatches } from '../shared/store/connections/matches.ts';
import { wantRun } from '../shared/store/desired-runs.ts';
import { linkProject, type ProjectLink } from '../shared/store/projects/project-links.ts';
import { type Db, type StorePool, withTenant } from '../shared/store/tenancy.ts';
import { boxKeys } from './worker-settings.ts';

/** The seeded project with thirty days of sign-ins. */
export const projectNumber = 'AC-101';
const tenant = 'acme-safety';

/** What an onboarding leaves behind, written straight into the store: a live connection and that one project, linked. */
export async function linkSeededProject(
  { pool, adminUrl, tenantId }: { readonly pool: StorePool; readonly adminUrl: string; readonly tenantId: string },
  sandbox: Sandbox,
): Promise<ProjectLink> {
  const { world, hammertech } = sandbox;
  const site = hammertech.projects.find(({ record }) => record.number === projectNumber)?.record;
  const project = world.projects.find(({ number }) => number === projectNumber);
  if (!site || !project) throw new Error(`the seed has no project ${projectNumber}`);
  const service = issueCredential(world, { companyId: acmeId, kind: 'dmsa', permittedProjectIds: [project.id] });
  const connectionId = randomUUID();
  await insertLiveConnection(adminUrl, [tenantId, connectionId, acmeId, service.personId]);
  const { password, ...login } = hammertechLogins[tenant];
  const link = await withTenant(pool, tenantId, async (db) => {
    const ref = { tenantId, connectionId };
    await submit(db, { ...ref, purpose: 'procore-service', kind: 'dmsa' }, { clientId: service.clientId }, service.clientSecret);
    await submit(db, { ...ref, purpose: 'partner-login', kind: 'partner-login' }, { ...login, tenant }, password);
    await storeMatches(db, tenantId, connectionId, matchedCompanies(sandbox));
    return await linkProject(db, {
      ...ref,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: site.id,
      partnerProjectName: site.name,
      procoreTimeZone: project.timeZone,
      timeZone: site.timeZone,
      basis: 'project-number',
    });
  });
  const { projectLinkId } = link;
  await withTenant(pool, tenantId, (db) =>
    wantRun(db, tenantId, {
      workflowId: workflowIds.projectSync(tenantId, projectLinkId),
      workflowType: 'projectSync',
      subjectId: projectLinkId,
      partner: 'hammertech',
    }),
  );
  return link;
}

async function insertLiveConnection(adminUrl: string, values: readonly string[]): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(
      `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, sync_user_id)
       VALUES ($1, $2, 'hammertech', 'company', 'live', $3, $3, $4)`,
      [...values],
    );
  } finally {
    await admin.end();
  }
}

type Submitted = Pick<Parameters<typeof submitCredential>[1], 'tenantId' | 'connectionId' | 'purpose' | 'kind'>;

/** As the API does: sealed for the worker alone. */
async function submit(db: Db, given: Submitted, shown: Readonly<Record<string, string>>, secret: string): Promise<void> {
  const credentialId = randomUUID();
  const sealed = await closeBox(boxKeys.publicKey, places.credential(given.tenantId, credentialId), secretOf(secret));
  await submitCredential(db, {
    ...given,
    credentialId,
    shown,
    lastFour: lastFourOf(given.purpose, secret),
    sealed,
    submittedBy: 'bench',
  });
}

function matchedCompanies({ world, hammertech }: Sandbox) {
  const employers = hammertech.employers.filter((row) => row.tenant === tenant).map(({ record }) => record);
  const vendors = world.vendors.filter(({ companyId }) => companyId === acmeId);
  const marks = (...numbers: readonly (string | null | undefined)[]) => numbers.flatMap((one) => foldRegistration(one) ?? []);
  return matchRecords(
    companyRules,
    employers.map(({ id, name, abn, ein }) => ({ id, name, marks: marks(abn, ein) })),
    vendors.map(({ id, name, businessRegister }) => ({ id, name, marks: marks(businessRegister?.identifier) })),
  );
}
