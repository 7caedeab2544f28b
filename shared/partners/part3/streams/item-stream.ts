import pLimit from 'p-limit';
import type { FarSideRecord, Mapped, ProjectContext, StreamRun, WriteAnswer } from '../../stream.ts';
import type { MayStillSend } from '../calls.ts';
import type { ItemPlace } from '../client.ts';
import type { Part3Item } from '../schema.ts';
import { anew, type ChangedRow } from './changed.ts';
import { agrees, filesMappedIn, recordOf, shownOf, sourceIn, withFiles } from './content.ts';
import { itemPull } from './item-pull.ts';
import type { ItemSource } from './item-source.ts';

const askedAtOnce = 4;
/** Up to this many are read one by one; for more, the whole list is read. */
const singlyAtMost = 20;

/** Procore's items of one kind → Part3: read as the connection's owner or their stand-in; one upsert each. */
export function itemStream<Row extends ChangedRow>(context: ProjectContext, stream: string, source: ItemSource<Row>): StreamRun {
  const { known, project } = context;
  const placeOf = (externalKey: string): ItemPlace => ({ projectId: project.partnerProjectId, externalKey });

  let comeBackAtMs: number | undefined;

  const toRecord = (item: Part3Item): FarSideRecord => ({
    id: item.id,
    searchKey: item.externalKey,
    fields: shownOf(item),
    ours: 'unknown',
  });

  async function lookUp(keys: readonly string[]): Promise<readonly FarSideRecord[]> {
    if (keys.length <= singlyAtMost) {
      const limit = pLimit(askedAtOnce);
      const found = await Promise.all(keys.map((key) => limit(() => source.at(placeOf(key)))));
      return found.flatMap((item) => (item ? [toRecord(item)] : []));
    }
    const records: FarSideRecord[] = [];
    for await (const page of source.all()) records.push(...page.filter((item) => keys.includes(item.externalKey)).map(toRecord));
    return records;
  }

  async function write(
    record: { readonly naturalKey: string; readonly address: Readonly<Record<string, string>> },
    mayStillSend: MayStillSend,
  ): Promise<WriteAnswer> {
    const item = sourceIn(record.address);
    if (!item) throw new Error('an item that is erased here is never sent');
    const content = withFiles(item.content, filesMappedIn(record.address));
    const answer = await source.upsert(placeOf(record.naturalKey), content, mayStillSend);
    return { targetId: answer.id, echoed: shownOf(answer) };
  }

  return {
    pull: itemPull(context, stream, source, () => {
      comeBackAtMs = context.nowMs;
    }),
    // the files of what was read are searched by the next cycle: a backfill does not wait a pause for them
    get comeBackAtMs() {
      return comeBackAtMs;
    },
    keptAnew: (cursor) => anew(cursor, project.backfill ?? null),
    async map(naturalKey, [facts]): Promise<Mapped> {
      if (!facts) return { kind: 'nothing', naturalKey, why: 'an item is never taken back' };
      return { kind: 'record', record: await recordOf(naturalKey, facts, known) };
    },
    lookUp,
    create: write,
    update: (_, record, mayStillSend) => write(record, mayStillSend),
    agrees,
    // whatever is under our key is ours, perhaps from an earlier connection
    handMade: 'adopt',
    isMisplaced: () => false,
    heldUp: async () => undefined,
  };
}
