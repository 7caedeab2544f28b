/** Letters that Unicode decomposition does not reduce to a base letter. */
const bare: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th', ı: 'i' };

/**
 * A name in its form for comparison: compatibility forms unified, accents and case folded, each run of anything but letters and
 * digits replaced by one blank. A name without letters or digits (an emoji) keeps its characters. Idempotent.
 */
export function foldName(name: string): string {
  const unified = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const plain = unified.replace(/[ßøłđæœðþı]/g, (letter) => bare[letter] ?? letter);
  const words = plain.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return words === '' ? plain.replace(/\s+/g, ' ').trim() : words;
}

/** Names match only with the same numbers in the same order: "Depot 3" is not "Depot 4", however alike they look. */
const numbersIn = (folded: string): string => (folded.match(/\p{N}+/gu) ?? []).join(' ');

const pairsOf = (folded: string): Map<string, number> => {
  const pairs = new Map<string, number>();
  const padded = ` ${folded} `;
  for (let index = 0; index + 1 < padded.length; index += 1) {
    const pair = padded.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
};

interface Profile {
  readonly folded: string;
  readonly numbers: string;
  readonly pairs: ReadonlyMap<string, number>;
}

/** Cache, as every name is compared with many others; cleared when it holds more than 5000. */
const profiles = new Map<string, Profile>();

function profileOf(name: string): Profile {
  const known = profiles.get(name);
  if (known) return known;
  if (profiles.size > 5000) profiles.clear();
  const folded = foldName(name);
  const profile = { folded, numbers: numbersIn(folded), pairs: pairsOf(folded) };
  profiles.set(name, profile);
  return profile;
}

/** Similarity of two names, 0 to 1, symmetric: shared letter pairs (Dice); 1 only if the folded names are equal. */
export function nameScore(left: string, right: string): number {
  const [one, other] = [profileOf(left), profileOf(right)];
  if (one.folded === other.folded) return one.folded === '' ? 0 : 1;
  if (one.numbers !== other.numbers) return 0;
  let shared = 0;
  for (const [pair, count] of one.pairs) shared += Math.min(count, other.pairs.get(pair) ?? 0);
  return Math.min((2 * shared) / (one.folded.length + other.folded.length + 2), 0.999);
}

/** An e-mail address in its form for comparison: trimmed and case-folded; undefined if it is not one. */
export function foldEmail(text: string | null | undefined): string | undefined {
  const folded = (text ?? '').normalize('NFKC').trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(folded) ? folded : undefined;
}

/** A registration number (ABN, EIN) as digits; undefined if it is none, or a filler such as 000000000. */
export function foldRegistration(text: string | null | undefined): string | undefined {
  const digits = (text ?? '').normalize('NFKC').replace(/\D+/g, '');
  return digits.length < 6 || /^(\d)\1*$/.test(digits) ? undefined : digits;
}
