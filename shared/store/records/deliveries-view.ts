import { sql } from 'kysely';
import { z } from 'zod';
import { deliveryPayload, type RecordFields } from '../../domain/deliveries.ts';
import { isFaultKind } from '../../domain/faults.ts';
import type { Db } from '../tenancy.ts';

const step = z.looseObject({ state: z.string(), at: z.string(), why: z.string().nullish() });
const trail = z.array(step).catch([]);
const fault = z.looseObject({ kind: z.string() }).nullable().catch(null);

/**
 * A delivery as it may be shown: its state and its trail. Its content is not shown, unless it is held for a person's push: that
 * person sees what would be sent.
 */
export interface DeliveryView {
  readonly deliveryId: string;
  readonly sequence: string;
  readonly projectLinkId: string;
  readonly stream: string;
  readonly version: number;
  readonly action: string;
  readonly state: string;
  readonly release: string;
  readonly attempts: number;
  readonly lookUps: number;
  readonly targetId: string | null;
  readonly reason: string | null;
  readonly wouldSend: { readonly label: string; readonly where: string | null; readonly fields: RecordFields } | null;
  readonly trail: readonly { readonly state: string; readonly at: string; readonly why: string | null }[];
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** Deliveries of one link, newest first, at most `limit`, below a sequence; filtered by state and release if given. */
export async function deliveriesPage(
  db: Db,
  page: {
    readonly projectLinkId: string;
    readonly state: string | undefined;
    readonly release: string | undefined;
    readonly limit: number;
    readonly below: string | undefined;
  },
): Promise<readonly DeliveryView[]> {
  let query = db
    .selectFrom('delivery')
    .select([
      'delivery_id',
      'sequence',
      'project_link_id',
      'stream',
      'version',
      'action',
      'state',
      'release',
      'attempts',
      'look_ups',
    ])
    .select(['target_id', 'fault', 'trail', 'created_at', 'settled_at', 'payload', 'natural_key'])
    .where('project_link_id', '=', page.projectLinkId);
  if (page.state !== undefined) query = query.where('state', '=', page.state);
  if (page.release !== undefined) query = query.where('release', '=', page.release);
  if (page.below !== undefined) query = query.where('sequence', '<', sql<string>`${page.below}::bigint`);
  const rows = await query.orderBy('sequence', 'desc').limit(page.limit).execute();
  return rows.map((row) => {
    const kind = fault.parse(row.fault)?.kind;
    return {
      deliveryId: row.delivery_id,
      sequence: row.sequence,
      projectLinkId: row.project_link_id,
      stream: row.stream,
      version: row.version,
      action: row.action,
      state: row.state,
      release: row.release,
      attempts: row.attempts,
      lookUps: row.look_ups,
      targetId: row.target_id,
      reason: isFaultKind(kind) ? kind : null,
      wouldSend: row.state === 'queued' && row.release === 'held' ? wouldSend(row.natural_key, row.payload) : null,
      trail: trail.parse(row.trail).map(({ state, at, why }) => ({ state, at, why: why ?? null })),
      createdAt: row.created_at,
      settledAt: row.settled_at,
    };
  });
}

function wouldSend(naturalKey: string, payload: unknown): DeliveryView['wouldSend'] {
  const { address, fields } = deliveryPayload.pick({ address: true, fields: true }).parse(payload);
  return { label: address['label'] ?? naturalKey, where: address['screen'] ?? null, fields };
}
