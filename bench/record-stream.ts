import { z } from 'zod';
import { farSideId } from '../shared/domain/ids.ts';
import { parseExact } from '../shared/http/exact-json.ts';
import { createExchange } from '../shared/http/exchange.ts';
import { listOf, parsedOnce } from '../shared/http/parsed-once.ts';
import type { ProjectStream, SourcePage, StreamRun } from '../shared/partners/stream.ts';
import { perPage } from './record-source.ts';

const record = z.object({
  id: farSideId,
  subject: z.string(),
  status: z.enum(['open', 'closed']),
  number: z.string(),
  due_date: z.iso.date(),
  private: z.boolean(),
  assignee: z.object({ id: farSideId, name: z.string() }),
  ball_in_court: z.array(z.object({ id: farSideId })),
  question: z.string(),
  updated_at: z.string(),
});

const rowsOfPage = listOf(record);

/** A direct stream like those of the product: every page by the one policy object, parsed by zod, mapped, hashed, queued. */
export const recordStream = (origin: string): ProjectStream => ({
  name: 'records',
  scope: 'project',
  shape: 'direct',
  direction: 'procore-to-partner',
  module: 'records',
  mappingVersion: 1,
  needs: [],
  open: async () => ({ pull: () => pagesOf(origin), map: async (key, [facts]) => mapped(key, facts ?? {}), ...noFarSide }),
});

async function* pagesOf(origin: string): AsyncGenerator<SourcePage> {
  const exchange = createExchange({ base: origin, deadlineMs: 20_000 });
  for (let page = 1; ; page += 1) {
    const answer = await exchange({ method: 'GET', path: '/records', query: { page, per_page: perPage }, effect: 'read' });
    const rows = parsedOnce(rowsOfPage, answer.text, () => rowsOfPage.parse(parseExact(answer.text)));
    if (rows.length === 0) return;
    const facts = rows.map((row) => ({
      sourceId: row.id,
      groupKey: row.id,
      facts: {
        subject: row.subject,
        status: row.status,
        number: row.number,
        dueDate: row.due_date,
        isPrivate: row.private,
        assigneeId: row.assignee.id,
        ball: row.ball_in_court.map((holder) => holder.id).join(','),
        question: row.question,
      },
      modifiedAt: row.updated_at,
    }));
    yield { facts, cursor: { page } };
    if (rows.length < perPage) return;
  }
}

type Value = string | number | null;

function mapped(key: string, facts: Readonly<Record<string, Value | boolean>>) {
  const fields = {
    subject: text(facts['subject']),
    status: text(facts['status']),
    number: text(facts['number']),
    due_date: text(facts['dueDate']),
    private: facts['isPrivate'] ? 1 : 0,
    assigneeId: text(facts['assigneeId']),
    ball: text(facts['ball']),
    question: text(facts['question']),
  };
  const address = { label: `RFI ${fields.number}` };
  return { kind: 'record' as const, record: { naturalKey: key, searchKey: key, fields, address, empty: false } };
}

const text = (value: Value | boolean | undefined): string => (typeof value === 'string' ? value : '');

/** Everything is held before it would be sent. */
const never = async (): Promise<never> => {
  throw new Error('nothing is sent in this benchmark');
};
const noFarSide: Omit<StreamRun, 'pull' | 'map'> = {
  lookUp: never,
  create: never,
  update: never,
  heldUp: never,
  agrees: () => true,
  isMisplaced: () => false,
};
