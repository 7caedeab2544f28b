import type { Facts, Mapped, ProjectContext, TargetRecord } from '../../stream.ts';

/** The vendor matched with the record's employer; null if there is none: the entry is made without it. */
export function vendorIdOf(facts: Facts, { vendorOf }: ProjectContext): string | null {
  const { employerId } = facts;
  return typeof employerId === 'string' ? (vendorOf.get(employerId)?.procoreId ?? null) : null;
}

/** A record of one of the daily logs; searched on the far side by its day. */
export const recordOf = (naturalKey: string, fields: TargetRecord['fields'], label: string, screen: string): TargetRecord => ({
  naturalKey,
  searchKey: String(fields['date'] ?? ''),
  fields,
  address: { label, screen: `Procore: Project → Daily Log → ${String(fields['date'] ?? '')} → ${screen}` },
  empty: false,
});

/** What was taken back at the source stays in Procore until a person removes it: we delete nothing there. */
export const removed = (naturalKey: string, what: string, screen: string): Mapped => ({
  kind: 'blocked',
  naturalKey,
  reason: 'delete-needs-approval',
  subject: `gone:${naturalKey}`,
  seen: `${what} that we entered was taken back in HammerTech.`,
  needed: 'The entry removed in Procore by a person, or left as it is.',
  where: `Procore: Project → Daily Log → ${screen}`,
});

/** `medical-treatment` as `Medical treatment`. */
export function inWords(value: Facts[string] | undefined, otherwise: string): string {
  if (typeof value !== 'string' || value === '') return otherwise;
  const words = value.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
