import { z } from 'zod';

/** Our ids are UUIDs; ids of far sides are strings of digits or opaque text, exact beyond 2^53. */
export const uuid = z.uuid();
export const farSideId = z.union([z.string().min(1).max(200), z.int()], 'send the id, as text').transform(String);

export const tenantSlug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 40');

/** Business ids of workflows (design section 5). One form each; nothing else may start them. */
export const workflowIds = {
  onboarding: (tenantId: string, connectionId: string) => `onboarding:${tenantId}:${connectionId}`,
  care: (tenantId: string, connectionId: string) => `care:${tenantId}:${connectionId}`,
  projectSync: (tenantId: string, projectLinkId: string) => `sync:${tenantId}:${projectLinkId}`,
  mail: (tenantId: string, mailId: string) => `mail:${tenantId}:${mailId}`,
  upkeep: () => 'upkeep',
} as const;

export const taskQueues = { workflows: 'workflows', checks: 'checks', sync: 'sync' } as const;
