import type { BoundCompany } from '../domain/company.ts';
import type { BackfillChoice, ResponseMapping } from '../domain/contractors.ts';
import type { RecordFields } from '../domain/deliveries.ts';
import type { FaultKind, Owner } from '../domain/faults.ts';
import type { Memory } from '../domain/memory.ts';
import type { RecordMatch } from '../domain/projects.ts';
import type { SumsDifference } from '../domain/reconciling.ts';
import type { Hindrance } from '../domain/responders.ts';
import type { ProcoreClient } from '../procore/contract.ts';
import type { ProcoreFiles } from '../procore/files.ts';
import type { ToolNeed } from '../procore/operations/permissions.ts';

/** A linked project as a stream sees it. */
export interface LinkedProject {
  readonly projectLinkId: string;
  readonly procoreProjectId: string;
  /** Absent: not known. */
  readonly procoreProjectName?: string;
  readonly partnerProjectId: string;
  /** IANA zone of the Procore project. */
  readonly timeZone: string;
  /** First local date that is synced, `YYYY-MM-DD`; null = as far back as the window reaches. */
  readonly startDate: string | null;
  /** How much of the past is brought over; null: as far as the window reaches. */
  readonly backfill?: BackfillChoice | null;
  /** When the two projects were first linked; absent: not linked yet. */
  readonly createdAt?: Date;
}

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** One source fact, reduced to what the mapping needs. */
export interface SourceFact {
  /** Stored only as a keyed pseudonym. */
  readonly sourceId: string;
  /**
   * The target record it counts for; null if it counts for none (visitor, deleted, before the start date). In a direct stream
   * always the record itself.
   */
  readonly groupKey: string | null;
  readonly facts: Facts;
  /** Direct streams: whether the source took it back. */
  readonly gone?: boolean;
  /** Ids of people, by the name that the facts use for them; stored only as keyed pseudonyms. */
  readonly people?: Readonly<Record<string, string>>;
  readonly modifiedAt: string | null;
  /** The source still waits for a report of its outcome, whatever was reported before. */
  readonly awaitsReport?: boolean;
}

export interface SourcePage {
  readonly facts: readonly SourceFact[];
  /** Cursor to store with this page; opaque JSON of the stream's own. */
  readonly cursor: unknown;
  /** Source records left out of `facts`, counted by reason. */
  readonly skipped?: Readonly<Record<string, number>>;
  /** Direct streams: keys of left-out records that count as taken back if they were carried before. */
  readonly takenBack?: readonly string[];
}

/** What a group should look like on the far side. */
export interface TargetRecord {
  /** Identity of the record: one per group, never changes. */
  readonly naturalKey: string;
  /** What the far side can be searched by; several natural keys may share one. */
  readonly searchKey: string;
  /** Fields we own, in canonical form; hashed together with the mapping version. */
  readonly fields: RecordFields;
  /** What the write needs besides the owned fields; not hashed. */
  readonly address: Readonly<Record<string, string>>;
  /** The group is empty: corrects a record of ours, never creates one. */
  readonly empty: boolean;
}

/** `blocked`: cannot be sent until its cause is fixed; retried every cycle. `nothing`: means no record. */
export type Mapped =
  | { readonly kind: 'record'; readonly record: TargetRecord }
  | ({ readonly kind: 'blocked'; readonly naturalKey: string } & Cause)
  | { readonly kind: 'nothing'; readonly naturalKey: string; readonly why: string };

