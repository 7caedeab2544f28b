import type { Levels } from './levels.ts';

/** A Procore id: a decimal string in memory, exact beyond 2^53. Printed bare on v1, as a string on v2. */
export type Id = string;
/** An instant as Procore prints it: UTC, whole seconds, `2026-03-09T22:41:05Z`. */
export type Instant = string;
/** A day as `YYYY-MM-DD`, in the project's zone. */
export type Day = string;

export interface Company {
  id: Id;
  name: string;
  active: boolean;
  /** Free companies are hidden from `GET /companies` unless asked for. */
  free: boolean;
  /** Whether any user may install an app by calling with it. Old documents say that the first call then installs it. */
  allowsUserInstalls: boolean;
  /** Procore's region; a call without the company header finds companies of the default zone `us01` only. */
  zone: string;
}

/** A login: one e-mail address across all companies. A service account has one too. */
export interface Person {
  id: Id;
  email: string;
  firstName: string;
  lastName: string;
  /** The app whose service account this is, else null. */
  serviceOfAppId: Id | null;
}

/** A login's record in one company's directory. */
export interface CompanyUser {
  companyId: Id;
  personId: Id;
  jobTitle: string | null;
  isEmployee: boolean;
  employeeId: string | null;
  vendorId: Id | null;
  active: boolean;
  addToNewProjects: boolean;
  /** Global template given by plain and automatic adds. */
  defaultTemplateId: Id | null;
  companyTemplateId: Id | null;
  /** Number of the address card in the company directory; never equal to the login's id. */
  contactId: Id;
  originId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** Somebody without a login (`person`), or the card for a whole vendor (`vendor`). */
export interface Contact {
  id: Id;
  companyId: Id;
  kind: 'person' | 'vendor';
  firstName: string | null;
  lastName: string;
  jobTitle: string | null;
  isEmployee: boolean;
  vendorId: Id | null;
  active: boolean;
  originId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** Field `business_register` of Procore's vendor: the registration number by which companies are matched. */
export interface BusinessRegister {
  id: Id;
  type: 'abn' | 'ein';
  identifier: string;
}

export interface Vendor {
  id: Id;
  companyId: Id;
  name: string;
  abbreviatedName: string | null;
  businessRegister: BusinessRegister | null;
  address: string | null;
  city: string | null;
  stateCode: string | null;
  countryCode: string | null;
  zip: string | null;
  emailAddress: string | null;
  active: boolean;
  parentId: Id | null;
  originId: string | null;
  /** The contact card of kind `vendor`: its own id, offered by the manpower log's contact options. */
  contactId: Id;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface ProjectVendor {
  projectId: Id;
  vendorId: Id;
}

export type TemplateType = 'company_tools' | 'global' | 'project_specific';

export interface PermissionTemplate {
  id: Id;
  companyId: Id;
  /** Only for `project_specific`. */
  projectId: Id | null;
  name: string;
  type: TemplateType;
  category: 'internal' | 'external';
  levels: Levels;
  /** Granular permissions by tool key; stored and shown. Those of RFIs are enforced, see `procore/rfis/rights.ts`. */
  granular: Record<string, string[]>;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface Project {
  id: Id;
  companyId: Id;
  name: string;
  number: string | null;
  /** Procore's own zone name, e.g. `Sydney` or `Pacific Time (US & Canada)`; null when never set. */
  timeZone: string | null;
  address: string | null;
  city: string | null;
  stateCode: string | null;
  countryCode: string | null;
  zip: string | null;
  stage: string;
  active: boolean;
  /** Keys of the project tools that are switched on. */
  tools: string[];
  /** What `contact_id` of a manpower entry may be here; null: the switch `manpowerContacts` decides. */
  manpowerContacts: 'vendors' | 'contacts' | null;
  originId: string | null;
  createdBy: Id | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/**
 * A login on a project. With source `directory` its rights are those of the template, none without one; with `manifest`, those of
 * the manifest [doc].
 */
export interface Membership {
  projectId: Id;
  personId: Id;
  templateId: Id | null;
  /** `manifest`: a permitted project of an installed app, lost when the app is installed again. */
  source: 'directory' | 'manifest';
  createdAt: Instant;
  updatedAt: Instant;
}

/** A membership that was requested and is not there yet: Procore works through a long list bit by bit. */
export interface AwaitedMember {
  id: Id;
  projectId: Id;
  personId: Id;
  /** Null for the user's default template. */
  templateId: Id | null;
  /** When it appears, by the sandbox's clock. */
  dueAtMs: number;
  /** Who requested it, through which app and request. */
  askedBy: { personId: Id; clientId: string | null; seq: number | null };
}
