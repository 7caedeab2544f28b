import { z } from 'zod';
import { farSideId } from '../shared/domain/ids.ts';
import { parseExact } from '../shared/http/exact-json.ts';
import { createExchange } from '../shared/http/exchange.ts';
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
    const rows = z.array(record).parse(parseExact(answer.text));
    if (rows.length === 0) return;
    const facts = rows.map(({ id, assignee, ball_in_court, updated_at, private: isPrivate, ...rest }) => ({
      sourceId: id,
      groupKey: id,
      facts: { ...rest, isPrivate, assigneeId: assignee.id, ball: ball_in_court.map((holder) => holder.id).join(',') },
      modifiedAt: updated_at,
    }));
    yield { facts, cursor: { page } };
    if (rows.length < perPage) return;
  }
}

function mapped(key: string, facts: Readonly<Record<string, string | number | boolean | null>>) {
  const { subject, status, number, due_date, isPrivate, assigneeId, ball, question } = facts;
  const fields = { subject, status, number, due_date, private: isPrivate ? 1 : 0, assigneeId, ball, question } as Record<
    string,
    string | number | null
  >; // the flag is the only boolean among them, and it is a number by now
  const address = { label: `RFI ${String(number)}` };
  return { kind: 'record' as const, record: { naturalKey: key, searchKey: key, fields, address, empty: false } };
}

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
