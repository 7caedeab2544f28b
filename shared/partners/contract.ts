import type { AnyCompany, BoundCompany } from '../domain/company.ts';
import type { FaultKind } from '../domain/faults.ts';
import type { PartnerName } from '../domain/partners.ts';
import type { DatedProjectList, DryRun, ListedProject, ProjectChoice, RecordMatch } from '../domain/projects.ts';
import type { Evidence, Outcome } from '../domain/steps.ts';
import type { ProcoreClient } from '../procore/client.ts';

/** What a partner fills in (contracts section 8). Checks and streams are functions of clients; they know nothing of the store. */
export interface Partner {
  readonly name: PartnerName;
  readonly scope: 'company' | 'project';
  readonly modules: readonly string[];
  readonly checks: Readonly<Record<string, Check>>;
  readonly streams: readonly Stream[];
}

export interface ConnectionFacts {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly connectionId: string;
  readonly modules: readonly string[];
  readonly company: AnyCompany | null;
  readonly companyName: string | null;
  readonly syncUserId: string | null;
  readonly projectChoice: ProjectChoice | null;
}

/** The newest sign-in of a person, as far as a check may use it. */
export interface SignInFacts {
  readonly signInId: string;
  readonly state: 'offered' | 'started' | 'returned' | 'exchanged' | 'confirmed' | 'refused' | 'expired';
  readonly procoreUserId: string | null;
  readonly procoreUserName: string | null;
  readonly refusal: string | null;
  /** Whether its token can still be used. */
  readonly usable: boolean;
}

/** What a check may look at. Clients are made on demand; each throws a `Fault` when what it needs is missing. */
export interface CheckContext {
  readonly connection: ConnectionFacts;
  readonly hasServiceCredential: boolean;
  readonly hasPartnerLogin: boolean;
  readonly signIn: SignInFacts | null;
  readonly adminProjects: DatedProjectList | null;
  readonly matches: readonly RecordMatch[];
  readonly dryRun: DryRun | null;
  /** Whether a person's confirmation row exists. */
  readonly confirmed: { readonly by: string; readonly at: string } | null;
  /** Procore as the service credential, for the claimed or bound company. */
  service(): Promise<ProcoreClient<AnyCompany>>;
  /** Procore as the service credential, only once the company is bound. */
  boundService(): Promise<ProcoreClient<BoundCompany>>;
  /** Procore as the person who signed in, for the claimed company. */
  person(): Promise<ProcoreClient<AnyCompany>>;
  /** The partner's API with the submitted login; the type is the partner's own. */
  partnerClient(): Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What a met (or not yet met) check wants kept; stored in the same transaction as the step's row. */
export interface Keep {
  readonly syncUser?: { readonly id: string; readonly name: string };
  readonly adminProjects?: readonly ListedProject[];
  readonly matches?: readonly RecordMatch[];
  readonly dryRun?: DryRun;
  /** Proven by a signed-in, confirmed admin: binds the connection to the claimed company. */
  readonly binding?: { readonly companyId: string; readonly companyName: string; readonly procoreUserId: string };
  /** What the person's token showed, for the page that asks for confirmation. */
  readonly seenAtSignIn?: {
    readonly companyName: string | null;
    readonly directoryLevel: string | null;
    readonly admin: boolean;
  };
}

export interface CheckResult {
  readonly outcome: Outcome;
  readonly keep?: Keep;
}

export type Check = (context: CheckContext) => Promise<CheckResult>;

export const met = (evidence: Evidence, keep: Keep = {}, warnings: readonly string[] = []): CheckResult => ({
  outcome: warnings.length > 0 ? { state: 'met', evidence, warnings: [...warnings] } : { state: 'met', evidence },
  keep,
});

/** A linked project as a stream sees it. */
export interface LinkedProject {
  readonly projectLinkId: string;
  readonly procoreProjectId: string;
  readonly partnerProjectId: string;
  /** IANA zone of the Procore project. */
  readonly timeZone: string;
  /** First local date that is synced, `YYYY-MM-DD`; null = as far back as the window reaches. */
  readonly startDate: string | null;
}

/** One source fact, reduced to what the mapping needs; `sourceId` is turned into a keyed pseudonym before it is stored. */
export interface SourceFact {
  readonly sourceId: string;
  /** Target record it counts for; null when it counts for none (visitor, deleted, outside the window). */
  readonly groupKey: string | null;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  readonly modifiedAt: string | null;
}

export interface SourcePage {
  readonly facts: readonly SourceFact[];
  /** Cursor to store with this page; opaque JSON of the stream's own. */
  readonly cursor: unknown;
  readonly last: boolean;
}

/** What a group should look like on the far side. `null` mapped = nothing to send (yet), with the reason. */
export interface TargetRecord {
  readonly naturalKey: string;
  /** Fields we own, in canonical form; hashed together with the mapping version. */
  readonly fields: Readonly<Record<string, string | number | null>>;
  /** What the create needs beside the owned fields (ids resolved on the far side). */
  readonly address: Readonly<Record<string, string>>;
}

export type Mapped =
  | { readonly kind: 'record'; readonly record: TargetRecord }
  | {
      readonly kind: 'blocked';
      readonly naturalKey: string;
      readonly subject: string;
      readonly reason: FaultKind;
      readonly seen: string;
      readonly needed: string;
      readonly where: string;
    }
  | { readonly kind: 'nothing'; readonly naturalKey: string; readonly why: string };

/** A record as it stands on the far side. */
export interface FarSideRecord {
  readonly id: string;
  readonly naturalKey: string;
  readonly fields: Readonly<Record<string, string | number | null>>;
  /** Whether an identity we ever had wrote it. */
  readonly ours: boolean;
}

export type WriteAnswer = { readonly targetId: string; readonly echoed: Readonly<Record<string, string | number | null>> };

/** One kind of record in one direction, for one linked project. Made per cycle, so it may remember what it listed. */
export interface StreamRun {
  /** Changed source facts since the cursor (minus the overlap), page by page, up to the cycle's start. */
  pull(cursor: unknown): AsyncIterable<SourcePage>;
  /** The whole group's facts → the record it means. Pure but for look-ups of ids listed once per cycle. */
  map(groupKey: string, facts: readonly Readonly<Record<string, string | number | boolean | null>>[]): Promise<Mapped>;
  /** Records on the far side that could be these keys': all pages, statuses and dates, no time bound. Fresh at every call. */
  lookUp(naturalKeys: readonly string[]): Promise<readonly FarSideRecord[]>;
  create(record: TargetRecord): Promise<WriteAnswer>;
  update(targetId: string, record: TargetRecord): Promise<WriteAnswer>;
  /** Faults that hold a key up before anything is sent (e.g. a completed day); undefined = free. */
  heldUp(naturalKey: string): Promise<{ readonly reason: FaultKind; readonly seen: string } | undefined>;
}

export interface StreamContext {
  readonly project: LinkedProject;
  readonly procore: ProcoreClient<BoundCompany>;
  readonly partnerClient: unknown;
  /** Partner company id → Procore vendor id, from the matching. */
  readonly vendorOf: ReadonlyMap<string, { readonly procoreId: string; readonly procoreName: string }>;
  /** Identities we ever wrote as (the sync user's Procore ids). */
  readonly authors: readonly string[];
  readonly overlapMs: number;
  readonly windowDays: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface Stream {
  readonly name: string;
  readonly direction: 'partner-to-procore' | 'procore-to-partner';
  readonly module: string;
  /** Inside the hash: raise it when the mapping changes meaning. */
  readonly mappingVersion: number;
  open(context: StreamContext): Promise<StreamRun>;
}
