/** Longest sentence of an outcome: what a phone shows, and what a row may hold. */
export const longestSentence = 600;

/** A text of at most so many UTF-16 units, cut between characters: half of one is no text that a database takes. */
export function clipped(text: string, most: number = longestSentence): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
