import { createPart3Client, type Part3Settings } from '../../../shared/partners/part3/client.ts';
import type { RfiFields } from '../../../shared/partners/part3/fields.ts';
import { secretOf } from '../../../shared/security/secret.ts';

export const token = 'token-that-nobody-may-see';

export function clientAt(origin: string, overrides: Partial<Part3Settings> = {}) {
  return createPart3Client({
    apiUrl: origin,
    token: async () => secretOf(token),
    timings: { httpDeadlineMs: 10_000, inlineWaitMs: 20_000 },
    ...overrides,
  });
}

/** The claim of a write holds. */
export const always = (): boolean => true;

export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

export const rfiFields = (fields: Partial<RfiFields> = {}): RfiFields => ({
  number: '14',
  revision: null,
  status: 'open',
  isPrivate: false,
  readers: null,
  ballInCourt: [],
  manager: null,
  dueOn: null,
  files: [],
  link: null,
  subject: 'Slab edge',
  questionHtml: '<p>Where?</p>',
  askedByName: null,
  askedAt: null,
  assignees: [],
  replies: [],
  ...fields,
});
