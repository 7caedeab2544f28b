import type { z } from 'zod';
import type { BackfillSurvey } from '../domain/backfill.ts';
import type { AnyCompany, BoundCompany } from '../domain/company.ts';
import type { ConsentKind } from '../domain/consents.ts';
import type { OfferedProject, ResponseMapping } from '../domain/contractors.ts';
import type { ServiceKind } from '../domain/credentials.ts';
import type { DryRun } from '../domain/dry-run.ts';
import type { PartnerName } from '../domain/partners.ts';
import type { LevelsOfProject, ToolLevel } from '../domain/project-levels.ts';
import type { DatedChoice, DatedProjectList, ListedProject, RecordMatch } from '../domain/projects.ts';
import type { MemberAccess } from '../domain/responders.ts';
import type { SetUpTask } from '../domain/set-up.ts';
import type { Evidence, Outcome } from '../domain/steps.ts';
import { clipped } from '../domain/texts.ts';
import type { Court } from '../domain/waits.ts';
import type { ProcoreClient } from '../procore/client.ts';
import type { ToolNeed } from '../procore/operations/permissions.ts';
import type { WantedLevels } from '../procore/template-levels.ts';
import type { Secret } from '../security/secret.ts';
import type { OwnerWords } from './owner-words.ts';
import type { PeopleContext } from './people.ts';
import type { SeenAtSignIn, SignInFacts } from './sign-in.ts';
import type { Cause, Stream } from './stream.ts';

/** What a partner declares about itself; needs no client. The API parses an admin's settings by it. */
export interface PartnerDeclaration {
  readonly scope: 'company' | 'project';
  /** Who calls Procore: one service credential for the company, or people, each with their own authorization. */
  readonly principal: 'service' | 'people';
  readonly modules: readonly string[];
  /** Modules that are on unless somebody says otherwise. */
  readonly modulesByDefault: readonly string[];
  /** Steps that prove what the modules need; a change of modules makes them due again. */
  readonly stepsOfModules: readonly string[];
  /** What can be set up in Procore if a signed-in admin agrees, by kind of service credential. Absent: nothing. */
  readonly setUp?: (kind: ServiceKind) => SetUpRecipe;
  /** What it carries; each stream runs with its module. */
  readonly streams: readonly Stream[];
  /** What an admin may set; every field has a default, so that `{}` is complete. */
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** The settings that are in force under the current consents. Absent: all of them, always. */
  readonly withConsents?: (
    settings: Readonly<Record<string, unknown>>,
    consents: readonly ConsentKind[],
  ) => Readonly<Record<string, unknown>>;
  readonly login: LoginForm;
  /** Names of the settings that hold the origins of its far sides. A worker does not start if one is missing. */
  readonly originSettings: readonly string[];
  /** Contact for people who are stuck on our pages; an installation setting may name another. */
  readonly support: SupportContact;
  /** Text for people who are invited by mail to connect; absent: nobody is invited. */
  readonly invitation?: InvitationWords;
  /** Text while the owner of a connection does not read it. With `principal: 'people'`, and only then. */
  readonly ownerWords?: OwnerWords;
  /**
   * Streams whose records have a ball in court. `courtOf` returns its holder from a record's last-sent content; undefined if
   * that is erased.
   */
  readonly courts?: {
    readonly streams: readonly string[];
    readonly courtOf: (address: Readonly<Record<string, string>>) => Court | undefined;
  };
}

/** What the mail and the page of an invitation say about a partner. */
export interface InvitationWords {
  /** What then happens automatically: one sentence. */
  readonly purpose: string;
  /** What is read and written in Procore: five plain lines at most. */
  readonly touches: readonly string[];
}

/** The partner login that an admin submits; the API parses and documents its request body by this. */
export interface LoginForm {
  /** Text fields that may be shown again. */
  readonly shown: z.ZodObject;
  /** The one field that is sealed. */
  readonly secret: { readonly name: string; readonly schema: z.ZodType<string> };
  /** Example body for the API's document. */
  readonly example: Readonly<Record<string, string>>;
  /** What to submit if no working login exists, and where, in words for people. */
  readonly cure: { readonly needed: string; readonly where: string };
}

export interface TemplateRecipe {
  readonly name: string;
  readonly levels: WantedLevels;
}

