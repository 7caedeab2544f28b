import { isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import type { UpkeepReport } from '../activities/contract.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { upkeepCalls } from './calls.ts';
import { detailsPage } from './details.ts';
import { failingOf } from './failure.ts';

const upkeepInput = z.strictObject({});

/** What a round did; null if it was refused or failed; the next round catches up. */
export type UpkeepResult = UpkeepReport | null;

/** One round of making Temporal match the database. Started by a Schedule, whose time is part of the workflow id. */
export async function upkeep(given: unknown): Promise<UpkeepResult> {
  const isOurs = workflowInfo().workflowId.startsWith(workflowIds.upkeep());
  if (!isOurs || !upkeepInput.safeParse(given).success) return null;
  try {
    const report = await upkeepCalls.tidy.executeWithOptions({ summary: 'make Temporal match the database' }, [{}]);
    show(
      'Done',
      Object.entries(report).map(([what, count]) => [what, String(count)]),
    );
    return report;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { reason, says } = failingOf(error);
    show('Not done; the next round makes up for it', [[reason, says]]);
    return null;
  }
}

const show = (title: string, rows: readonly (readonly string[])[]): void =>
  setCurrentDetails(
    detailsPage({
      title: `Upkeep: ${title}`,
      lead: 'Runs on the Schedule `upkeep`.',
      awaited: [],
      presses: [],
      table: { head: ['what', 'how many'], rows },
    }),
  );
