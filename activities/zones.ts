import { isKnownZone, zonesAgree } from '../shared/domain/local-dates.ts';
import { ianaZoneOf } from '../shared/procore/time-zones.ts';

/** The zones of both sides of a pair of projects, in their own formats; null if a side names none. */
export interface ZonesOfPair {
  readonly procoreTimeZone: string | null;
  /** IANA. */
  readonly partnerTimeZone: string | null;
}

/**
 * The zone (IANA) in which the days of a pair are dated: Procore's, if the site keeps the same days. Undefined if Procore's is
 * unknown or disagrees with the site's, so that nothing can be dated.
 */
export function agreedZone({ procoreTimeZone, partnerTimeZone }: ZonesOfPair, nowMs: number): string | undefined {
  const zone = ianaZoneOf(procoreTimeZone);
  if (zone === undefined || partnerTimeZone === null || !isKnownZone(partnerTimeZone)) return zone;
  return zonesAgree(zone, partnerTimeZone, nowMs) ? zone : undefined;
}

/** Why a project cannot be dated, in words for its admin. */
export function zoneSeen(projectName: string, { procoreTimeZone, partnerTimeZone }: ZonesOfPair): string {
  const name = projectName.trim();
  if (procoreTimeZone === null) return `The time zone of ${name} in Procore is not set.`;
  return ianaZoneOf(procoreTimeZone) === undefined
    ? `The time zone of ${name} in Procore is “${procoreTimeZone}”, which is not known.`
    : `The time zone of ${name} in Procore is “${procoreTimeZone}”, the site’s is “${partnerTimeZone}”: their days are not the same.`;
}
