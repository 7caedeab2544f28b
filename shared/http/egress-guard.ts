import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** What an installation lets its workers call besides its configured far sides. */
export interface EgressRules {
  /** Where a bearer token may be sent: exact origins. */
  readonly bearerOrigins: readonly string[];
  /** The same for https hosts; `*.example.com` covers all below a name. */
  readonly bearerHosts: readonly string[];
  /** Origins admitted whatever they resolve to, also without TLS: a demo's own far sides. Empty in production. */
  readonly openOrigins: readonly string[];
}

/** A URL that may be called, with all addresses its name resolved to at the check: the connection uses only these. */
export interface Admitted {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

/** A URL from outside must not be called. Contains no URL, so it may be logged. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

export interface EgressGuard {
  /**
   * Admits a URL that came from a vendor or a tenant: https on the default port, no login in it, a name that resolves only to
   * public addresses. Throws `EgressRefused`, also if the name does not resolve.
   */
  admit(address: string): Promise<Admitted>;
  /** Whether a bearer token may be sent there. */
  takesBearer(url: URL): boolean;
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const resolveAll: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** `resolve`: the system's, except in tests. It is called once per admitted URL. */
export function createEgressGuard(rules: EgressRules, resolve: Resolve = resolveAll): EgressGuard {
  return {
    async admit(address) {
      const url = parsed(address);
      const isOpen = rules.openOrigins.includes(url.origin);
      if (!isOpen && url.protocol !== 'https:') throw new EgressRefused('the address is not https');
      if (!isOpen && url.port !== '') throw new EgressRefused('the address names a port');
      const addresses = await addressesOf(url, resolve);
      const isPublic = addresses.every((each) => isPublicAddress(each.address));
      if (addresses.length === 0 || (!isOpen && !isPublic)) throw new EgressRefused('the address leads to no public host');
      return { url, addresses };
    },
    takesBearer: (url) =>
      rules.bearerOrigins.includes(url.origin) ||
      (url.protocol === 'https:' && url.port === '' && rules.bearerHosts.some((host) => covers(host, url.hostname))),
  };
}

function parsed(address: string): URL {
  if (!URL.canParse(address)) throw new EgressRefused('the address cannot be read');
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new EgressRefused('the address is not https');
  if (url.username !== '' || url.password !== '') throw new EgressRefused('the address carries a login');
  return url;
}

async function addressesOf({ hostname }: URL, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(literal);
  if (family !== 0) return [{ address: literal, family }];
  try {
    return await resolve(hostname);
  } catch {
    throw new EgressRefused('the host of the address is not known');
  }
}

const covers = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : host === pattern;
