import { z } from 'zod';
import type { JsonClient } from './http.ts';

/** The public API as the admin of the tour uses it. */
const step = z.object({
  stepId: z.string(),
  title: z.string(),
  owner: z.string(),
  state: z.string(),
  since: z.string(),
  doneAt: z.string().nullable(),
  outcome: z
    .object({ state: z.string(), reason: z.string().optional(), seen: z.string().optional(), needed: z.string().optional() })
    .nullable(),
});
export type StepSeen = z.infer<typeof step>;

const connection = z.object({
  connectionId: z.string(),
  partner: z.string(),
  stage: z.string(),
  createdAt: z.string(),
  liveAt: z.string().nullable(),
});
export type ConnectionSeen = z.infer<typeof connection>;

const dryRun = z.object({ projects: z.array(z.object({ name: z.string(), create: z.number(), cannot: z.number() })) });
const attention = z.object({ reason: z.string(), owner: z.string(), seen: z.string() });
const link = z.object({
  projectLinkId: z.string(),
  connectionId: z.string(),
  scope: z.string(),
  state: z.string(),
  procore: z.object({ projectId: z.string() }),
  atPartner: z.object({ projectId: z.string() }),
  createdAt: z.string(),
});
export type LinkSeen = z.infer<typeof link>;

const settings = z.object({ modules: z.array(z.string()), available: z.array(z.string()) });

/** A page of one of the API's lists. */
export const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Product {
  connections(): Promise<readonly ConnectionSeen[]>;
  connection(connectionId: string): Promise<ConnectionSeen>;
  begin(credential: { clientId: string; clientSecret: string }, companyId: string): Promise<string>;
  steps(connectionId: string): Promise<readonly StepSeen[]>;
  signIn(connectionId: string): Promise<string>;
  chooseProjects(connectionId: string): Promise<void>;
  partnerLogin(connectionId: string, login: { region: string; tenant: string; email: string; password: string }): Promise<void>;
  dryRun(connectionId: string): Promise<z.infer<typeof dryRun>>;
  confirm(connectionId: string): Promise<void>;
  projectLinks(connectionId: string): Promise<readonly LinkSeen[]>;
  /** Modules that are on, and those that are available. */
  modules(connectionId: string): Promise<z.infer<typeof settings>>;
  setModules(connectionId: string, modules: readonly string[]): Promise<void>;
  /** Runs a cycle now, in the link's own loop. */
  syncNow(projectLinkId: string): Promise<void>;
  attention(): Promise<readonly z.infer<typeof attention>[]>;
}

export function productThrough(api: JsonClient): Product {
  const at = (connectionId: string, rest: string): string => `/v1/connections/${connectionId}/${rest}`;
  return {
    connections: async () => page(connection).parse(await api.get('/v1/connections?limit=200')).items,
    connection: async (connectionId) => connection.parse(await api.get(`/v1/connections/${connectionId}`)),
    begin: async (credential, companyId) => {
      const body = { partner: 'hammertech', procore: { ...credential, companyId, kind: 'legacy' } };
      return z.object({ connectionId: z.string() }).parse(await api.post('/v1/onboardings', body)).connectionId;
    },
    steps: async (connectionId) => page(step).parse(await api.get(at(connectionId, 'steps'))).items,
    signIn: async (connectionId) => z.object({ url: z.string() }).parse(await api.post(at(connectionId, 'sign-ins'), {})).url,
    chooseProjects: async (connectionId) => {
      await api.post(at(connectionId, 'project-choice'), { existing: 'all', chosen: [], future: true });
    },
    partnerLogin: async (connectionId, login) => {
      await api.post(at(connectionId, 'partner-login'), login);
    },
    dryRun: async (connectionId) => dryRun.parse(await api.get(at(connectionId, 'dry-run'))),
    confirm: async (connectionId) => {
      await api.post(at(connectionId, 'confirm'), {});
    },
    projectLinks: async (connectionId) =>
      page(link).parse(await api.get(`/v1/project-links?connectionId=${connectionId}&limit=200`)).items,
    modules: async (connectionId) => settings.parse(await api.get(at(connectionId, 'settings'))),
    setModules: async (connectionId, modules) => {
      await api.post(at(connectionId, 'settings'), { modules });
    },
    syncNow: async (projectLinkId) => {
      await api.post(`/v1/project-links/${projectLinkId}/sync-now`, {});
    },
    attention: async () => page(attention).parse(await api.get('/v1/attention-items?state=open&limit=200')).items,
  };
}
