import { type ConsentKind, consentOfOwner } from '../domain/consents.ts';
import type { PartnerDeclaration } from './contract.ts';

/** Parses a partner's stored settings; those that wait for a consent are treated as if nobody had set them. */
export function settingsInForce(
  { settings, withConsents }: Pick<PartnerDeclaration, 'settings' | 'withConsents'>,
  stored: unknown,
  consents: readonly ConsentKind[],
): Readonly<Record<string, unknown>> {
  const asked = settings.parse(stored);
  return withConsents?.(asked, consents) ?? asked;
}

/** Whether some settings are in force only with the owner's consent. */
export function waitsForOwner(declaration: Pick<PartnerDeclaration, 'settings' | 'withConsents'>, stored: unknown): boolean {
  const under = (consents: readonly ConsentKind[]) => JSON.stringify(settingsInForce(declaration, stored, consents));
  return under([]) !== under([consentOfOwner]);
}
