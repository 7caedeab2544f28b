import { z } from 'zod';
import type { JsonClient } from './http.ts';

/** What both far sides really hold, read from the sandbox's control API, bypassing the product. */
const id = z.union([z.string(), z.number()]).transform(String);

const signIn = z.object({
  id: z.string(),
  projectId: z.string(),
  workerId: z.string(),
  /** Null only for a visitor. */
  employerId: z.string().nullable(),
  startUtc: z.string(),
  endUtc: z.string().nullable(),
  endKind: z.string(),
  device: z.string(),
  isVisitor: z.boolean(),
  deleted: z.boolean(),
  modified: z.string(),
});

const employer = z.object({ id: z.string(), name: z.string(), abn: z.string().nullable(), ein: z.string().nullable() });
export type Employer = z.infer<typeof employer>;

const happened = {
  projectId: z.string(),
  employerId: z.string().nullable(),
  severity: z.string(),
  status: z.string(),
  deleted: z.boolean(),
  modified: z.string(),
};

const hammertechTruth = z.object({
  region: z.string(),
  projects: z.array(z.object({ id: z.string(), name: z.string(), number: z.string().nullable() })),
  employers: z.array(employer),
  signIns: z.array(signIn),
  incidents: z.array(z.object({ ...happened, occurredUtc: z.string(), type: z.string() })),
  observations: z.array(
    z.object({
      ...happened,
      observedUtc: z.string(),
      kind: z.string(),
      category: z.string(),
      dueDate: z.string().nullable(),
    }),
  ),
  diaries: z.array(
    z.object({ projectId: z.string(), date: z.string(), notes: z.string(), status: z.string(), modified: z.string() }),
  ),
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
  companyId: id.nullable(),
  authorClientId: z.string().nullable(),
  current: z.unknown(),
  history: z.array(z.object({ action: z.string(), at: z.string() })),
});

const isMade = ({ history }: z.infer<typeof record>): boolean => history[0]?.action === 'create';

const entry = z.object({
  date: z.string().nullable(),
  projectId: id,
  vendorId: id.nullable(),
  numWorkers: z.number().nullable(),
  numHours: z.string().nullable(),
});
export type Entry = z.infer<typeof entry>;

const hourOrMinute = z.number().nullish();
const text = z.string().nullish();

/** An entry of any other daily log; each kind has some of these. */
const logEntry = z.object({
  date: z.string().nullable(),
  projectId: id,
  vendorId: id.nullable(),
  beginHour: hourOrMinute,
  beginMinute: hourOrMinute,
  endHour: hourOrMinute,
  endMinute: hourOrMinute,
  timeHour: hourOrMinute,
  timeMinute: hourOrMinute,
  subject: text,
  comments: text,
  comment: text,
  complianceDue: text,
});
export type LogEntry = z.infer<typeof logEntry>;

/** `writtenAt`: when it was made, by the clock of the far side. */
export type WrittenEntry = LogEntry & { readonly writtenAt: string };

const login = z.object({ tenant: z.string(), email: z.string(), password: z.string(), region: z.string() });
const request = z.object({ seq: z.number(), side: z.string(), userId: id.nullable() });

export interface Truth {
  companies(): Promise<readonly Company[]>;
  hammertech(tenant: string): Promise<HammertechTruth>;
  hammertechLogin(tenant: string): Promise<z.infer<typeof login>>;
  serviceCredential(companyId: string): Promise<{ clientId: string; clientSecret: string }>;
  vendors(companyId: string): Promise<readonly Vendor[]>;
  /** Entries of a company that an app wrote; a person's own do not concern the tour. */
  manpower(companyId: string): Promise<readonly Entry[]>;
  /** The same for another daily log, by the name of its records. */
  logEntries(companyId: string, resource: string): Promise<readonly WrittenEntry[]>;
  /** Employers that an integration created, in their current state. */
  employersMade(): Promise<readonly Employer[]>;
  /** Calls to Procore's API; with `userIds`, only those in the name of one of them. */
  procoreCalls(after: number, userIds?: readonly string[]): Promise<number>;
  lastRequest(): Promise<number>;
}

/** Both sides at one moment, as far as a calculation needs them. */
export interface BothSides {
  readonly hammertech: HammertechTruth;
  readonly company: Company;
  readonly vendors: readonly Vendor[];
}

export interface Vendor {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly register: string | null;
  readonly projectIds: readonly string[];
}

const vendor = z.object({
  id,
  companyId: id,
  name: z.string(),
  active: z.boolean(),
  projectIds: z.array(id),
  businessRegister: z.object({ identifier: z.string().nullish() }).nullish(),
});

export function truthFrom(control: JsonClient): Truth {
  const records = async (resource: string) => z.array(record).parse(await control.get(`/ledger/records?resource=${resource}`));
  const writtenIn = async (company: string, resource: string) =>
    (await records(resource)).filter(
      ({ current, companyId, authorClientId }) => current !== null && authorClientId !== null && companyId === company,
    );
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
    vendors: async (companyId) =>
      z
        .array(vendor)
        .parse(await control.get('/vendors'))
        .filter((each) => each.companyId === companyId)
        .map(({ businessRegister, ...rest }) => ({ ...rest, register: businessRegister?.identifier ?? null })),
    manpower: async (companyId) => (await writtenIn(companyId, 'manpower_logs')).map(({ current }) => entry.parse(current)),
    logEntries: async (companyId, resource) =>
      (await writtenIn(companyId, resource)).map(({ current, history }) => ({
        ...logEntry.parse(current),
        writtenAt: history[0]?.at ?? '',
      })),
    employersMade: async () =>
      (await records('hammertech.employers')).filter(isMade).map(({ current }) => employer.parse(current)),
    procoreCalls: async (after, userIds) =>
      (await requests(after)).filter(
        ({ side, userId }) => side === 'procore' && (userIds === undefined || userIds.some((one) => one === userId)),
      ).length,
    lastRequest: async () => (await requests(0)).at(-1)?.seq ?? 0,
  };
}
