import { expect } from '@jest/globals';
import type { SyncActivities } from '../../activities/contract.ts';
import type { Committed } from '../../sandbox/kernel/ledger.ts';
import type { World } from '../../sandbox/kernel/world.ts';
import type { DryRunOfProject, ForeseenAct } from '../../shared/domain/dry-run.ts';
import { linkDryRuns } from '../../shared/store/projects/dry-runs.ts';
import { type ForeseenView, foreseenPage } from '../../shared/store/projects/foreseen-view.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { TestStore } from '../support/store.ts';

/** What a dry run said of one stream. */
export interface Foreseen {
  readonly part: DryRunOfProject;
  readonly records: readonly ForeseenView[];
  of(does: ForeseenAct): readonly ForeseenView[];
}

interface OfStream {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly stream: string;
}

/** A dry run of one stream, read as the API reads it. */
export async function foresee(
  { store, activities }: { readonly store: TestStore; readonly activities: Pick<SyncActivities, 'dryRunStream'> },
  { tenantId, projectLinkId, stream }: OfStream,
): Promise<Foreseen> {
  const answer = await activities.dryRunStream({ tenantId, projectLinkId, stream });
  if (!('says' in answer)) throw new Error(`a stated wait: ${answer.why}`);
  return withTenant(store.pool, tenantId, async (db) => {
    const found = (await linkDryRuns(db, projectLinkId)).flatMap((run) =>
      [run.company, ...run.projects].flatMap((part) => (part ? [{ dryRunId: run.dryRunId, part }] : [])),
    );
    const own = found.find(({ part }) => part.streams.some((one) => one.stream === stream));
    if (!own) throw new Error(answer.says);
    const records = await foreseenPage(db, { dryRunId: own.dryRunId, limit: 10_000, after: undefined });
    return { part: own.part, records, of: (does) => records.filter((record) => record.does === does) };
  });
}

/** Everything that was committed on any far side through its API since a mark in the ledger. */
export const committedSince = ({ ledger }: World, mark: number): readonly Committed[] =>
  ledger.after(mark).flatMap(({ committed, alsoCommitted = [] }) => [...(committed ? [committed] : []), ...alsoCommitted]);

/**
 * Holds what happened since a mark against what a dry run said: each record that was to be made or changed was, by exactly one write of
 * its own; and nothing else was written.
 */
export async function expectAsForeseen(
  store: TestStore,
  world: World,
  mark: number,
  foreseen: Foreseen,
  link: { projectLinkId: string },
) {
  const { rows } = await store.admin.query<{ natural_key: string; target_id: string | null }>(
    'SELECT natural_key, target_id FROM record_link WHERE project_link_id = $1 AND stream = $2',
    [link.projectLinkId, foreseen.part.streams[0]?.stream],
  );
  const keyOf = new Map(rows.map((row) => [row.target_id, row.natural_key]));
  const happened = committedSince(world, mark).map(({ id, action }) => `${action} ${keyOf.get(id) ?? `of nobody: ${id}`}`);
  const said = foreseen.records
    .filter(({ does, held }) => !held && (does === 'create' || does === 'update'))
    .map(({ does, naturalKey }) => `${does} ${naturalKey}`);
  expect(happened.sort()).toEqual(said.sort());
}
