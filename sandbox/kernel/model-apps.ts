import type { Levels } from './levels.ts';
import type { Id, Instant } from './model.ts';

/**
 * `legacy`: a traditional service account, one credential for one company, rights by templates.
 * `customer-app` and `dmsa`: rights by the app's manifest on permitted projects; the first belongs to one customer.
 * `ours`: Groundwork's own app, by which people sign in; its calls need the company header without exception.
 */
export type AppKind = 'legacy' | 'customer-app' | 'dmsa' | 'ours';

export interface App {
  id: Id;
  name: string;
  kind: AppKind;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** The only company a `legacy` or `customer-app` credential belongs to; null for the others. */
  companyId: Id | null;
  /** The login as which client credentials act; null if the app has no service account. */
  servicePersonId: Id | null;
  manifest: { company: Levels; project: Levels };
}

export interface Install {
  appId: Id;
  companyId: Id;
  /** False after an admin disconnected the app: every call answers 403. */
  connected: boolean;
  id: Id;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface InstallationRequest {
  id: Id;
  companyId: Id;
  clientId: string;
  notes: string | null;
  requestedBy: Id;
}

export interface AuthorizationCode {
  code: string;
  clientId: string;
  personId: Id;
  redirectUri: string;
  expiresAtMs: number;
  used: boolean;
}

export interface Token {
  accessToken: string;
  refreshToken: string | null;
  clientId: string;
  personId: Id;
  grant: 'authorization_code' | 'client_credentials';
  createdAtMs: number;
  expiresAtMs: number;
  accessRevoked: boolean;
  refreshRevoked: boolean;
  /** The refresh token that was spent for this pair; null at the start of a chain. */
  replaces: string | null;
}

/** Every secret ever issued, including spent and retired ones: what a search for leaks looks for. */
export interface IssuedSecret {
  value: string;
  kind: 'client-secret' | 'authorization-code' | 'access-token' | 'refresh-token' | 'storage-signature';
  clientId: string;
}
