import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type CredentialPurpose, lastFourOf } from '../../shared/domain/credentials.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { claimCompany, createConnection } from '../../shared/store/connections/connections.ts';
import { submitCredential } from '../../shared/store/connections/credentials.ts';
import { wantRun } from '../../shared/store/desired-runs.ts';
import { confirmSignIn, offerSignIn, openSession, returnSignIn, startSignIn } from '../../shared/store/grants/sign-ins.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { createTenant } from '../../shared/store/tenants/tenants.ts';
import { boxKeys, ours } from '../worker-settings.ts';
import type { CallsGround } from './ground.ts';

/** A customer of the sandbox: its Procore company, the admin who acts for it, and its login at HammerTech. */
export interface Customer {
  readonly slug: string;
  readonly companyId: string;
  readonly admin: string;
  readonly login: { readonly region: string; readonly email: string; readonly password: string };
}

export interface Connected {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Client id of the credential that Procore's ledger knows it by. */
  readonly clientId: string;
}

const issued = z.object({ clientId: z.string(), clientSecret: z.string() });
const coded = z.object({ code: z.string() });

/** A customer from its first submission to live, every step proven once, as soon as a person has done their part. */
export async function onboard(ground: CallsGround, customer: Customer): Promise<Connected> {
  const { deps, control } = ground;
  const { companyId, slug } = customer;
  const { tenantId } = await createTenant(deps.pool, ground.roots, {
    slug,
    name: slug,
    partner: 'hammertech',
    mode: 'demo',
    createdBy: 'bench',
  });
  const ref = { tenantId, connectionId: randomUUID() };
  const inTenant = <Result>(work: (db: Db) => Promise<Result>) => withTenant(deps.pool, tenantId, work);
  const decide = (kind: string, input: unknown) =>
    inTenant((db) => writeCommand(db, { ...ref, commandId: randomUUID(), kind, input, actorId: 'bench' }));
  const meet = async (...stepIds: readonly string[]): Promise<void> => {
    for (const stepId of stepIds) {
      const outcome = await ground.checks.checkStep({ ...ref, stepId });
      if (!('state' in outcome) || outcome.state !== 'met') throw new Error(`${stepId}: ${JSON.stringify(outcome)}`);
    }
  };
  await inTenant(async (db) => {
    await createConnection(db, { ...ref, partner: 'hammertech', scope: 'company' });
    const workflowId = `onboarding:${tenantId}:${ref.connectionId}`;
    await wantRun(db, tenantId, {
      workflowId,
      workflowType: 'onboarding',
      subjectId: ref.connectionId,
      partner: 'hammertech',
    });
  });
  await ground.checks.openOnboarding(ref);
  const service = issued.parse(await control.post('/credentials', { companyId, kind: 'legacy' }));
  const { password, ...login } = customer.login;
  await inTenant(async (db) => {
    await claimCompany(db, ref.connectionId, companyId);
    await submit(db, ref, 'procore-service', { clientId: service.clientId }, service.clientSecret);
    await submit(db, ref, 'partner-login', { ...login, tenant: slug }, password);
  });
  await meet('verifyCredentials');
  const confirm = await signIn(ground, inTenant, ref, customer.admin);
  await ground.checks.checkStep({ ...ref, stepId: 'proveOwnership' });
  await confirm();
  await meet('proveOwnership', 'connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'verifyPartner');
  await decide('choose-projects', { existing: 'all', chosen: [], future: true });
  await meet('assignProjects', 'matchRecords', 'dryRun');
  const dryRun = await inTenant((db) => findDryRun(db, ref.connectionId));
  await decide('confirm', { dryRunAt: dryRun?.at });
  await meet('confirm', 'live');
  return { ...ref, clientId: service.clientId };
}

type Ref = Pick<Connected, 'tenantId' | 'connectionId'>;

async function submit(
  db: Db,
  ref: Ref,
  purpose: CredentialPurpose,
  shown: Readonly<Record<string, string>>,
  secret: string,
): Promise<void> {
  const credentialId = randomUUID();
  const sealed = await closeBox(boxKeys.publicKey, places.credential(ref.tenantId, credentialId), secretOf(secret));
  const kind = purpose === 'partner-login' ? 'partner-login' : 'legacy';
  const lastFour = lastFourOf(purpose, secret);
  await submitCredential(db, { ...ref, credentialId, purpose, kind, shown, lastFour, sealed, submittedBy: 'bench' });
}

/** A person opens a link, signs in to Procore and comes back. Answers how they confirm what they are shown. */
async function signIn(
  { control }: CallsGround,
  inTenant: <Result>(work: (db: Db) => Promise<Result>) => Promise<Result>,
  ref: Ref,
  person: string,
): Promise<() => Promise<boolean>> {
  const signInId = randomUUID();
  const [linkHash, sessionHash, stateHash] = [newHash(), newHash(), newHash()];
  const asked = { person, clientId: ours.clientId, redirectUri: ours.redirectUri };
  const { code } = coded.parse(await control.post('/codes', asked));
  const sealedCode = await closeBox(boxKeys.publicKey, places.signInCode(ref.tenantId, signInId), secretOf(code));
  const expiresAt = new Date(Date.now() + 600_000);
  await inTenant(async (db) => {
    const purpose = 'prove-ownership';
    await offerSignIn(db, { ...ref, signInId, purpose, linkHash, restoreEpoch: 'bench', createdBy: 'bench', expiresAt });
    await openSession(db, signInId, sessionHash);
    await startSignIn(db, { signInId, sessionHash, stateHash, stateExpiresAt: expiresAt });
    await returnSignIn(db, { signInId, sessionHash, stateHash, sealedCode });
  });
  return () => inTenant((db) => confirmSignIn(db, signInId, sessionHash));
}

const newHash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();
