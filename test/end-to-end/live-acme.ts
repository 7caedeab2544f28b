import { z } from 'zod';
import { type JsonClient, jsonClient } from '../../scripts/tour/http.ts';
import { type Truth, truthFrom } from '../../scripts/tour/truth.ts';
import { type Account, type CompanySeen, companyCalled, guideAccount } from '../support/customer.ts';
import { startStack, type TestStack } from '../support/stack.ts';
import { type Watch, watchEngines } from '../support/watched-run.ts';

export const tenant = 'acme-safety';

const link = z.object({
  projectLinkId: z.string(),
  connectionId: z.string(),
  scope: z.string(),
  workflowId: z.string(),
  createdAt: z.string(),
  procore: z.object({ projectId: z.string() }),
  atPartner: z.object({ projectId: z.string() }),
});
export type Link = z.infer<typeof link>;

const item = z.object({
  attentionItemId: z.string(),
  reason: z.string(),
  subject: z.string(),
  seen: z.string(),
  resolution: z.string().nullable(),
});
export type Item = z.infer<typeof item>;

/** An employer with a vendor of the same register, and a stay of one of its people. */
export interface Crew {
  readonly employerId: string;
  readonly vendorId: string;
  readonly startUtc: string;
  readonly endUtc: string | null;
}

/** Acme Builders, live: the whole product after its tour, with what a test sees and does of it. */
export interface LiveAcme {
  readonly stack: TestStack;
  readonly watch: Watch;
  readonly api: JsonClient;
  readonly truth: Truth;
  readonly acme: CompanySeen;
  /** The sync user. */
  readonly account: Account;
  readonly crew: Crew;
  /** Of projects. */
  links(): Promise<readonly Link[]>;
  items(state: 'open' | 'resolved', of?: Link): Promise<readonly Item[]>;
  /** What a person who asks for a cycle is answered. */
  syncNow(of: Link, wish?: object): Promise<string>;
  /** One of the crew signs in at a project of HammerTech. */
  signIn(partnerProjectId: string): Promise<unknown>;
  /** Workers in entries of a project, as they truly stand in Procore. */
  workersOn(projectId: string): Promise<number>;
  close(): Promise<void>;
}

const answered = z.object({ says: z.string() });

export async function liveAcme(): Promise<LiveAcme> {
  const stack = await startStack({ profile: 'brief' });
  const watch = await watchEngines(stack);
  const { code, said } = await stack.tour();
  if (code !== 0) throw new Error(`the tour went wrong:\n${said}`);
  const { api: origin, tenants, procore } = stack.run();
  const api = jsonClient(origin, tenants[tenant]?.apiKey ?? '');
  const truth = truthFrom(jsonClient(procore.control, procore.controlToken));
  const acme = await companyCalled(stack, 'Acme');
  const crew = await anyCrew(truth, acme);
  return {
    stack,
    watch,
    api,
    truth,
    acme,
    account: await guideAccount(stack, acme.id),
    crew,
    links: async () =>
      z
        .object({ items: z.array(link) })
        .parse(await api.get('/v1/project-links?limit=200'))
        .items.filter(({ scope }) => scope === 'project'),
    items: async (state, of) => {
      const where = of ? `&projectLinkId=${of.projectLinkId}` : '';
      return z.object({ items: z.array(item) }).parse(await api.get(`/v1/attention-items?state=${state}${where}&limit=200`))
        .items;
    },
    syncNow: async ({ projectLinkId }, wish = {}) =>
      answered.parse(await api.post(`/v1/project-links/${projectLinkId}/sync-now`, wish)).says,
    signIn(projectId) {
      const { employerId, startUtc, endUtc } = crew;
      const signIn = { projectId, employerId, startUtc, endUtc };
      return stack.control('POST', '/hammertech/sign-ins', { act: 'create', tenant, signIn });
    },
    workersOn: async (projectId) =>
      (await truth.manpower(acme.id))
        .filter((entry) => entry.projectId === projectId)
        .reduce((sum, { numWorkers }) => sum + (numWorkers ?? 0), 0),
    async close() {
      await watch.close();
      await stack.stop();
    },
  };
}

async function anyCrew(truth: Truth, acme: CompanySeen): Promise<Crew> {
  const { employers, signIns } = await truth.hammertech(tenant);
  const vendors = (await truth.vendors(acme.id)).filter(({ register }) => register !== null);
  for (const { employerId, endKind, deleted, startUtc, endUtc } of [...signIns].reverse()) {
    const abn = employers.find(({ id }) => id === employerId)?.abn?.replaceAll(' ', '');
    const vendor = vendors.find(({ register }) => register === abn);
    if (vendor && employerId !== null && endKind === 'manual' && !deleted)
      return { employerId, vendorId: vendor.id, startUtc, endUtc };
  }
  throw new Error('the seed has no stay of a matched employer');
}
