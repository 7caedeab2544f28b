import type { Vendor } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';

export function namedVendor({ id, name }: Vendor) {
  return { id: exactId(id), name };
}

export function compactVendor(vendor: Vendor) {
  return { ...namedVendor(vendor), logo: null, is_active: vendor.active };
}

/** `business_register` holds the registration number; `business_id` repeats it as text [oas; that it repeats is inf]. */
function registration({ businessRegister }: Vendor) {
  return {
    business_id: businessRegister?.identifier ?? null,
    business_register: businessRegister && {
      id: exactId(businessRegister.id),
      type: businessRegister.type,
      identifier: businessRegister.identifier,
      verified_at: null,
      verification_status: null,
    },
  };
}

/** Normal view of a vendor of the company or of a project. */
export function normalVendor(vendor: Vendor) {
  return {
    ...namedVendor(vendor),
    abbreviated_name: vendor.abbreviatedName,
    address: vendor.address,
    attachments: [],
    authorized_bidder: false,
    ...registration(vendor),
    business_phone: null,
    city: vendor.city,
    company: vendor.name,
    country_code: vendor.countryCode,
    created_at: vendor.createdAt,
    email_address: vendor.emailAddress,
    is_active: vendor.active,
    is_connected: false,
    license_number: null,
    logo: null,
    mobile_phone: null,
    notes: null,
    origin_code: null,
    origin_data: null,
    origin_id: vendor.originId,
    prequalified: false,
    primary_contact: null,
    state_code: vendor.stateCode,
    synced_to_erp: false,
    trade_name: null,
    union_member: false,
    updated_at: vendor.updatedAt,
    vendor_group: null,
    website: null,
    zip: vendor.zip,
  };
}

/** Extended view: also the parent company and the projects. */
export function extendedVendor(world: World, vendor: Vendor) {
  const parent = vendor.parentId === null ? undefined : world.vendors.get(vendor.parentId);
  return {
    ...normalVendor(vendor),
    company_vendor: true,
    legal_name: vendor.name,
    children_count: world.vendors.filter((other) => other.parentId === vendor.id).length,
    parent: parent ? namedVendor(parent) : null,
    project_ids: world.projectVendors.filter((row) => row.vendorId === vendor.id).map((row) => exactId(row.projectId)),
    standard_cost_codes: [],
    trades: [],
  };
}
