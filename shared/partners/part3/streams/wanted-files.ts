import { z } from 'zod';
import type { KnownRecords, MeantRecord, SourceFact, SourcePage } from '../../stream.ts';
import { fileKeyOf, sourceIn } from './content.ts';

const streams = ['rfis', 'submittals'] as const;

/** Position up to which each stream's items were searched, in the order in which they were meant. */
const cursorSchema = z.object({ rfis: z.string().nullable(), submittals: z.string().nullable() });

/** Files of items that were meant since, from the store alone. */
export async function* pullWantedFiles(known: KnownRecords, stored: unknown): AsyncGenerator<SourcePage> {
  let cursor = cursorSchema.catch({ rfis: null, submittals: null }).parse(stored ?? null);
  for (const stream of streams) {
    for await (const records of known.meantAfter(stream, cursor[stream])) {
      cursor = { ...cursor, [stream]: records.at(-1)?.sequence ?? cursor[stream] };
      yield { facts: records.flatMap(filesOf), cursor };
    }
  }
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
