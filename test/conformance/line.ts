/** One thing that the kit proves of every partner. It throws where that does not hold. */
export interface Line<Bench> {
  readonly says: string;
  prove(bench: Bench): void | Promise<void>;
}

/** What does not hold, of some lines: for controls, which break a partner on purpose. */
export async function failing<Bench>(
  lines: readonly Line<Bench>[],
  newBench: () => Bench | Promise<Bench>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { says, prove } of lines) {
    const bench = await newBench();
    try {
      await prove(bench);
    } catch {
      failed.push(says);
    }
  }
  return failed;
}
