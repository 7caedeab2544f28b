import { expect, test } from '@jest/globals';
import { actOnSignIns } from '../../sandbox/hammertech/sign-in-batches.ts';
import { type Truth, truthOf } from '../../sandbox/hammertech/truth.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { newSite, tenant } from './manpower-site.ts';

const newGround = useHammertechGrounds();

test('1,000 sign-ins of one employer changed after the fact: exactly the entries they touch change, each by one call', async () => {
  const ground = await newGround();
  const { world, hammertech } = ground.sandbox;
  const site = await newSite(ground);
  const big = await site.firm('Thousand Hands Labour Pty Ltd');
  const other = await site.firm('Bystander Plumbing Pty Ltd');
  const days = Array.from({ length: 28 }, (_, index) => site.day(28 - index));
  for (const day of days) {
    for (let worker = 0; worker < 40; worker += 1) site.signIn({ employer: big.employerId, day, from: '07:00', to: '15:00' });
    site.signIn({ employer: other.employerId, day, from: '07:00', to: '15:00' });
  }
  await site.sync();
  expect(site.entries()).toHaveLength(2 * days.length);
  const before = new Map(site.entries().map((entry) => [entry.id, entry]));

  const match = { projectId: site.link.partnerProjectId, employerId: big.employerId };
  const batch = { act: 'change', tenant, match, limit: 1000, signIn: {}, moveEndMinutes: 30 } as const;
  const touched = actOnSignIns(hammertech, batch, new Date(world.clock.nowMs())) ?? [];
  expect(touched).toHaveLength(1000);
  ground.calls('procore');
  await site.sync();
  const patches = ground.calls('procore').filter((call) => !call.startsWith('GET'));
  const changedDays = days.slice(0, 25);
  const entriesOfDays = [...before.values()].filter(
    ({ date, vendorId }) => vendorId === big.vendorId && date !== null && changedDays.includes(date),
  );
  expect(patches.map((call) => call.split('/').at(-1)).sort()).toEqual(entriesOfDays.map(({ id }) => id).sort());
  expect(patches.every((call) => call.startsWith('PATCH '))).toBe(true);
  const touchedIds = new Set(entriesOfDays.map(({ id }) => id));
  for (const entry of site.entries()) {
    const isTouched = touchedIds.has(entry.id);
    expect(entry).toMatchObject({ workers: before.get(entry.id)?.workers, hours: isTouched ? '8.5' : '8.0' });
    expect(entry.history).toHaveLength(isTouched ? 2 : 1);
  }
});

/** What Procore's API answers of a project's manpower, read past the product. */
async function echoed(ground: HammertechGround, projectId: string): Promise<readonly EchoedEntry[]> {
  const { login, api } = ground.sandbox.urls;
  const { clientId, clientSecret } = ground.account;
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(grant) };
  const { access_token: token } = (await (await fetch(`${login}/oauth/token`, asked)).json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, 'procore-company-id': acmeId };
  const rows: EchoedEntry[] = [];
  for (let page = 1; ; page += 1) {
    const query = `start_date=2020-01-01&end_date=2099-12-31&filters[status]=all&per_page=100&page=${page}`;
    const answer = await fetch(`${api}/rest/v1.0/projects/${projectId}/manpower_logs?${query}`, { headers });
    const found = (await answer.json()) as EchoedEntry[]; // the fields this test reads, as the catalogue has them
    if (found.length === 0) return rows;
    rows.push(...found);
  }
}

interface EchoedEntry {
  readonly date: string;
  readonly num_workers: number;
  readonly man_hours: string;
  readonly vendor: { readonly name: string };
}

const digits = (text: string | null | undefined): string => (text ?? '').replace(/\D/g, '');
const plain = (text: string): string => text.trim().toLowerCase();

/** Workers and hours by day and company, reckoned from HammerTech's raw records: hours where somebody signed out by hand. */
function reckon({ signIns }: Truth, siteId: string, zone: string, nameOf: ReadonlyMap<string, string>) {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const crews = new Map<string, { readonly workers: Set<string>; hours: number }>();
  for (const signIn of signIns) {
    if (signIn.projectId !== siteId || signIn.deleted || signIn.isVisitor) continue;
    const key = `${calendar.format(Date.parse(signIn.startUtc))} ${nameOf.get(signIn.employerId ?? '')}`;
    const crew = crews.get(key) ?? { workers: new Set<string>(), hours: 0 };
    crew.workers.add(signIn.workerId);
    const isKnown = signIn.endUtc !== null && signIn.endKind === 'manual' && signIn.device !== 'static-qr';
    if (isKnown) crew.hours += (Date.parse(signIn.endUtc ?? '') - Date.parse(signIn.startUtc)) / 3_600_000;
    crews.set(key, crew);
  }
  return crews;
}

test('over the 30 seeded days of a project, man_hours as Procore echoes them are HammerTech’s total hours, within rounding', async () => {
  const ground = await newGround();
  const { world, hammertech } = ground.sandbox;
  const link = await ground.link('AC-101');
  const truth = truthOf(hammertech, tenant);
  if (!truth) throw new Error('the seed has no such tenant');
  const vendors = world.vendors.filter(({ companyId }) => companyId === acmeId);
  const vendorNames = new Map<string, string>();
  await ground.match(
    truth.employers.flatMap((employer) => {
      const number = digits(employer.abn) || digits(employer.ein);
      const vendor = vendors.find(({ name, businessRegister }) =>
        number === '' ? plain(name) === plain(employer.name) : digits(businessRegister?.identifier) === number,
      );
      if (!vendor) return [];
      vendorNames.set(employer.id, vendor.name);
      const sides = { partnerId: employer.id, partnerName: employer.name, procoreId: vendor.id, procoreName: vendor.name };
      return [{ kind: 'company', ...sides, basis: 'registration-number', score: 1, state: 'matched' } as const];
    }),
  );
  await ground.settle(link, 'manpower');

  const expected = reckon(truth, link.partnerProjectId, 'Australia/Sydney', vendorNames);
  expect(new Set([...expected.keys()].map((key) => key.slice(0, 10))).size).toBe(30);
  const entries = await echoed(ground, link.procoreProjectId);
  expect(entries.map(({ date, vendor }) => `${date} ${vendor.name}`).sort()).toEqual([...expected.keys()].sort());
  for (const { date, vendor, num_workers: workers, man_hours: manHours } of entries) {
    const crew = expected.get(`${date} ${vendor.name}`);
    expect([date, vendor.name, workers]).toEqual([date, vendor.name, crew?.workers.size]);
    expect(Math.abs(Number(manHours) - (crew?.hours ?? Number.NaN))).toBeLessThanOrEqual(workers * 0.005 + 1e-6);
  }
});
