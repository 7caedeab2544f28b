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

export const endKinds = ['manual', 'automatic', 'none'] as const;
export const devices = ['kiosk', 'mobile', 'static-qr'] as const;

export interface SiteSignIn {
  id: string;
  projectId: string;
  workerId: string;
  employerId: string;
  tradeId?: string;
  startUtc: string;
  /** Null while the worker is still on site, and for ever where nobody signed out. */
  endUtc: string | null;
  endKind: (typeof endKinds)[number];
  device: (typeof devices)[number];
  isVisitor: boolean;
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
