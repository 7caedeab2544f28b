import { createHmac, hkdfSync } from 'node:crypto';
import type { TenantKey } from './keys.ts';

/**
 * Keyed pseudonyms for one tenant and purpose: the same value gives the same 22 characters, which reveal nothing without the
 * tenant's key, differ between tenants and purposes, and are useless once that key is destroyed.
 */
export function pseudonymsOf(tenantKey: TenantKey, purpose: string): (value: string) => string {
  const key = Buffer.from(hkdfSync('sha256', tenantKey.key, tenantKey.tenantId, `groundwork pseudonyms ${purpose}`, 32));
  return (value) => createHmac('sha256', key).update(value).digest().subarray(0, 16).toString('base64url');
}
