import { randomUUID } from 'node:crypto';
import type { ServiceKind } from '../../shared/domain/credentials.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { acme, type ChecksBench, type Connecting } from './checks-bench.ts';

export const hammertechLogin = {
  region: 'us',
  tenant: 'acme-safety',
  email: 'sync@acme-safety.example',
  password: 'crane-Harbour-7741-ü',
};

/** A customer of the sandbox: its Procore company, a person who is its admin, and its login at HammerTech. */
export interface Customer {
  readonly companyId: string;
  readonly admin: string;
  readonly login: typeof hammertechLogin;
  /** Where left out: that of the account which the guide asks for. */
  readonly credential?: ServiceCredential;
}

export interface ServiceCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where left out: a traditional service account. */
  readonly kind?: ServiceKind;
}

const acmeCustomer: Customer = { companyId: acme, admin: 'ada', login: hammertechLogin };

/** Small: three projects, so that whole onboardings are cheap. */
export const borealis: Customer = {
  companyId: '9007199254741993',
  admin: 'cleo',
  login: {
    region: 'eu',
    tenant: 'borealis-safety',
    email: 'sync@borealis-safety.example',
    password: 'fjord-Lantern-2096-ø',
  },
};

/** What a person or a key decides, as the API stores it; nobody is told of it. Answers the command's id. */
export async function decide(connecting: Connecting, kind: string, input: unknown, actorId = 'test'): Promise<string> {
  const { tenantId, connectionId } = connecting;
  const commandId = randomUUID();
  await connecting.inTenant((db) => writeCommand(db, { tenantId, connectionId, commandId, kind, input, actorId }));
  return commandId;
}

/** Credentials submitted and proven, and the company bound by its admin. */
export async function untilBound(bench: ChecksBench, customer: Customer = acmeCustomer): Promise<Connecting> {
  const { companyId, admin, login } = customer;
  const connecting = await bench.connect();
  const guide = () => bench.control<ServiceCredential>('/credentials', { companyId, kind: 'legacy' });
  const credential = customer.credential ?? (await guide());
  await connecting.submitService(credential, companyId, credential.kind);
  await connecting.submitLogin(login);
  await met(connecting, ['verifyCredentials']);
  const signedIn = await connecting.signIn(admin);
  await connecting.check('proveOwnership');
  await signedIn.confirm();
  await met(connecting, ['proveOwnership']);
  return connecting;
}

/** Checks steps one after the other; each must be met. */
export async function met(connecting: Connecting, stepIds: readonly string[]): Promise<void> {
  for (const stepId of stepIds) {
    const outcome = await connecting.check(stepId);
    if (outcome.state !== 'met') throw new Error(`${stepId} is not met: ${JSON.stringify(outcome)}`);
  }
}

/** All existing projects and all future ones chosen, matched, and shown by a dry run. */
export async function untilDryRun(bench: ChecksBench, customer?: Customer): Promise<Connecting> {
  const connecting = await untilBound(bench, customer);
  await met(connecting, ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'verifyPartner']);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  await met(connecting, ['assignProjects', 'matchRecords', 'dryRun']);
  return connecting;
}

export async function confirmNewest(connecting: Connecting): Promise<void> {
  const dryRun = await connecting.inTenant((db) => findDryRun(db, connecting.connectionId));
  await decide(connecting, 'confirm', { dryRunAt: dryRun?.at });
  await met(connecting, ['confirm']);
}

export async function untilLive(bench: ChecksBench, customer?: Customer): Promise<Connecting> {
  const connecting = await untilDryRun(bench, customer);
  await confirmNewest(connecting);
  await met(connecting, ['live']);
  return connecting;
}
