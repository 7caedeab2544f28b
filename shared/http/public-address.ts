import ipaddr from 'ipaddr.js';

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Whether an IP address is on the public internet. Not public are all reserved ones: loopback, private, link-local, shared,
 * mapped and translated ones (`::ffff:`, NAT64, 6to4, Teredo), documentation, multicast; and anything that is not an address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  // the library calls every unlisted range unicast; of IPv6 only this eighth is assigned (RFC 4291)
  return address instanceof ipaddr.IPv4 || address.match(...globalUnicast);
}
