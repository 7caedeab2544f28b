import type { BoundCompany } from '../domain/company.ts';
import type { BackfillChoice, ResponseMapping } from '../domain/contractors.ts';
import type { RecordFields } from '../domain/deliveries.ts';
import type { FaultKind } from '../domain/faults.ts';
import type { Memory } from '../domain/memory.ts';
import type { RecordMatch } from '../domain/projects.ts';
import type { SumsDifference } from '../domain/reconciling.ts';
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
  /** What of the past is brought over; null: as far as the window reaches. */
  readonly backfill?: BackfillChoice | null;
  /** When the two projects were linked first; absent: they are not yet. */
  readonly createdAt?: Date;
}

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** One source fact, reduced to what the mapping needs. */
export interface SourceFact {
  /** Turned into a keyed pseudonym before it is stored. */
  readonly sourceId: string;
  /**
   * Target record it counts for; null when it counts for none (visitor, deleted, before the start date). In a direct stream the record
   * itself, always.
   */
  readonly groupKey: string | null;
  readonly facts: Facts;
  /** Direct streams: the source took it back. */
  readonly gone?: boolean;
  /** Ids of people, by the name under which the facts hold them: only their keyed pseudonyms are stored. */
  readonly people?: Readonly<Record<string, string>>;
  readonly modifiedAt: string | null;
  /** The source still waits to be told what became of it, whatever it was told before. */
  readonly awaitsReport?: boolean;
}

export interface SourcePage {
  readonly facts: readonly SourceFact[];
  /** Cursor to store with this page; opaque JSON of the stream's own. */
  readonly cursor: unknown;
  /** Source records left out of `facts` altogether, counted by reason. */
  readonly skipped?: Readonly<Record<string, number>>;
  /** Direct streams: keys of those among them that count as taken back where they were carried before. */
  readonly takenBack?: readonly string[];
}

/** What a group should look like on the far side. */
export interface TargetRecord {
  /** Identity of the record: one per group, the same for ever. */
  readonly naturalKey: string;
  /** What the far side can be searched by; records of several natural keys may share one. */
  readonly searchKey: string;
  /** Fields we own, in canonical form; hashed together with the mapping version. */
  readonly fields: RecordFields;
  /** What the write needs beside the owned fields; not hashed. */
  readonly address: Readonly<Record<string, string>>;
  /** Nothing is left of the group: corrects an own record, never makes one. */
  readonly empty: boolean;
}

/** `blocked`: cannot be sent until its cause is mended; tried again in every cycle. `nothing`: means no record. */
export type Mapped =
  | { readonly kind: 'record'; readonly record: TargetRecord }
  | ({ readonly kind: 'blocked'; readonly naturalKey: string } & Cause)
  | { readonly kind: 'nothing'; readonly naturalKey: string; readonly why: string };

