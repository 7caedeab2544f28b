/**
 * Yields the same items in order. Items that arrived while the consumer was busy are yielded together; reading ahead stops once
 * they weigh `enough` (each weighs 1 unless `weigh` is given). A failure is thrown after all items that arrived before it.
 */
export async function* together<Item>(
  items: AsyncIterable<Item>,
  enough: number,
  weigh: (item: Item) => number = () => 1,
): AsyncGenerator<readonly Item[]> {
  const waiting: Item[] = [];
  let weight = 0;
  let failure: { readonly error: unknown } | undefined;
  let state: 'reading' | 'read' | 'stopped' = 'reading';
  let wake = (): void => undefined;
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const isStopped = (): boolean => state === 'stopped';
  const read = async (): Promise<void> => {
    try {
      for await (const item of items) {
        waiting.push(item);
        weight += weigh(item);
        wake();
        while (weight >= enough && !isStopped()) await room();
        if (isStopped()) return;
      }
    } catch (error) {
      failure = { error };
    }
    if (state === 'reading') state = 'read';
    wake();
  };
  let makeRoom = (): void => undefined;
  const room = (): Promise<void> =>
    new Promise((resolve) => {
      makeRoom = resolve;
    });
  const reading = read();
  try {
    for (;;) {
      while (waiting.length === 0 && state === 'reading') await change();
      const taken = waiting.splice(0);
      weight = 0;
      makeRoom();
      if (taken.length > 0) yield taken;
      else if (failure) throw failure.error;
      else return;
    }
  } finally {
    state = 'stopped';
    makeRoom();
    await reading;
  }
}
