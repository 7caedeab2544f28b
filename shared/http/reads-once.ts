/**
 * Reads that several callers share: each is requested once. Reads of one project are dropped when another project is read, so it
 * holds at most one project's, and those of no project. A failed read is not kept.
 */
export interface ReadsOnce {
  /** `project`: null if it belongs to none. */
  once<Answer>(key: string, project: string | null, read: () => Promise<Answer>): Promise<Answer>;
  /** A list of pages; kept once it is read to its end. */
  pages<Item>(key: string, project: string | null, read: () => AsyncIterable<readonly Item[]>): AsyncIterable<readonly Item[]>;
}

export function createReadsOnce(): ReadsOnce {
  const kept = { company: new Map<string, unknown>(), project: new Map<string, unknown>() };
  let current: string | null = null;

  function keptFor(project: string | null): Map<string, unknown> {
    if (project === null) return kept.company;
    if (project !== current) kept.project.clear();
    current = project;
    return kept.project;
  }

  return {
    once<Answer>(key: string, project: string | null, read: () => Promise<Answer>): Promise<Answer> {
      const answers = keptFor(project);
      const known = answers.get(key) as Promise<Answer> | undefined; // one key is one operation with its arguments: one type
      if (known) return known;
      const answer = read();
      answers.set(key, answer);
      answer.catch(() => answers.delete(key));
      return answer;
    },
    async *pages<Item>(key: string, project: string | null, read: () => AsyncIterable<readonly Item[]>) {
      const lists = keptFor(project);
      const known = lists.get(key) as readonly (readonly Item[])[] | undefined; // the same
      if (known) {
        yield* known;
        return;
      }
      const pages: (readonly Item[])[] = [];
      for await (const page of read()) {
        pages.push(page);
        yield page;
      }
      lists.set(key, pages);
    },
  };
}