/** What is created and changed in Procore in the admin's name, and how to do each by hand if Procore does not let us. */
export interface SetUpRecipe {
  /** Absent: its user needs none. */
  readonly companyTemplate?: TemplateRecipe;
  /** Applicable to all projects. */
  readonly projectTemplate: TemplateRecipe;
  readonly tasks: readonly SetUpOffer[];
}

export interface SetUpOffer {
  readonly task: SetUpTask;
  /** What happens, in words beside a tick box. */
  readonly title: string;
  /** The manual line. `{user}` stands for the sync user's name. */
  readonly byHand: { readonly needed: string; readonly where: string };
}

/** What a partner implements (contracts section 8). Checks and streams are functions of clients; they do not know the store. */
export interface Partner extends PartnerDeclaration {
  readonly name: PartnerName;
  readonly checks: Readonly<Record<string, Check>>;
  /** The Procore company tools that these modules need; a refusal in a check is diagnosed against them. Absent: none. */
  companyNeeds?(modules: readonly string[]): readonly ToolNeed[];
  /**
   * Makes a client of the partner's API from a submitted login; its checks and streams know the type. Throws a `Fault` if the
   * login cannot be valid.
   */
  connect(access: PartnerAccess): unknown;
  /** Wraps a client that `connect` made for reading only: it refuses writes, and requests nothing twice. */
  readingOnly(client: unknown): unknown;
}

export interface SupportContact {
  /** A web page, or an e-mail address. */
  readonly contact: string;
  /** When questions are answered, in words for people. */
  readonly hours: string;
}

/** A submitted login of a partner, and what else a client needs. */
export interface PartnerAccess {
  /** Identifies the login and its version: clients with the same key may share a session. */
  readonly key: string;
  /** What may be shown of it, as it was submitted. */
  readonly shown: Readonly<Record<string, string>>;
  /** Unseals its secret; only when a login is needed. */
  readonly secret: () => Promise<Secret>;
  /** The partner's far sides by the name of their setting. */
  readonly origins: Readonly<Record<string, string>>;
  readonly timings: { readonly httpDeadlineMs: number; readonly inlineWaitMs: number };
  readonly signal: AbortSignal;
  readonly onWait: (untilMs: number, why: string) => void;
  /** Called after every response. */
  readonly onCall: () => void;
}

export interface ConnectionFacts {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly connectionId: string;
  readonly modules: readonly string[];
  readonly company: AnyCompany | null;
  readonly companyName: string | null;
  readonly syncUserId: string | null;
  readonly syncUserName: string | null;
  readonly projectChoice: DatedChoice | null;
  /** The partner's settings that are in force, parsed; without those that wait for a consent. */
  readonly settings: unknown;
}

/** The known levels of the sync user on its projects, and which projects are worth asking about now. */
export interface LevelsWish {
  /** By project id. */
  readonly known: ReadonlyMap<string, readonly ToolLevel[]>;
  /** Returns those of these projects to ask about now, the most pressing first. */
  pick(projectIds: readonly string[], needs: readonly ToolNeed[]): readonly string[];
  /** The most projects asked about in one check: a share of the calls that Procore allows. */
  readonly most: number;
}

/** The partner login that a check is made with. */
export interface PartnerLoginFacts {
  /** What may be shown of it, as it was submitted. */
  readonly shown: Readonly<Record<string, string>>;
  /** It is in force on a connection that went live with it, or took it after that: it was proven before. */
  readonly serves: boolean;
}

