import type { MayStillSend } from '../calls.ts';
import type { ItemPlace } from '../client.ts';
import type { Part3Item } from '../schema.ts';
import type { ChangedRow } from './changed.ts';
import type { ItemContent, ItemKind, ReadItem } from './content.ts';
import type { ItemPeople, Team } from './taking-part.ts';

/** The result of reading a source row. `people`: they decide whether it enters. */
export type ItemReading =
  | { readonly left: 'draft' | 'not-visible' }
  | (Pick<ReadItem, 'content' | 'files'> & { readonly people: ItemPeople });

/** One kind of item, on both sides. */
export interface ItemSource<Row extends ChangedRow> {
  readonly kind: ItemKind;
  /** What else, besides the row and the team, decides the result: if the terms change, every item is looked at again. */
  readonly terms?: unknown;
  /** Rows that the reader may see, changed in a range; null: from the start. Absence proves nothing. */
  list(from: Date | null, until: Date): AsyncIterable<readonly Row[]>;
  /** Those of the given ids that the reader may see. */
  byId(ids: readonly string[]): Promise<readonly Row[]>;
  isOpen(row: Row): boolean;
  isDraft(row: Row): boolean;
  /** Who takes part, if the list shows it. */
  listedPeople?(row: Row): ItemPeople;
  read(row: Row, team: Team): Promise<ItemReading>;
  /** Items in the recycle bin. */
  binned(): AsyncIterable<readonly { readonly id: string }[]>;
  at(place: ItemPlace): Promise<Part3Item | undefined>;
  all(): AsyncIterable<readonly Part3Item[]>;
  /** `content` as `read` made it. */
  upsert(place: ItemPlace, content: ItemContent, mayStillSend: MayStillSend): Promise<Part3Item>;
}
