import type { ManpowerOption } from '../../procore/operations/manpower-options.ts';
import { foldName } from './names.ts';

/**
 * Ids that may stand as `contact_id` for a vendor, best first. A project offers vendors or contacts, by a setting of its own, and the
 * two kinds of id may collide: an id that the other list gives to somebody else comes last. Empty: the vendor is not on the project.
 */
export function contactIdsFor(
  vendor: { readonly id: string; readonly name: string },
  vendorOptions: readonly ManpowerOption[],
  contactOptions: readonly ManpowerOption[],
): readonly string[] {
  const listed = vendorOptions.find((option) => option.id === vendor.id);
  const name = foldName(listed?.name ?? vendor.name);
  const named = contactOptions.filter((option) => foldName(option.name) === name);
  const [card] = named;
  const cardId = named.length === 1 && card ? card.id : undefined;
  const vendorIdIsSafe = !contactOptions.some((option) => option.id === vendor.id && foldName(option.name) !== name);
  const cardIdIsSafe = !vendorOptions.some((option) => option.id === cardId && option.id !== vendor.id);
  const safe = [...(listed && vendorIdIsSafe ? [vendor.id] : []), ...(cardId && cardIdIsSafe ? [cardId] : [])];
  const doubtful = [...(listed && !vendorIdIsSafe ? [vendor.id] : []), ...(cardId && !cardIdIsSafe ? [cardId] : [])];
  return [...new Set([...safe, ...doubtful])];
}
