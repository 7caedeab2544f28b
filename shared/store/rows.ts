/** Reads a word of a closed list from a column. Throws for any other: CHECK constraints exclude them, a newer schema may not. */
export function wordOf<Value extends string>(allowed: readonly Value[], text: string): Value {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`the store holds an unknown word: ${text}`);
  return found;
}