/** Why records wait for a person. Reason and subject together are one cause, however many records it holds up. */
export interface Cause {
  readonly reason: FaultKind;
  /** What it is about, e.g. `employer:<id>`. */
  readonly subject: string;
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

/** A record as it stands on the far side. */
export interface FarSideRecord {
  readonly id: string;
  readonly searchKey: string;
  readonly fields: RecordFields;
  /**
   * Whether an identity we ever had wrote it. `unknown` where the far side names no author: then it counts as ours if it was not there
   * before the first sending.
   */
  readonly ours: boolean | 'unknown';
  /** What a person reads of it, where its fields tell them nothing. */
  readonly words?: string;
  /** Natural key of the record that the matching pairs it with: somebody made it there, and it is left as it is. */
  readonly counterpartOf?: string;
}

export interface WriteAnswer {
  readonly targetId: string;
  /** The record as the answer shows it, in the form of `FarSideRecord.fields`. */
  readonly echoed: RecordFields;
}

/** Whether the claim still covers one more call; asked before each call after the first of one write. */
export type MayStillSend = () => boolean;

export type HandMade = 'leave' | 'adopt' | 'beside';

/** A record as we know it to stand on the far side. */
export interface StandingRecord {
  readonly naturalKey: string;
  readonly targetId: string;
  /** As the far side last showed it. */
  readonly written: RecordFields;
}

/** How a stream compares what it wrote with what stands there, without reading every record. */
export interface Reconciling {
  /** Search keys around all that is compared, e.g. those of the window's ends: looked up, they show every row of it. */
  readonly reach: readonly string[];
  /** Whether what was written still lies in it. */
  covers(written: RecordFields): boolean;
  /** Sums that the far side has over its records of ours, minus those of `standing`, by one call. Changes may cancel in them. */
  difference(standing: readonly StandingRecord[]): Promise<SumsDifference>;
  /** What the far side leaves out of its sums, for people. */
  readonly leftOut: string;
}

/** `held`: something of it waits at a far side for a person, and is tried and told again after a while. */
export type Reported = 'told' | 'held';

/** What became of a record: it stands on the far side, or it waits for a person. */
export type Outcome =
  | { readonly kind: 'returned'; readonly record: TargetRecord; readonly targetId: string }
  | { readonly kind: 'blocked'; readonly record: TargetRecord; readonly cause: Cause };

/** One kind of record in one direction, for one link. Made per cycle, so it may remember what it listed. */
export interface StreamRun {
  /** Changed source facts since the cursor (minus the overlap), page by page, up to the cycle's start. */
  pull(cursor: unknown): AsyncIterable<SourcePage>;
  /** The whole group's facts (none: everything was taken back) → the record it means. */
  map(groupKey: string, facts: readonly Facts[]): Promise<Mapped>;
  /**
   * Records on the far side that could be these keys', misplaced ones among them: all pages, authors, statuses and dates, as the
   * writing principal, without a time bound. Fresh at every call.
   */
  lookUp(searchKeys: readonly string[]): Promise<readonly FarSideRecord[]>;
  /** `lookUp` costs one call per key: it is called for one record right before that is sent, and later checks reuse its result. */
  readonly looksSingly?: true;
  /**
   * The record of that id wherever it stands by now; undefined: it is gone. Absent: `lookUp` shows every record, however it was changed.
   */
  find?(targetId: string): Promise<FarSideRecord | undefined>;
  /** Search key of a record that stands there; where a correction can change it, a record is looked for under its old one too. */
  searchKeyOf?(written: RecordFields): string;
  /**
   * Makes one record at every call. A `Fault` without `effect: 'surely-not-done'` may have made it. What it made may be misplaced: it is
   * then corrected by an `update` of that record.
   */
  create(record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /** Sets the owned fields to absolute values and no others. */
  update(targetId: string, record: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /** Whether a far-side record shows all that was meant, within the far side's own rounding. */
  agrees(seen: RecordFields, meant: RecordFields): boolean;
  /**
   * What to do about somebody else's entry in a record's place: a person decides (`leave`, which holds where nothing is said), or it is
   * kept up from then on (`adopt`), or it is about something else, as the place holds any number of them (`beside`).
   */
  readonly handMade?: HandMade;
  /** Absent: what was written is looked at again with its next version only. */
  readonly reconciling?: Reconciling;
  /** Epoch milliseconds at which this stream wants to be looked at again, if sooner than the usual pace. */
  readonly comeBackAtMs?: number;
  /**
   * Whether a record shows what was meant, but stands where another one is meant to: the far side took what was sent for somebody
   * else's. Its search key is then not that of the record that was meant.
   */
  isMisplaced(seen: RecordFields, meant: RecordFields): boolean;
  /** What holds a record up before anything is sent (e.g. a completed day); undefined = free. */
  heldUp(record: TargetRecord, action: 'create' | 'update'): Promise<Cause | undefined>;
  /**
   * Readies what takes long, just before a record is claimed: what is made ready lasts until the write or `close`, telling `alive` as it
   * goes on. Answers what holds the record up.
   */
  prepare?(record: TargetRecord, action: 'create' | 'update', alive: () => void): Promise<Cause | undefined>;
  /** Lets go of what was made ready; called once, at the end of the cycle. */
  close?(): Promise<void>;
  /**
   * Puts the company that the record is about into the project's directory, because a person asked for it; a repeat changes nothing.
   * Answers what still holds the record up. Absent: the stream's records are about no company.
   */
  addToProject?(record: TargetRecord): Promise<Cause | undefined>;
  /**
   * What is left to be done once it is settled what became of a record, and tells the source: repeated until it went through, by one
   * process at a time, so a repeat must change nothing. A `Fault` ends the cycle. Absent: nobody is told.
   */
  report?(outcome: Outcome, mayStillSend: MayStillSend): Promise<Reported>;
}

/** Somebody of the partner's side who answers in Procore. */
export interface Responder {
  /** Their id at the partner. */
  readonly memberId: string;
  readonly name: string;
  /** Who they are in Procore: by their own authorization, or else as the matching found them; null: not known. */
  readonly procoreUserId: string | null;
  /** Whether their own authorization stands; absent: not known. */
  readonly authorization?: 'live' | 'none' | 'lapsed';
}

/** The partner's people, in whose own names answers go out. */
export interface Responders {
  readonly all: readonly Responder[];
  /** Procore as that person. Throws a `Fault`: `person-lacks-access` where they have not authorized us, `grant-lapsed` where that has ended. */
  as(memberId: string): Promise<ProcoreClient<BoundCompany>>;
}

/** What was last meant of a record. */
export interface MeantRecord extends Pick<TargetRecord, 'naturalKey' | 'fields' | 'address'> {
  /** Its place in the order in which records of the stream were meant: a whole number of any length. */
  readonly sequence: string;
}

/** A record that stands on the far side. */
export interface WrittenRecord extends StandingRecord {
  readonly writtenAt: Date;
}

/** What the store knows of the records of a link, those of other streams too: it costs no call. */
export interface KnownRecords {
  /** By natural key; what was never meant is absent. Values and names are erased (`fields` and `address` empty) in time. */
  meantOf(stream: string, naturalKeys: readonly string[]): Promise<ReadonlyMap<string, MeantRecord>>;
  /** Pages of all that was meant of a stream after a place in its order (null: from the beginning), older versions among it. */
  meantAfter(stream: string, sequence: string | null): AsyncIterable<readonly MeantRecord[]>;
  /** By natural key; what stands nowhere is absent. */
  writtenOf(stream: string, naturalKeys: readonly string[]): Promise<ReadonlyMap<string, WrittenRecord>>;
  /** All that was written at or after a moment; null: ever. */
  writtenSince(stream: string, since: Date | null): Promise<readonly WrittenRecord[]>;
}

/** An upload that stands ready in Procore for one file of a record, and that no write has named. */
export interface KeptUpload {
  /** Which file it is. */
  readonly fileKey: string;
  /** As whom it was made: nobody else may use it. */
  readonly procoreUserId: string;
  readonly uploadId: string;
  /** When it was asked for, by our clock: Procore keeps it for so long after that (`isStillUsable`). */
  readonly askedAtMs: number;
}

/** Uploads of a stream's records from cycle to cycle, by natural key: what stands ready is not sent again (docs/adr/0037). */
export interface KeptUploads {
  /** Whoever made them and however old they are. */
  of(naturalKey: string): Promise<readonly KeptUpload[]>;
  /** In place of a former one of that file. */
  keep(naturalKey: string, upload: KeptUpload): Promise<void>;
  /** For one write, before it is sent: nobody finds them again, whatever becomes of it. False: some are not there any more. */
  take(naturalKey: string, uploadIds: readonly string[]): Promise<boolean>;
}

/** Whoever Procore is read as, where that is a person. */
export interface Reader {
  /** The person and their level: another key sees other items, so that absence under it means nothing. */
  readonly key: string;
  /** In the owner's place. */
  readonly standsIn: boolean;
}

/** What every stream is given for one cycle. */
interface LinkContext {
  /** As the service credential, or as the person who owns the connection, or reads in their place. */
  readonly procore: ProcoreClient<BoundCompany>;
  /** Absent: no person reads. */
  readonly reader?: Reader | undefined;
  readonly responders: Responders;
  readonly responses: readonly ResponseMapping[];
  readonly partnerClient: unknown;
  /** How files of Procore are fetched and sent; absent: none are carried. */
  readonly files?: ProcoreFiles | undefined;
  /** Where people open Procore; absent: it is not known. */
  readonly pagesOrigin?: string | undefined;
  readonly known: KnownRecords;
  readonly uploads: KeptUploads;
  /** Partner company id → Procore vendor id, from the matching. */
  readonly vendorOf: ReadonlyMap<string, { readonly procoreId: string; readonly procoreName: string }>;
  /** Partner company id → its name as the matching last saw it, for what people read. */
  readonly companyNames: ReadonlyMap<string, string>;
  /** The builder's own name in Procore; null where it is not known. */
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
  /** Further modules that it serves: it runs while any of them is on. */
  readonly alsoOf?: readonly string[];
  /**
   * `gathering`: many source facts make one record, so they are kept for it. `direct`: each makes one of its own; only ids and hashes
   * are kept, and the facts of what is blocked.
   */
  readonly shape: 'gathering' | 'direct';
  /** Inside the hash: raise it when the mapping changes meaning. */
  readonly mappingVersion: number;
  /** What it needs of the project's tools in Procore: a refusal is diagnosed against it. */
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

/** Whether a stream runs where these modules are on. */
export const isServing = ({ module, alsoOf = [] }: Stream, modules: readonly string[]): boolean =>
  [module, ...alsoOf].some((one) => modules.includes(one));
