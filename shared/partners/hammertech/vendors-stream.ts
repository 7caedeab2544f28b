import { type RecordFields, showsExactly } from '../../domain/deliveries.ts';
import type { RecordMatch } from '../../domain/projects.ts';
import { listVendors, type Vendor } from '../../procore/operations/vendors.ts';
import { foldName, foldRegistration } from '../names.ts';
import type { CompanyContext, CompanyStream, Facts, FarSideRecord, SourcePage, StreamRun, TargetRecord } from '../stream.ts';
import type { EmployerFields, HammertechClient } from './client.ts';
import type { Employer } from './schema.ts';
import { needsOf } from './settings.ts';

/**
 * Procore's vendors → HammerTech's employers: a vendor in the directory of a linked project without a matched employer becomes
 * one. An employer that somebody else created is linked by the matching and left as it is; one that we created follows its
 * vendor, as long as nobody has changed it.
 */
export const vendors: CompanyStream = {
  name: 'vendors',
  scope: 'company',
  shape: 'direct',
  direction: 'procore-to-partner',
  module: 'vendors',
  mappingVersion: 1,
  needs: needsOf(['vendors'], 'company'),
  open: async (context) => openVendors(context),
};

function openVendors(context: CompanyContext): StreamRun {
  const hammertech = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
  const counterpartOf = vendorsByEmployer(context.matches);
  const searchKeys = new Map<string, string>();

  async function* pull(): AsyncGenerator<SourcePage> {
    const linked = new Set(context.projects.map(({ procoreProjectId }) => procoreProjectId));
    const all = await listVendors(context.procore);
    const wanted = all.filter((vendor) => vendor.active && (vendor.projectIds ?? []).some((id) => linked.has(id)));
    yield {
      facts: wanted.map((vendor) => ({ sourceId: vendor.id, groupKey: vendor.id, facts: factsOf(vendor), modifiedAt: null })),
      cursor: null,
      skipped: { 'on-no-linked-project': all.length - wanted.length },
    };
  }

  function toRecord(employer: Employer): FarSideRecord {
    const fields = fieldsOf(employer);
    const vendorId = counterpartOf.get(employer.id);
    const searchKey = (vendorId && searchKeys.get(vendorId)) ?? searchKeyOf(fields);
    return { id: employer.id, searchKey, fields, ours: 'unknown', ...(vendorId && { counterpartOf: vendorId }) };
  }

  return {
    pull,
    async map(naturalKey, [facts]) {
      if (!facts) return { kind: 'nothing', naturalKey, why: 'an employer is never taken back' };
      const record = recordOf(naturalKey, facts);
      searchKeys.set(naturalKey, record.searchKey);
      return { kind: 'record', record };
    },
    async lookUp() {
      const records: FarSideRecord[] = [];
      for await (const page of hammertech.employers()) records.push(...page.map(toRecord));
      return records;
    },
    async create({ fields }, mayStillSend) {
      const made = await hammertech.createEmployer(employerOf(fields), mayStillSend);
      return { targetId: made.id, echoed: fieldsOf(made) };
    },
    async update(targetId, { fields }, mayStillSend) {
      const changed = await hammertech.updateEmployer(targetId, employerOf(fields), mayStillSend);
      return { targetId: changed.id, echoed: fieldsOf(changed) };
    },
    agrees: showsExactly,
    isMisplaced: () => false,
    heldUp: async () => undefined,
  };
}

/** Employer → vendor, for the sure pairs. */
const vendorsByEmployer = (matches: readonly RecordMatch[]): ReadonlyMap<string, string> =>
  new Map(
    matches.flatMap(({ kind, state, partnerId, procoreId }) =>
      kind === 'company' && state === 'matched' && procoreId !== null ? [[partnerId, procoreId] as const] : [],
    ),
  );

function factsOf({ name, registration }: Vendor): Facts {
  const type = (registration?.type ?? '').toLowerCase();
  const digits = foldRegistration(registration?.identifier) ?? null;
  return { name: name.trim(), abn: type === 'abn' ? digits : null, ein: type === 'ein' ? digits : null };
}

function recordOf(naturalKey: string, facts: Facts): TargetRecord {
  const fields = { name: textOf(facts['name']) ?? '', abn: textOf(facts['abn']), ein: textOf(facts['ein']) };
  return {
    naturalKey,
    searchKey: searchKeyOf(fields),
    fields,
    address: { label: fields.name, screen: 'HammerTech → Administration → Employers' },
    empty: false,
  };
}

const textOf = (value: Facts[string] | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Search key of employers: the registration number, else the name. */
const searchKeyOf = ({ abn, ein, name }: RecordFields): string => `${abn ?? ein ?? foldName(String(name ?? ''))}`;

const fieldsOf = ({ name, abn, ein }: Employer): RecordFields => ({
  name: (name ?? '').trim(),
  abn: foldRegistration(abn) ?? null,
  ein: foldRegistration(ein) ?? null,
});

const employerOf = ({ name, abn, ein }: RecordFields): EmployerFields => ({
  name: String(name ?? ''),
  abn: textOf(abn),
  ein: textOf(ein),
});
