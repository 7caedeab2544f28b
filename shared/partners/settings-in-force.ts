import type { ConsentKind } from '../domain/consents.ts';
import type { PartnerDeclaration } from './contract.ts';

/** The partner's settings out of what is stored of them; what waits for somebody's consent stands as if nobody had asked for it. */
export function settingsInForce(
  { settings, withConsents }: Pick<PartnerDeclaration, 'settings' | 'withConsents'>,
  stored: unknown,
  consents: readonly ConsentKind[],
): Readonly<Record<string, unknown>> {
  const asked = settings.parse(stored);
  return withConsents?.(asked, consents) ?? asked;
}
