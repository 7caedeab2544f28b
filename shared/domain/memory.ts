/**
 * What one process remembers of answers that rarely change, so that a far side is not asked for them again and again. It is no proof of
 * anything: whoever rests on it sees to it that a wrong memory is found out, and forgets it then.
 */
export interface Memory {
  /** What was answered under this key no longer ago than that; else asks. Those who ask at once share one answer; a failure is forgotten. */
  recall<Answer>(key: string, atMostMs: number, ask: () => Promise<Answer>): Promise<Answer>;
  forget(key: string): void;
}

/** Answers kept at most; the oldest go first. */
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