/** What a check may look at. Clients are made on demand; each throws a `Fault` when what it needs is missing. */
export interface CheckContext {
  readonly connection: ConnectionFacts;
  readonly hasServiceCredential: boolean;
  /** Null if none was submitted. */
  readonly serviceKind: ServiceKind | null;
  /** Null if none was submitted. */
  readonly partnerLogin: PartnerLoginFacts | null;
  readonly signIn: SignInFacts | null;
  readonly adminProjects: DatedProjectList | null;
  readonly matches: readonly RecordMatch[];
  readonly dryRun: DryRun | null;
  /** Whether a person's confirmation row exists. */
  readonly confirmed: { readonly by: string; readonly at: string } | null;
  /** Set if an admin confirmed that new projects get this credential's user, where Procore's API does not say it. */
  readonly futureConfirmed: { readonly by: string; readonly at: string } | null;
  /** How many days back records are carried. */
  readonly windowDays: number;
  /** Procore with the service credential, for the claimed or bound company. */
  service(): Promise<ProcoreClient<AnyCompany>>;
  /** Procore with the service credential, only once the company is bound. */
  boundService(): Promise<ProcoreClient<BoundCompany>>;
  /** Active projects that the sync user is on; read once for all checks of a care round. */
  activeProjects(): Promise<readonly ListedProject[]>;
  readonly levels: LevelsWish;
  /** Procore as the person who signed in, for the claimed company. */
  person(): Promise<ProcoreClient<AnyCompany>>;
  /** For partners whose people sign in themselves; null for a partner with a service credential. */
  readonly people: PeopleContext | null;
  /** The partner's API with the submitted login; the type is the partner's own. */
  partnerClient(): Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What a check (met or not) wants stored; written in the same transaction as the step's row. */
export interface Keep {
  readonly syncUser?: { readonly id: string; readonly name: string };
  readonly adminProjects?: readonly ListedProject[];
  /** On how many of the wanted projects the sync user is. */
  readonly onProjects?: number;
  readonly matches?: readonly RecordMatch[];
  /** Id of a dry run that is complete. */
  readonly dryRunId?: string;
  readonly projectLevels?: {
    /** Projects that the sync user is on now. */
    readonly listed: readonly string[];
    readonly read: readonly LevelsOfProject[];
    /** Tools switched off in projects that take part, one cause per project; they block nothing else. */
    readonly switchedOff: readonly Cause[];
  };
  /** Proven by a signed-in, confirmed admin: binds the connection to the claimed company. */
  readonly binding?: { readonly companyId: string; readonly companyName: string; readonly procoreUserId: string };
  /** What the person's token showed, for the confirmation page. */
  readonly seenAtSignIn?: SeenAtSignIn;
  /** Identity of the signed-in person, if the company hid it at sign-in. Comes with `seenAtSignIn`. */
  readonly signedInAs?: { readonly id: string; readonly name: string; readonly login: string };
  /** Projects of the contractor's list, as read now. */
  readonly offered?: readonly OfferedProject[];
  /** The partner's people on the project, as listed now. */
  readonly team?: readonly ListedMember[];
  /** Team members to ask by mail to authorize Procore; those asked before are not asked again. */
  readonly ask?: readonly string[];
  /** Levels of members who have authorized, just read with their own authorization. */
  readonly access?: readonly { readonly memberId: string; readonly access: MemberAccess }[];
  /** What the project's responses mean, as offered now. */
  readonly responses?: readonly ResponseMapping[];
  /** What a backfill could bring over, as counted now. */
  readonly survey?: BackfillSurvey;
  /** The contractor connected this project: binds company and project, and names the person the connection is read as. */
  readonly projectBinding?: {
    readonly project: OfferedProject;
    /** `isInvited`: the invited address is theirs; else they were accepted, and get mail only at an address of their own. */
    readonly owner: { readonly id: string; readonly name: string; readonly isInvited: boolean };
  };
  /** Name of the person the connection is read as, if it was unknown: without a company Procore names nobody. */
  readonly owner?: { readonly id: string; readonly name: string };
  /** Projects on which the sync user's template grants too little. Not stored: the set-up done for the admin fixes them. */
  readonly tooLowOn?: readonly string[];
}

/** A person on the partner's side, as the partner lists them. */
export interface ListedMember {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  /** The address in its form for comparison: it identifies a person across projects. */
  readonly emailKey: string;
  readonly returns: boolean;
}

export interface CheckResult {
  readonly outcome: Outcome;
  readonly keep?: Keep;
}

export type Check = (context: CheckContext) => Promise<CheckResult>;

/** Clips its sentences to what a row holds, since they may contain far-side names. */
export function met(proof: Evidence, keep: Keep = {}, warnings: readonly string[] = []): CheckResult {
  const evidence = Object.fromEntries(Object.entries(proof).map(([name, value]) => [name, fitting(value)]));
  const cut = warnings.map((warning) => clipped(warning));
  return { outcome: cut.length > 0 ? { state: 'met', evidence, warnings: cut } : { state: 'met', evidence }, keep };
}

function fitting(value: Evidence[string]): Evidence[string] {
  if (typeof value === 'string') return clipped(value);
  return Array.isArray(value) ? value.map((text) => clipped(text)) : value;
}
