import type { BusinessRegister, Vendor } from '../../kernel/model.ts';
import { createVendor, setBusinessRegister, updateVendor } from '../acts/vendors.ts';
import { bodyOf, type Call, idParam, needCompanyLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { found, passes, rangeFilter } from '../filters.ts';
import { givenFlag, givenId, givenText, givenTextOrNull, onlyGiven } from '../given.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { badRequest, conflict, invalid, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { compactVendor, extendedVendor, normalVendor } from '../views/vendors.ts';

export function printVendor(call: Call, byDefault: 'compact' | 'normal') {
  const view = call.query.get('view') ?? byDefault;
  return (vendor: Vendor): unknown => {
    if (view === 'compact') return compactVendor(vendor);
    return view === 'extended' ? extendedVendor(call.world, vendor) : normalVendor(vendor);
  };
}

/** Company vendors; needs company Directory Read Only. `search` looks at names and registration numbers. */
const listOf =
  (active: boolean) =>
  (call: Call): Answer => {
    const company = needCompanyLevel(call, 'directory', 'Read Only');
    const { query } = call;
    const created = rangeFilter(query, 'created_at');
    const updated = rangeFilter(query, 'updated_at');
    const rows = call.world.vendors.filter(
      (vendor) =>
        vendor.companyId === company.id &&
        vendor.active === active &&
        created(vendor.createdAt) &&
        updated(vendor.updatedAt) &&
        passes(query, 'id', vendor.id) &&
        passes(query, 'parent_id', vendor.parentId) &&
        passes(query, 'origin_id', vendor.originId) &&
        found(query, [vendor.name, vendor.abbreviatedName, vendor.businessRegister?.identifier]),
    );
    return pageOf(
      call,
      sorted(call, rows, ({ name }) => ({ name })),
      printVendor(call, 'normal'),
      usualPages,
    );
  };

function vendorOfPath(call: Call, level: 'Read Only' | 'Standard'): Vendor {
  const company = needCompanyLevel(call, 'directory', level);
  const vendor = call.world.vendors.get(idParam(call, 'id'));
  if (vendor?.companyId !== company.id) throw notFound();
  return vendor;
}

function show(call: Call): Answer {
  return { status: 200, body: printVendor(call, 'normal')(vendorOfPath(call, 'Read Only')) };
}

function create(call: Call): Answer {
  const company = needCompanyLevel(call, 'directory', 'Standard');
  const { name, ...fields } = readVendor(call);
  if (!name?.trim()) throw badRequest('name is missing');
  const vendor = createVendor(call.world, call.actor, { companyId: company.id, name, ...fields });
  return { status: 201, body: printVendor(call, 'normal')(vendor) };
}

function update(call: Call): Answer {
  const vendor = updateVendor(call.world, call.actor, vendorOfPath(call, 'Standard'), readVendor(call));
  return { status: 200, body: printVendor(call, 'normal')(vendor) };
}

/** Brings a vendor back; needs company Directory Standard, as every change of one does [inf]. */
function reactivate(call: Call): Answer {
  const vendor = updateVendor(call.world, call.actor, vendorOfPath(call, 'Standard'), { active: true });
  return { status: 200, body: printVendor(call, 'normal')(vendor) };
}

function readVendor(call: Call) {
  const body = bodyOf(call, 'vendor');
  return onlyGiven({
    name: givenText(body, 'name'),
    abbreviatedName: givenTextOrNull(body, 'abbreviated_name'),
    address: givenTextOrNull(body, 'address'),
    city: givenTextOrNull(body, 'city'),
    stateCode: givenTextOrNull(body, 'state_code'),
    countryCode: givenTextOrNull(body, 'country_code'),
    zip: givenTextOrNull(body, 'zip'),
    emailAddress: givenTextOrNull(body, 'email_address'),
    active: givenFlag(body, 'is_active'),
    parentId: givenId(body, 'parent_id'),
    originId: givenTextOrNull(body, 'origin_id'),
  });
}

/** POST makes the registration (409 when there is one), PATCH changes it (404 when there is none) [oas]. */
function register(call: Call): Answer {
  const vendor = vendorOfPath(call, 'Standard');
  const creates = call.method === 'POST';
  if (creates && vendor.businessRegister) throw conflict('Business register already exists');
  if (!creates && !vendor.businessRegister) throw notFound();
  const body = bodyOf(call, 'business_register');
  const type = (['abn', 'ein'] as const).find((known) => known === body['type']);
  const identifier = givenText(body, 'identifier');
  if (!type || !identifier) throw invalid('business_register', 'needs type (abn or ein) and identifier');
  const { businessRegister } = setBusinessRegister(call.world, call.actor, vendor, { type, identifier });
  return { status: creates ? 201 : 200, body: printRegister(businessRegister) };
}

function printRegister(register: BusinessRegister | null) {
  return register && { ...register, id: exactId(register.id), verified_at: null, verification_status: null };
}

export const vendorRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/vendors', answer: listOf(true) },
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/vendors/inactive', answer: listOf(false) },
  { method: 'PATCH', path: '/rest/v1.0/companies/{company_id}/vendors/inactive/{id}', answer: reactivate },
  { method: 'POST', path: '/rest/v1.0/vendors', answer: create },
  { method: 'GET', path: '/rest/v1.0/vendors/{id}', answer: show },
  { method: 'PATCH', path: '/rest/v1.0/vendors/{id}', answer: update },
  { method: 'POST', path: '/rest/v1.0/vendors/{id}/business_register', answer: register },
  { method: 'PATCH', path: '/rest/v1.0/vendors/{id}/business_register', answer: register },
];
