import { AsyncLocalStorage } from 'node:async_hooks';

const tenants = new AsyncLocalStorage<string>();

/**
 * Runs work for one tenant: an activity, a request, or opening what is sealed for it. Secrets handled meanwhile are that
 * tenant's, and are searched only in texts for that tenant.
 */
export const onBehalfOf = <Result>(tenantId: string, work: () => Result): Result => tenants.run(tenantId, work);

/** Undefined if the current work belongs to no tenant. */
export const currentTenant = (): string | undefined => tenants.getStore();
