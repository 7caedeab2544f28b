import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type JsonClient, jsonClient } from '../../scripts/tour/http.ts';
import { type Product, productThrough } from '../../scripts/tour/product.ts';
import { eventually } from './eventually.ts';
import type { TestStack } from './stack.ts';

const step = z.object({
  state: z.string(),
  owner: z.string(),
  outcome: z.looseObject({ state: z.string() }).nullable(),
  cure: z.string().nullable(),
  checkedAt: z.string().nullable(),
});
export type StepRowSeen = z.infer<typeof step>;

/** A tenant's own people at the public API of a stack. */
export interface Customer {
  readonly product: Product;
  /** Nobody counts as looking at the page through it. */
  step(connectionId: string, stepId: string): Promise<StepRowSeen>;
  untilStep(connectionId: string, stepId: string, state: string, timeoutMs?: number): Promise<StepRowSeen>;
  /** A credential in the place of the one before, or another company's id. */
  submit(connectionId: string, credential: { clientId: string; clientSecret: string }, companyId: string): Promise<void>;
  /** "Check now", pressed at the API. */
  retry(connectionId: string, stepId: string): Promise<void>;
  workflowId(connectionId: string): string;
}

export function customerOf(stack: TestStack, slug: 'acme-safety' | 'borealis-safety' | 'north-studio'): Customer {
  const { api, tenants } = stack.run();
  const tenant = tenants[slug];
  if (tenant === undefined) throw new Error(`the stack has no tenant ${slug}`);
  const client: JsonClient = jsonClient(api, tenant.apiKey);
  const read = async (connectionId: string, stepId: string): Promise<StepRowSeen | undefined> => {
    const found = await client.get(`/v1/connections/${connectionId}/steps/${stepId}`).catch(() => undefined);
    return found === undefined ? undefined : step.parse(found);
  };
  const seen = async (connectionId: string, stepId: string): Promise<StepRowSeen> => {
    const found = await read(connectionId, stepId);
    if (found === undefined) throw new Error(`there is no step ${stepId} yet`);
    return found;
  };
  return {
    product: productThrough(client),
    step: seen,
    untilStep: (connectionId, stepId, state, timeoutMs = 30_000) =>
      eventually(
        `step ${stepId} to be ${state}`,
        async () => {
          const found = await read(connectionId, stepId);
          return found?.state === state && found;
        },
        timeoutMs,
      ),
    submit: async (connectionId, { clientId, clientSecret }, companyId) => {
      await client.post(`/v1/connections/${connectionId}/credentials`, { clientId, clientSecret, companyId, kind: 'legacy' });
    },
    retry: async (connectionId, stepId) => {
      await client.post(`/v1/connections/${connectionId}/steps/${stepId}/retry`, {});
    },
    workflowId: (connectionId) => `onboarding:${tenant.id}:${connectionId}`,
  };
}

const company = z.object({
  id: z.string(),
  name: z.string(),
  people: z.array(z.object({ id: z.string(), firstName: z.string() })),
  templates: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type CompanySeen = z.infer<typeof company>;

/** A company of the sandbox by the beginning of its name. */
export async function companyCalled(stack: TestStack, name: string): Promise<CompanySeen> {
  const all = z.array(company).parse(await stack.control('GET', '/companies'));
  const found = all.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error(`the sandbox has no company ${name}`);
  return found;
}

const issued = z.object({ clientId: z.string(), clientSecret: z.string(), personId: z.string() });

export interface Account {
  readonly credential: { readonly clientId: string; readonly clientSecret: string };
  /** Its own record in the directory. */
  readonly personId: string;
}

async function accountOf(stack: TestStack, request: object): Promise<Account> {
  const { personId, ...credential } = issued.parse(await stack.control('POST', '/credentials', { kind: 'legacy', ...request }));
  return { credential, personId };
}

/** A service account of its own, without any right; what breaks it breaks nothing else. */
export const freshAccount = (stack: TestStack, companyId: string): Promise<Account> =>
  accountOf(stack, { companyId, fresh: true, name: `test ${randomUUID()}` });

/** The account set up by the guide. */
export const guideAccount = (stack: TestStack, companyId: string): Promise<Account> => accountOf(stack, { companyId });
