/**
 * What HammerTech keeps for one customer. Ids are GUIDs, times are UTC with second resolution, an absent value is null.
 * Only the existence of these resources is published; their fields are assumed (docs/partners/hammertech.md).
 */
export const regions = ['us', 'au', 'eu'] as const;
export type Region = (typeof regions)[number];

export interface Project {
  id: string;
  name: string;
  number: string | null;
  /** An IANA name such as `Australia/Sydney`. */
  timeZone: string;
  address: string;
  status: 'active' | 'archived';
  modified: string;
}

export interface Employer {
  id: string;
  name: string;
  /** Australian business number. */
  abn: string | null;
  /** Employer identification number of the United States. */
  ein: string | null;
  parentEmployerId: string | null;
  modified: string;
}

/** That an employer works on a project. */
export interface ProjectEmployer {
  id: string;
  projectId: string;
  employerId: string;
  modified: string;
}

/** A person who signs in. They have no link to a login, even for the same human being; nobody needs their name. */
export interface Worker {
  id: string;
  projectId: string;
  employerId: string;
  status: 'active' | 'inactive';
  modified: string;
}

/** A person who logs in, not a worker. */
export interface User {
  id: string;
  name: string;
  email: string | null;
  status: 'active' | 'inactive';
  modified: string;
}

export const endKinds = ['manual', 'automatic', 'none'] as const;
export const devices = ['kiosk', 'mobile', 'static-qr'] as const;

export interface SiteSignIn {
  id: string;
  projectId: string;
  workerId: string;
  /** Of a visitor: the employer they belong to or come to see. Null only where a visitor named none. */
  employerId: string | null;
  tradeId?: string;
  startUtc: string;
  /** Null while the worker is still on site, and for ever where nobody signed out. */
  endUtc: string | null;
  endKind: (typeof endKinds)[number];
  device: (typeof devices)[number];
  isVisitor: boolean;
  /** The company a visitor wrote down at the gate; absent where it is the employer itself. */
  companyName?: string | null;
  modified: string;
  /** Deleted records stay in lists, so that a reader by `modifiedSince` learns of the deletion. */
  deleted: boolean;
}

export interface SiteDiary {
  id: string;
  projectId: string;
  /** The site's own calendar day, `YYYY-MM-DD`. */
  date: string;
  employers: { employerId: string; workers: number; hours: number }[];
  visitors: number;
  notes: string;
  status: 'open' | 'approved';
  modified: string;
}

export const incidentTypes = [
  'near-miss',
  'first-aid',
  'medical-treatment',
  'lost-time',
  'property-damage',
  'environmental',
] as const;
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const incidentStatuses = ['open', 'under-investigation', 'closed'] as const;

/** Something that happened. The fields from `injuredPersonName` on are personal or medical and are for nobody outside HammerTech. */
export interface Incident {
  id: string;
  projectId: string;
  employerId: string | null;
  occurredUtc: string;
  type: (typeof incidentTypes)[number];
  severity: (typeof severities)[number];
  status: (typeof incidentStatuses)[number];
  /** What happened, free of names. */
  description: string;
  injuredPersonName: string | null;
  medicalDetail: string | null;
  witnessNames: string[];
  reportedByName: string;
  modified: string;
  deleted: boolean;
}

export const observationKinds = ['positive', 'hazard', 'breach'] as const;
export const observationCategories = [
  'working-at-height',
  'housekeeping',
  'protective-equipment',
  'plant-and-vehicles',
  'electrical',
  'manual-handling',
] as const;

/** Something somebody saw, good or bad. The two names are for nobody outside HammerTech. */
export interface Observation {
  id: string;
  projectId: string;
  employerId: string | null;
  observedUtc: string;
  kind: (typeof observationKinds)[number];
  category: (typeof observationCategories)[number];
  severity: (typeof severities)[number];
  status: 'open' | 'closed';
  /** What was seen, free of names. */
  description: string;
  /** By when it is to be put right, in the site's own calendar; null for what is good. */
  dueDate: string | null;
  raisedByName: string;
  personInvolvedName: string | null;
  modified: string;
  deleted: boolean;
}

/** One customer. It lives in one region and is unknown in the others. */
export interface Tenant {
  slug: string;
  region: Region;
}

/** A user who may log in; distinct from a worker. */
export interface Login {
  tenant: string;
  email: string;
  password: string;
  userId: string;
  active: boolean;
}

/** A logged-in session and the one refresh token of it that still works. */
export interface Session {
  id: string;
  tenant: string;
  email: string;
  refreshToken: string;
}

/** HammerTech's own time stamps: UTC, whole seconds. */
export function timeStamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
