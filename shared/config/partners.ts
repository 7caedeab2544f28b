import { z } from 'zod';
import { type PartnerName, partnerNames } from '../domain/partners.ts';
import type { SupportContact } from '../partners/contract.ts';
import { declarations } from '../partners/registry.ts';
import { origin } from './environment.ts';

/** Names of settings that partners declare, so that a new partner needs no change here. */
const originSettings = partnerNames.flatMap((name) => declarations[name].originSettings);

/** Origins of every partner's far sides, by the name of their setting: for the worker only. */
export const partnerOriginsEnvironment = z.object(Object.fromEntries(originSettings.map((name) => [name, origin])));

const contactSetting = (name: PartnerName): string => `${name.toUpperCase()}_SUPPORT_CONTACT`;
const hoursSetting = (name: PartnerName): string => `${name.toUpperCase()}_SUPPORT_HOURS`;
const contact = z.union([z.url({ protocol: /^https$/ }), z.email()]).optional();
const hours = z.string().trim().min(1).max(200).optional();

/** Support contacts for people on the pages, instead of a partner's own: a web page or an e-mail address, and its hours. */
export const partnerSupportEnvironment = z.object({
  ...Object.fromEntries(partnerNames.map((name) => [contactSetting(name), contact])),
  ...Object.fromEntries(partnerNames.map((name) => [hoursSetting(name), hours])),
});

/** The contact of a partner: what this installation sets, else what the partner declares. */
export function supportOf(name: PartnerName, set: z.output<typeof partnerSupportEnvironment>): SupportContact {
  const declared = declarations[name].support;
  return { contact: set[contactSetting(name)] ?? declared.contact, hours: set[hoursSetting(name)] ?? declared.hours };
}
