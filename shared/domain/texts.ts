/** Longest sentence of an outcome: what fits a phone and a row. */
export const longestSentence = 600;

/** Cuts a text to that many UTF-16 units without splitting a surrogate pair, which a database rejects. */
export function clipped(text: string, most: number = longestSentence): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
