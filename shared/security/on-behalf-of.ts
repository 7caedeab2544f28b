import { AsyncLocalStorage } from 'node:async_hooks';

const tenants = new AsyncLocalStorage<string>();

/**
 * Does work of one tenant: an activity, a request, the opening of what is sealed for it. The secrets it has in its hands are that tenant's,
 * and are looked for in what that tenant is told alone.
 */
export const onBehalfOf = <Result>(tenantId: string, work: () => Result): Result => tenants.run(tenantId, work);

/** Undefined where what is done is no tenant's. */
export const currentTenant = (): string | undefined => tenants.getStore();
