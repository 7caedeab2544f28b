/**
 * Waits for an observable condition: asks again and again until `look` returns something other than undefined/false, at most
 * `timeoutMs`. For state that another process changes; never a substitute for an event we could await.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const beganMs = Date.now();
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${what}`);
    // what is waited for shares the machine with whoever looks
    const pauseMs = Math.max(40, 3 * (Date.now() - beganMs));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
