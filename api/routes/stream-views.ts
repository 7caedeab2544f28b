import { z } from 'zod';
import type { StreamView } from '../../shared/store/projects/project-links-view.ts';
import { faultName, ownerName, time } from '../schemas.ts';

/** One stream of a linked project: its newest cycle, why it is refused, and what its newest comparison found. */
export const streamView = z
  .strictObject({
    name: z.string(),
    lastCycleAt: time
      .nullable()
      .meta({ description: 'End of its newest cycle to which both sides were open; its counts are of then' }),
    counts: z
      .strictObject({
        pulled: z.int(),
        unchanged: z.int(),
        created: z.int(),
        updated: z.int(),
        open: z.int().meta({ description: 'Writes that are not settled yet' }),
        parked: z.int().meta({ description: 'Records that wait for a person' }),
        held: z.int().meta({ description: 'Writes that wait for a person’s push' }),
      })
      .nullable(),
    refused: z
      .strictObject({ reason: faultName, owner: ownerName, seen: z.string(), needed: z.string(), where: z.string(), since: time })
      .nullable()
      .meta({ description: 'Why nothing of it is carried at all; the newest cause. Tried again at the pace of the link' }),
    reconciled: z
      .strictObject({
        at: time,
        by: z
          .enum(['sums', 'rows'])
          .meta({ description: 'rows: every entry was read, as the sums were not as expected, or weekly' }),
        compared: z.int().meta({ description: 'Entries of ours in the window' }),
        differing: z.int().meta({ description: 'Of these, changed or removed there since they were written' }),
        healed: z.int().meta({ description: 'Of these, as they are meant again' }),
        told: z.int().meta({ description: 'Of these, told as items that wait for a person' }),
        unclaimed: z.int().meta({ description: 'Entries of our account that no record stands for' }),
        says: z.string(),
      })
      .nullable()
      .meta({ description: 'What was written against what stands in Procore: daily, and when asked for. null: never compared' }),
  })
  .meta({ id: 'Stream' });

export function viewOfStream({ name, report, refused, compared }: StreamView) {
  return {
    name,
    lastCycleAt: report && new Date(report.atMs).toISOString(),
    counts: report && countsOf(report),
    refused: refused && wordsOf(refused),
    reconciled: compared && reconciledOf(compared),
  };
}

const reconciledOf = ({
  at,
  by,
  compared,
  changed,
  gone,
  healed,
  told,
  unclaimed,
  says,
}: NonNullable<StreamView['compared']>) => ({
  at: at.toISOString(),
  by,
  compared,
  differing: changed + gone,
  healed,
  told,
  unclaimed,
  says,
});

const countsOf = ({ pulled, unchanged, created, updated, open, parked, held = 0 }: NonNullable<StreamView['report']>) => ({
  pulled,
  unchanged,
  created,
  updated,
  open,
  parked,
  held,
});

const wordsOf = ({ reason, owner, seen, needed, where, since }: NonNullable<StreamView['refused']>) => ({
  reason,
  owner,
  seen,
  needed,
  where,
  since: since.toISOString(),
});
