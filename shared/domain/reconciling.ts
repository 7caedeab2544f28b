import { z } from 'zod';

/** The far side's sums minus ours, in whole units by name; absent means zero. */
export const sumsDifference = z.record(z.string(), z.int());
export type SumsDifference = Readonly<z.infer<typeof sumsDifference>>;

export function isSameDifference(one: SumsDifference, other: SumsDifference): boolean {
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => (one[name] ?? 0) === (other[name] ?? 0));
}

/**
 * Result of one comparison of a stream. Records that somebody changed or removed on the far side since we wrote them differ;
 * each is `told` (an attention item), or `healed`: the far side shows what is meant again.
 */
export const comparison = z.object({
  by: z.enum(['sums', 'rows']),
  compared: z.int(),
  changed: z.int(),
  gone: z.int(),
  healed: z.int(),
  told: z.int(),
  /** Entries of our account that belong to no record of ours; counted only row by row. */
  unclaimed: z.int(),
  /** The difference of the sums after everything was checked row by row; a later comparison by sums expects the same. */
  difference: sumsDifference,
  /** The same in a sentence. */
  says: z.string(),
});
export type Comparison = Readonly<z.infer<typeof comparison>>;

/** A comparison in a sentence; `leftOut`: what the far side omits from its sums. */
export function comparisonInWords(found: Omit<Comparison, 'says'>, leftOut: string): string {
  const { by, compared, changed, gone, healed, told, unclaimed, difference } = found;
  const differing = changed + gone;
  const ways = [...counted(changed, 'changed there'), ...counted(gone, 'deleted or moved there')].join(', ');
  const ends = [...counted(told, 'told as items'), ...counted(healed, 'as meant again')].join(', ');
  return [
    `compared ${compared} ${compared === 1 ? 'entry' : 'entries'} ${by === 'sums' ? 'by their sums' : 'row by row'}: `,
    differing === 0
      ? 'all agree'
      : `${differing} ${differing === 1 ? 'differs' : 'differ'} (${ways})${ends === '' ? '' : `: ${ends}`}`,
    unclaimed > 0 ? `; ${unclaimed} of our account belong to no record` : '',
    differing === 0 && !isSameDifference(difference, {}) ? `; the sums themselves differ, and leave out ${leftOut}` : '',
  ].join('');
}

const counted = (count: number, what: string): readonly string[] => (count > 0 ? [`${count} ${what}`] : []);
