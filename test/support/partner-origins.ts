import { partnerNames } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';

/** Names of the settings in which a worker is told where the partners' far sides are. */
export const partnerOriginSettings: readonly string[] = partnerNames.flatMap((name) => declarations[name].originSettings);

/** All of them at one address, for tests in which no partner is called. */
export const partnersAt = (origin: string): Readonly<Record<string, string>> =>
  Object.fromEntries(partnerOriginSettings.map((setting) => [setting, origin]));
