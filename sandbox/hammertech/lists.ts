import { z } from 'zod';

/** `take` never exceeds 100 (published); the default is assumed. */
export const maxTake = 100;
const defaultTake = 25;

const sortOrders = ['id', 'iddesc', 'descr', 'modified'] as const;

const querySchema = z.object({
  skip: z.coerce.number().int().min(0).default(0),
  take: z.coerce.number().int().min(1).max(maxTake).default(defaultTake),
  sortBy: z.enum(sortOrders).default('id'),
  modifiedSince: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), 'not a date')
    .optional(),
  projectId: z.guid().optional(),
});

/** What a list may hold: an id, when it changed, perhaps a project and a name. */
export interface Listed {
  id: string;
  modified: string;
  projectId?: string;
  name?: string;
}

type Page = { records: Listed[] } | { problem: string };

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const orders: Record<(typeof sortOrders)[number], (left: Listed, right: Listed) => number> = {
  id: (left, right) => compare(left.id, right.id),
  iddesc: (left, right) => compare(right.id, left.id),
  descr: (left, right) => compare(left.name ?? '', right.name ?? '') || compare(left.id, right.id),
  modified: (left, right) => compare(left.modified, right.modified) || compare(left.id, right.id),
};

interface Dated {
  readonly record: Listed;
  readonly modifiedMs: number;
}

const prepared = new WeakMap<readonly Listed[], Map<string, readonly Dated[]>>();

/** Of a project, in an order; asked again for the same array, nothing is filtered or sorted again. */
function listed(
  records: readonly Listed[],
  sortBy: (typeof sortOrders)[number],
  projectId: string | undefined,
): readonly Dated[] {
  const lists = prepared.get(records) ?? new Map<string, readonly Dated[]>();
  prepared.set(records, lists);
  const key = `${sortBy} ${projectId ?? ''}`;
  const list =
    lists.get(key) ??
    records
      .filter((record) => projectId === undefined || record.projectId === undefined || record.projectId === projectId)
      .sort(orders[sortBy])
      .map((record) => ({ record, modifiedMs: Date.parse(record.modified) }));
  lists.set(key, list);
  return list;
}

/**
 * One page of a list: a bare array, filtered, ordered, then cut. `modifiedSince` is inclusive; a record without a project is not touched by `projectId`.
 * A query that does not parse is a problem that names the parameter.
 */
export function pageOf(records: readonly Listed[], query: unknown): Page {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'invalid'}` };
  }
  const { skip, take, sortBy, modifiedSince, projectId } = parsed.data;
  const sinceMs = modifiedSince === undefined ? Number.NEGATIVE_INFINITY : Date.parse(modifiedSince);
  const kept = listed(records, sortBy, projectId).filter(({ modifiedMs }) => modifiedMs >= sinceMs);
  return { records: kept.slice(skip, skip + take).map(({ record }) => record) };
}
