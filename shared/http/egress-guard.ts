import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** What an installation lets its workers call beyond the far sides it is set up for. */
export interface EgressRules {
  /** Where a bearer may go: exact origins. */
  readonly bearerOrigins: readonly string[];
  /** The same for https hosts, `*.example.com` for all below a name. */
  readonly bearerHosts: readonly string[];
  /** Origins let through whatever they resolve to, without TLS too: a demo's own far sides. Empty in production. */
  readonly openOrigins: readonly string[];
}

/** An address that may be called, and all that its name resolved to when that was decided: the connection goes there and nowhere else. */
export interface Admitted {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

/** An address came from outside that must not be called. Carries no address, so it may be logged. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

export interface EgressGuard {
  /**
   * Lets an address through that came from a vendor or a tenant: https on its own port, no login in it, a name that resolves to public
   * addresses alone. Throws `EgressRefused`; a name that does not resolve is that too.
   */
  admit(address: string): Promise<Admitted>;
  /** Whether a bearer may go there. */
  takesBearer(url: URL): boolean;
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const resolveAll: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** `resolve`: the system's, but for tests. It is asked once for each address that is let through. */
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
