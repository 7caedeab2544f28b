import { type CheckContext, type CheckResult, met } from '../../shared/partners/contract.ts';

/** Something to connect with: a service credential, and the company it is meant for. Proves nothing beyond that. */
export async function awaitCredentials(context: CheckContext): Promise<CheckResult> {
  const { company } = context.connection;
  if (context.hasServiceCredential && company) return met({ companyId: company.companyId });
  return {
    outcome: {
      state: 'waiting',
      on: 'admin',
      seen: context.hasServiceCredential ? 'The company id is missing.' : 'Nothing was submitted yet.',
      needed:
        'Client id, client secret and company id of the service account in Procore, while Procore’s page with the secret is still open: it shows a secret once.',
      where: 'On this page: Credentials. In Procore: Company Tools → Admin → Service Accounts.',
    },
  };
}

/** Met by the row of a confirmation, by a person or key, of the current dry run; nothing else decides this. */
export async function confirm(context: CheckContext): Promise<CheckResult> {
  if (context.confirmed) return met({ confirmedBy: context.confirmed.by, confirmedAt: context.confirmed.at });
  const create = (context.dryRun?.projects ?? []).reduce((sum, project) => sum + project.create, 0);
  return {
    outcome: {
      state: 'waiting',
      on: 'admin',
      seen: context.dryRun ? `The dry run would make ${create} new entries.` : 'There is no dry run yet.',
      needed: 'An admin reads the dry run and says go.',
      where: 'On this page: Dry run → Go live.',
    },
  };
}
