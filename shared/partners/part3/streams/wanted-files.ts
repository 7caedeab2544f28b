import { z } from 'zod';
import { endedAt, isReadBy, readingEnd } from '../../../domain/backfill.ts';
import type { BackfillChoice } from '../../../domain/contractors.ts';
import type { MeantRecord, ProjectContext, SourceFact, SourcePage } from '../../stream.ts';
import { changedCursor } from './changed.ts';
import { fileKeyOf, sourceIn } from './content.ts';

/** Streams whose items have files; each is the name of its module too. */
const streams = ['rfis', 'submittals'] as const;

/** Position up to which each stream's items were searched, in the order in which they were meant. */
const cursorSchema = z.object({
  rfis: z.string().nullable(),
  submittals: z.string().nullable(),
  /** Whether the files of all that the first read brought are queued. */
  progress: readingEnd.nullable().default(null),
});
type FilesCursor = z.infer<typeof cursorSchema>;

const parsedCursor = (stored: unknown): FilesCursor =>
  cursorSchema.catch({ rfis: null, submittals: null, progress: null }).parse(stored ?? null);

/** Files of items that were meant since, from the store alone. */
export async function* pullWantedFiles(context: ProjectContext, stored: unknown): AsyncGenerator<SourcePage> {
  const { known, project } = context;
  const choice = project.backfill ?? null;
  const before = parsedCursor(stored);
  // by the clock of the deliveries
  let cursor: FilesCursor = { ...before, progress: before.progress && endedAt(before.progress, Date.now()) };
  // asked first: what the first read of the items queued is then among what is searched
  const isLast = cursor.progress?.ended !== true && (await haveItemsEnded(context, choice));
  for (const stream of streams) {
    for await (const records of known.meantAfter(stream, cursor[stream])) {
      cursor = { ...cursor, [stream]: records.at(-1)?.sequence ?? cursor[stream] };
      yield { facts: records.flatMap(filesOf), cursor };
    }
  }
  if (isLast) cursor = { ...cursor, progress: { ended: true, endedBefore: null, choice } };
  yield { facts: [], cursor };
}

async function haveItemsEnded({ known, modules }: ProjectContext, choice: BackfillChoice | null): Promise<boolean> {
  const serving = streams.filter((stream) => modules.includes(stream));
  const ends = await Promise.all(
    serving.map(
      async (stream) =>
        changedCursor
          .nullable()
          .catch(null)
          .parse(await known.cursorOf(stream))?.progress,
    ),
  );
  return ends.every((end) => end?.ended && (end.choice === undefined || isReadBy(end, choice)));
}

/** What remains under other settings, as of the items. */
export function filesAnew(stored: unknown, choice: BackfillChoice | null): FilesCursor | null {
  const { progress } = parsedCursor(stored);
  return progress?.ended && isReadBy(progress, choice) ? { rfis: null, submittals: null, progress } : null;
}

function filesOf({ naturalKey: itemKey, address }: MeantRecord): readonly SourceFact[] {
  const files = sourceIn(address)?.files ?? [];
  return files.map(({ id, name, contentType, url }) => ({
    sourceId: fileKeyOf(itemKey, id),
    groupKey: fileKeyOf(itemKey, id),
    facts: { name, contentType, url, item: address['label'] ?? itemKey },
    modifiedAt: null,
  }));
}
