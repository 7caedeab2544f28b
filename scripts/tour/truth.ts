import { z } from 'zod';
import type { JsonClient } from './http.ts';

/** What both far sides really hold, asked from the sandbox's control API, past the product. */
const id = z.union([z.string(), z.number()]).transform(String);

const signIn = z.object({
  id: z.string(),
  projectId: z.string(),
  workerId: z.string(),
  employerId: z.string(),
  startUtc: z.string(),
  endUtc: z.string().nullable(),
  endKind: z.string(),
  device: z.string(),
  isVisitor: z.boolean(),
  deleted: z.boolean(),
});

const hammertechTruth = z.object({
  region: z.string(),
  projects: z.array(z.object({ id: z.string(), name: z.string(), number: z.string().nullable() })),
  employers: z.array(z.object({ id: z.string(), name: z.string(), abn: z.string().nullable(), ein: z.string().nullable() })),
  signIns: z.array(signIn),
});
export type HammertechTruth = z.infer<typeof hammertechTruth>;

const company = z.object({
  id,
  name: z.string(),
  projects: z.array(
    z.object({ id, name: z.string(), number: z.string().nullable(), timeZone: z.string().nullable(), active: z.boolean() }),
  ),
  people: z.array(z.object({ id, email: z.string(), firstName: z.string() })),
  apps: z.array(z.object({ name: z.string(), kind: z.string(), clientId: z.string(), servicePersonId: id.nullish() })),
});
export type Company = z.infer<typeof company>;

const record = z.object({
  id,
  projectId: id.nullable(),
  author: id,
  authorClientId: z.string().nullable(),
  current: z.unknown(),
});

const entry = z.object({
  date: z.string().nullable(),
  projectId: id,
  vendorId: id.nullable(),
  numWorkers: z.number().nullable(),
  numHours: z.string().nullable(),
});
export type Entry = z.infer<typeof entry> & { readonly author: string; readonly authorClientId: string | null };

const login = z.object({ tenant: z.string(), email: z.string(), password: z.string(), region: z.string() });
const request = z.object({ seq: z.number(), side: z.string(), companyId: id.nullable(), clientId: z.string().nullable() });

export interface Truth {
  companies(): Promise<readonly Company[]>;
  hammertech(tenant: string): Promise<HammertechTruth>;
  hammertechLogin(tenant: string): Promise<z.infer<typeof login>>;
  serviceCredential(companyId: string): Promise<{ clientId: string; clientSecret: string }>;
  vendors(): Promise<readonly { id: string; companyId: string; name: string; register: string | null }[]>;
  manpower(): Promise<readonly Entry[]>;
  procoreCalls(after: number): Promise<number>;
  lastRequest(): Promise<number>;
}

const vendor = z.object({
  id,
  companyId: id,
  name: z.string(),
  businessRegister: z.object({ identifier: z.string().nullish() }).nullish(),
});

export function truthFrom(control: JsonClient): Truth {
  const records = async (resource: string) => z.array(record).parse(await control.get(`/ledger/records?resource=${resource}`));
  const requests = async (after: number) => z.array(request).parse(await control.get(`/ledger?after=${after}&limit=200000`));
  return {
    companies: async () => z.array(company).parse(await control.get('/companies')),
    hammertech: async (tenant) => hammertechTruth.parse(await control.get(`/hammertech/truth?tenant=${tenant}`)),
    hammertechLogin: async (tenant) => {
      const found = z
        .array(login)
        .parse(await control.get('/hammertech/logins'))
        .find((each) => each.tenant === tenant);
      if (found === undefined) throw new Error(`the sandbox knows no HammerTech login of ${tenant}`);
      return found;
    },
    serviceCredential: async (companyId) =>
      z
        .object({ clientId: z.string(), clientSecret: z.string() })
        .parse(await control.post('/credentials', { companyId, kind: 'legacy' })),
    vendors: async () =>
      z
        .array(vendor)
        .parse(await control.get('/vendors'))
        .map(({ businessRegister, ...rest }) => ({ ...rest, register: businessRegister?.identifier ?? null })),
    manpower: async () =>
      (await records('manpower_logs'))
        .filter((each) => each.current !== null)
        .map(({ author, authorClientId, current }) => ({ ...entry.parse(current), author, authorClientId })),
    procoreCalls: async (after) => (await requests(after)).filter((each) => each.side === 'procore').length,
    lastRequest: async () => (await requests(0)).at(-1)?.seq ?? 0,
  };
}
