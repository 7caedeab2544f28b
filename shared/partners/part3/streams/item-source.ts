import type { MayStillSend } from '../calls.ts';
import type { ItemPlace } from '../client.ts';
import type { Part3Item } from '../schema.ts';
import type { ChangedRow } from './changed.ts';
import type { ItemContent, ItemKind, ReadItem } from './content.ts';
import type { ItemPeople, Team } from './taking-part.ts';

/** What a source row turned out to be. `people`: who decides whether it enters. */
export type ItemReading =
  | { readonly left: 'draft' | 'not-visible' }
  | (Pick<ReadItem, 'content' | 'files'> & { readonly people: ItemPeople });

/** One kind of item, on both sides. */
export interface ItemSource<Row extends ChangedRow> {
  readonly kind: ItemKind;
  /** What beside the row and the team decides what it becomes: with other terms every item is looked at anew. */
  readonly terms?: unknown;
  /** Rows that the reader may see, changed in a range; null: all. Absence proves nothing. */
  list(from: Date | null, until: Date): AsyncIterable<readonly Row[]>;
  /** Those of the named ones that the reader may see. */
  byId(ids: readonly string[]): Promise<readonly Row[]>;
  isOpen(row: Row): boolean;
  isDraft(row: Row): boolean;
  /** Who takes part, where the list tells that already. */
  listedPeople?(row: Row): ItemPeople;
  read(row: Row, team: Team): Promise<ItemReading>;
  /** What lies in the recycle bin. */
  binned(): AsyncIterable<readonly { readonly id: string }[]>;
  at(place: ItemPlace): Promise<Part3Item | undefined>;
  all(): AsyncIterable<readonly Part3Item[]>;
  /** `content` as `read` made it. */
  upsert(place: ItemPlace, content: ItemContent, mayStillSend: MayStillSend): Promise<Part3Item>;
}