/** Why records wait for a person. Reason and subject together identify one cause, however many records it blocks. */
export interface Cause {
  readonly reason: FaultKind;
  /** Who must act, if not the owner of the kind. */
  readonly owner?: Owner | undefined;
  /** What it is about, e.g. `employer:<id>`. */
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

/** A record as it is on the far side. */
export interface FarSideRecord {
  readonly id: string;
  readonly searchKey: string;
  readonly fields: RecordFields;
  /**
   * Whether an identity we ever had wrote it. `unknown` if the far side names no author: then it counts as ours if it did not
   * exist before the first send.
   */
  readonly ours: boolean | 'unknown';
  /** Its description for people, if its fields tell them nothing. */
  readonly words?: string;
  /** Natural key of the record that the matching pairs it with: somebody created it there, and it is left as it is. */
  readonly counterpartOf?: string;
}

export interface WriteAnswer {
  readonly targetId: string;
  /** The record as the response shows it, in the form of `FarSideRecord.fields`. */
  readonly echoed: RecordFields;
}

/** Whether the claim still covers one more call; checked before each call of a write after the first. */
export type MayStillSend = () => boolean;

export type HandMade = 'leave' | 'adopt' | 'beside';

/** A record that exists on the far side, as far as we know. */
export interface StandingRecord {
  readonly naturalKey: string;
  readonly targetId: string;
  /** As the far side last showed it. */
  readonly written: RecordFields;
}

/** How a stream compares what it wrote with the far side, without reading every record. */
export interface Reconciling {
  /** Search keys that span all that is compared, e.g. those of the window's ends: looking them up shows every row within. */
  readonly reach: readonly string[];
  /** Whether what was written still lies within the reach. */
  covers(written: RecordFields): boolean;
  /** The far side's sums over our records minus those of `standing`, in one call. Changes may cancel out in them. */
  difference(standing: readonly StandingRecord[]): Promise<SumsDifference>;
  /** What the far side omits from its sums, for people. */
  readonly leftOut: string;
}

/** `held`: part of it waits for a person at a far side; it is retried and reported again later. */
export type Reported = 'told' | 'held';

/** The outcome of a record: it exists on the far side, or it waits for a person. */
export type Outcome =
  | { readonly kind: 'returned'; readonly record: TargetRecord; readonly targetId: string }
  | { readonly kind: 'blocked'; readonly record: TargetRecord; readonly cause: Cause };

/** One kind of record in one direction, for one link. Created per cycle, so it may cache what it listed. */
export interface StreamRun {
  /** Changed source facts since the cursor (minus the overlap), page by page, up to the cycle's start. */
  pull(cursor: unknown): AsyncIterable<SourcePage>;
  /** What remains of a cursor when everything is read again under other settings; absent: nothing. */
  keptAnew?(cursor: unknown): unknown;
  /** Maps the whole group's facts (none: everything was taken back) to the record they mean. */
  map(groupKey: string, facts: readonly Facts[]): Promise<Mapped>;
  /**
   * Records on the far side that may belong to these keys, misplaced ones included: all pages, authors, statuses and dates, as
   * the writing principal, without a time bound. Read afresh on every call.
   */
  lookUp(searchKeys: readonly string[]): Promise<readonly FarSideRecord[]>;
  /** `lookUp` costs one call per key: it is called for one record right before it is sent, and later checks reuse the result. */
  readonly looksSingly?: true;
  /**
   * The record with that id wherever it is now; undefined if it is gone. Absent: `lookUp` shows every record, however it was
   * changed.
   */
  find?(targetId: string): Promise<FarSideRecord | undefined>;
  /** Search key of an existing record; if a correction can change it, a record is searched by its old key too. */
  searchKeyOf?(written: RecordFields): string;
  /**
   * Creates one record on every call. After a `Fault` without `effect: 'surely-not-done'` it may exist. A record it created may
   * be misplaced: an `update` of that record then corrects it.
   */
  create(record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /** Sets the owned fields to absolute values, and no other fields. */
  update(targetId: string, record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /** Names of fields that the far side never shows: of these, what was last written counts as shown. */
  readonly unshown?: readonly string[];
  /** Whether a far-side record shows all that was meant, allowing for the far side's rounding, and for what it never shows. */
  agrees(seen: RecordFields, meant: RecordFields): boolean;
  /**
   * What to do about somebody else's entry in a record's place: a person decides (`leave`, the default), we maintain it from
   * then on (`adopt`), or it is unrelated, as the place holds any number of entries (`beside`).
   */
  readonly handMade?: HandMade;
  /** Absent: what was written is checked again only with its next version. */
  readonly reconciling?: Reconciling;
  /** Epoch milliseconds at which this stream wants its next cycle, if sooner than the usual pace. */
  readonly comeBackAtMs?: number | undefined;
  /**
   * Whether a record shows what was meant, but in the place of another one: the far side took what was sent for somebody else's.
   * Its search key is then not that of the record that was meant.
   */
  isMisplaced(seen: RecordFields, meant: RecordFields): boolean;
  /** What blocks a record before anything is sent (e.g. a completed day); undefined if nothing. */
  heldUp(record: TargetRecord, action: 'create' | 'update'): Promise<Cause | undefined>;
  /**
   * Prepares what takes long, just before a record is claimed. The result lasts until the write or `close`; `alive` is called
   * along the way. Returns what blocks the record.
   */
  prepare?(record: TargetRecord, action: 'create' | 'update', alive: () => void): Promise<Cause | undefined>;
  /** Releases what was prepared; called once, at the end of the cycle. */
  close?(): Promise<void>;
  /**
   * Adds the company that the record is about to the project's directory, because a person asked for it; idempotent. Returns
   * what still blocks the record. Absent: the stream's records are about no company.
   */
  addToProject?(record: TargetRecord): Promise<Cause | undefined>;
  /**
   * Does what remains once a record's outcome is settled, and reports it to the source. Repeated until it succeeds, by one
   * process at a time, so it must be idempotent. A `Fault` ends the cycle. Absent: nobody is told.
   */
  report?(outcome: Outcome, mayStillSend: MayStillSend): Promise<Reported>;
}

/** A person on the partner's side who answers in Procore. */
export interface Responder {
  /** Their id at the partner. */
  readonly memberId: string;
  readonly name: string;
  /** Their Procore user: from their own authorization, else from the matching; null: not known. */
  readonly procoreUserId: string | null;
  /** What hinders their answers; absent: nothing known. */
  readonly hindrance?: Hindrance;
}

/** The partner's people, in whose own names answers are sent. */
export interface Responders {
  readonly all: readonly Responder[];
  /**
   * Procore as that person. Throws a `Fault`: `person-lacks-access` if they have not authorized us, `grant-lapsed` if that has
   * ended.
   */
  as(memberId: string): Promise<ProcoreClient<BoundCompany>>;
}

/** The last version meant of a record. */
export interface MeantRecord extends Pick<TargetRecord, 'naturalKey' | 'fields' | 'address'> {
  /** Its position in the order in which the stream's records were meant: a whole number of any length. */
  readonly sequence: string;
}

/** A record that exists on the far side. */
export interface WrittenRecord extends StandingRecord {
  readonly writtenAt: Date;
}

/** What the store knows of the records of a link, including those of other streams; costs no call. */
export interface KnownRecords {
  /**
   * By natural key; records that were never meant are absent. Values and names are erased (`fields` and `address` empty) in
   * time.
   */
  meantOf(stream: string, naturalKeys: readonly string[]): Promise<ReadonlyMap<string, MeantRecord>>;
  /** Pages of everything meant in a stream after a position in its order (null: from the start), older versions included. */
  meantAfter(stream: string, sequence: string | null): AsyncIterable<readonly MeantRecord[]>;
  /** By natural key; records that exist nowhere are absent. */
  writtenOf(stream: string, naturalKeys: readonly string[]): Promise<ReadonlyMap<string, WrittenRecord>>;
  /** All that was written at or after a moment; null: ever. */
  writtenSince(stream: string, since: Date | null): Promise<readonly WrittenRecord[]>;
  /** How far a stream has durably come; null: it has not begun. */
  cursorOf(stream: string): Promise<unknown>;
}

/** An upload that is ready in Procore for one file of a record, and that no write has used. */
export interface KeptUpload {
  /** Which file it is. */
  readonly fileKey: string;
  /** The user who made it: nobody else may use it. */
  readonly procoreUserId: string;
  readonly uploadId: string;
  /** When it was requested, by our clock: Procore keeps it for a fixed time from then (`isStillUsable`). */
  readonly askedAtMs: number;
}

/** Uploads of a stream's records across cycles, by natural key: a ready one is not sent again (docs/adr/0037). */
export interface KeptUploads {
  /** Whoever made them, and however old they are. */
  of(naturalKey: string): Promise<readonly KeptUpload[]>;
  /** Replaces a former upload of that file. */
  keep(naturalKey: string, upload: KeptUpload): Promise<void>;
  /** Claims them for one write, before it is sent: never found again, whatever its outcome. False: some no longer exist. */
  take(naturalKey: string, uploadIds: readonly string[]): Promise<boolean>;
}

/** The person Procore is read as, if it is a person. */
export interface Reader {
  /** The person and their level: another key sees other items, so absence under it means nothing. */
  readonly key: string;
  /** Reads in the owner's place. */
  readonly standsIn: boolean;
}

/** What every stream is given for one cycle. */
interface LinkContext {
  /** As the service credential, or as the owner of the connection or their stand-in. */
  readonly procore: ProcoreClient<BoundCompany>;
  /** Absent: no person reads. */
  readonly reader?: Reader | undefined;
  readonly responders: Responders;
  readonly responses: readonly ResponseMapping[];
  readonly partnerClient: unknown;
  /** How files are fetched from and sent to Procore; absent: none are carried. */
  readonly files?: ProcoreFiles | undefined;
  /** Origin of the Procore pages that people open; absent: not known. */
  readonly pagesOrigin?: string | undefined;
  readonly known: KnownRecords;
  readonly uploads: KeptUploads;
  /** Partner company id → Procore vendor id, from the matching. */
  readonly vendorOf: ReadonlyMap<string, { readonly procoreId: string; readonly procoreName: string }>;
  /** Partner company id → its name as last seen by the matching, for people. */
  readonly companyNames: ReadonlyMap<string, string>;
  /** The builder's own name in Procore; null if not known. */
  readonly ownCompanyName: string | null;
  /** Identities we ever wrote as (the sync user's Procore ids). */
  readonly authors: readonly string[];
  readonly overlapMs: number;
  readonly windowDays: number;
  readonly nowMs: number;
  /** Outlives the cycle, and ends with the process. */
  readonly memory: Memory;
  readonly signal: AbortSignal;
  /** The partner's own settings as its schema parses them. */
  readonly settings: unknown;
  /** What is switched on. */
  readonly modules: readonly string[];
}

/** For a stream of one linked project. */
export interface ProjectContext extends LinkContext {
  readonly project: LinkedProject;
}

/** For a stream of the company as a whole. */
export interface CompanyContext extends LinkContext {
  /** Projects that are linked now. */
  readonly projects: readonly LinkedProject[];
  readonly matches: readonly RecordMatch[];
}

interface StreamFacts {
  readonly name: string;
  readonly direction: 'partner-to-procore' | 'procore-to-partner';
  readonly module: string;
  /** Further modules that it serves: it runs if any of them is on. */
  readonly alsoOf?: readonly string[];
  /**
   * `gathering`: many source facts form one record, so they are stored. `direct`: each forms a record of its own; only ids and
   * hashes are stored, and the facts of what is blocked.
   */
  readonly shape: 'gathering' | 'direct';
  /** Part of the hash: raise it when the mapping changes meaning. */
  readonly mappingVersion: number;
  /** The project tools in Procore that it needs; a refusal is diagnosed against them. */
  readonly needs: readonly ToolNeed[];
}

export interface ProjectStream extends StreamFacts {
  readonly scope: 'project';
  open(context: ProjectContext): Promise<StreamRun>;
}

export interface CompanyStream extends StreamFacts {
  readonly scope: 'company';
  open(context: CompanyContext): Promise<StreamRun>;
}

export type Stream = ProjectStream | CompanyStream;

/** Whether a stream runs if these modules are on. */
export const isServing = ({ module, alsoOf = [] }: Stream, modules: readonly string[]): boolean =>
  [module, ...alsoOf].some((one) => modules.includes(one));
