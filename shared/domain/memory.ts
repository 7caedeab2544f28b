/**
 * A per-process cache of responses that rarely change, so that a far side is not asked for them again and again. It proves
 * nothing: its users must detect a stale entry, and then forget it.
 */
export interface Memory {
  /**
   * The response cached under this key if it is no older than `atMostMs`; else asks. Concurrent callers share one request; a
   * failure is not cached.
   */
  recall<Answer>(key: string, atMostMs: number, ask: () => Promise<Answer>): Promise<Answer>;
  forget(key: string): void;
}

/** The most responses kept; the oldest are dropped first. */
const mostAnswers = 2000;

export function createMemory(nowMs: () => number = Date.now): Memory {
  const answers = new Map<string, { readonly atMs: number; readonly answer: Promise<unknown> }>();
  return {
    recall<Answer>(key: string, atMostMs: number, ask: () => Promise<Answer>): Promise<Answer> {
      const known = answers.get(key);
      if (known && nowMs() - known.atMs <= atMostMs) return known.answer as Promise<Answer>; // a key stands for one kind of answer
      const asked = { atMs: nowMs(), answer: ask() };
      answers.delete(key);
      answers.set(key, asked);
      asked.answer.catch(() => {
        if (answers.get(key) === asked) answers.delete(key);
      });
      const [oldest] = answers.keys();
      if (answers.size > mostAnswers && oldest !== undefined) answers.delete(oldest);
      return asked.answer;
    },
    forget: (key) => void answers.delete(key),
  };
}
