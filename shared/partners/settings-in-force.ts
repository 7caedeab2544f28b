import { type ConsentKind, consentOfOwner } from '../domain/consents.ts';
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

/** Whether the settings ask for what only the owner's consent puts in force. */
export function waitsForOwner(declaration: Pick<PartnerDeclaration, 'settings' | 'withConsents'>, stored: unknown): boolean {
  const under = (consents: readonly ConsentKind[]) => JSON.stringify(settingsInForce(declaration, stored, consents));
  return under([]) !== under([consentOfOwner]);
}
