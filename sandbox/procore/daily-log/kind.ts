import type { Id, Project } from '../../kernel/model.ts';
import type { EntryOf, EntryStatus } from '../../kernel/model-daily-log.ts';
import type { Table } from '../../kernel/table.ts';
import type { World } from '../../kernel/world.ts';

/** What a writer says of an entry of any kind. `undefined`: not mentioned. */
export interface EntryFields {
  /** As sent; a malformed one is stored as null without complaint [doc]. */
  date?: string | null | undefined;
  datetime?: string | null | undefined;
  locationId?: Id | null | undefined;
  segmentId?: Id | null | undefined;
  status?: EntryStatus | undefined;
}

/** What a writer says of the columns of one kind. */
export type Said<Columns> = { [Key in keyof Columns]?: Columns[Key] | undefined };

/**
 * One kind of daily log: all that tells it from the others. Everything else (days, authors, approval, permissions, the five
 * operations) is the same for all and stands once, in `entries.ts`, `sight.ts` and `routes.ts`.
 */
export interface DailyLogKind<Columns, Fields extends EntryFields> {
  /** Last part of its path, and its name in the ledger and the counts: `visitor_logs`. */
  readonly resource: string;
  /** Under which a body carries the fields, and a bulk update the ids: `visitor_log`. */
  readonly singular: string;
  /** The list takes `filters[status]` and shows what is approved without it; else it shows all that the caller may see [oas]. */
  readonly filtersStatus: boolean;
  /** Its own columns where nothing is said of them. */
  readonly blank: Columns;
  tableOf(world: World): Table<EntryOf<Columns>>;
  /** Reads the fields of a body; 400 for one of a wrong type. */
  read(body: Record<string, unknown>): Fields;
  /** Checks and converts what was said into its own columns; 422 for what cannot be. */
  resolve(world: World, project: Project, fields: Fields): Partial<Columns>;
  /** Its mandatory fields, by their names in a body; 400 where one is null [oas]. */
  mandatory(row: Columns): Record<string, unknown>;
  /** Whether a row passes the filters of this list only. */
  passes(query: URLSearchParams, row: EntryOf<Columns>): boolean;
  /** Its own part of an answer. */
  print(world: World, row: EntryOf<Columns>): Record<string, unknown>;
  /** Whether answers carry `permissions`. */
  showsPermissions(world: World): boolean;
}

/** Any kind, for what is done to all of them alike. Its rows come back only from its own table. */
export type AnyKind = DailyLogKind<object, EntryFields>;
