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
import type { PeopleContext } from './people.ts';
import type { SeenAtSignIn, SignInFacts } from './sign-in.ts';
import type { Cause, Stream } from './stream.ts';

/** What a partner says of itself without any client: the API reads it to parse what an admin sets. */
export interface PartnerDeclaration {
  readonly scope: 'company' | 'project';
  /** As whom Procore is called: one service credential for the company, or people, each by an authorization of their own. */
  readonly principal: 'service' | 'people';
  readonly modules: readonly string[];
  /** Modules that are on unless somebody says otherwise. */
  readonly modulesByDefault: readonly string[];
  /** Steps that prove what the modules need: other modules make them due again. */
  readonly stepsOfModules: readonly string[];
  /** What can be set up in Procore for a signed-in admin who says so, by the kind of service credential. Absent: nothing. */
  readonly setUp?: (kind: ServiceKind) => SetUpRecipe;
  /** What it carries; each stream is on with its module. */
  readonly streams: readonly Stream[];
  /** What an admin may set; every field has a default, so that `{}` is complete. */
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** What of the settings is in force under the consents that stand. Absent: all of them, always. */
  readonly withConsents?: (
    settings: Readonly<Record<string, unknown>>,
    consents: readonly ConsentKind[],
  ) => Readonly<Record<string, unknown>>;
  readonly login: LoginForm;
  /** Names of the settings that hold the origins of its far sides. A worker does not start without one of them. */
  readonly originSettings: readonly string[];
  /** Whom people ask who are stuck on our pages; a setting of the installation may name others. */
  readonly support: SupportContact;
  /** What people read who are invited by mail to connect; absent: nobody is invited. */
  readonly invitation?: InvitationWords;
  /** Streams whose records have a ball in court. `courtOf` reads its holder from a record's last-sent content; undefined once that is erased. */
  readonly courts?: {
    readonly streams: readonly string[];
    readonly courtOf: (address: Readonly<Record<string, string>>) => Court | undefined;
  };
}

/** What the mail and the page of an invitation say of a partner. */
export interface InvitationWords {
  /** What then happens by itself: one sentence. */
  readonly purpose: string;
  /** What is read and written in Procore: five plain lines at most. */
  readonly touches: readonly string[];
}

/** The login at a partner as an admin submits it: the API reads and documents its body by this. */
export interface LoginForm {
  /** What may be shown of it again: fields of text. */
  readonly shown: z.ZodObject;
  /** The one field that is sealed. */
  readonly secret: { readonly name: string; readonly schema: z.ZodType<string> };
  /** A body as the API's document shows it. */
  readonly example: Readonly<Record<string, string>>;
  /** What to submit where there is none that works, and where, in words for people. */
  readonly cure: { readonly needed: string; readonly where: string };
}

export interface TemplateRecipe {
  readonly name: string;
  readonly levels: WantedLevels;
}

/** What is made and changed in Procore in the admin's name, and how each of it is done by hand where Procore does not let us. */
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

/** What a partner fills in (contracts section 8). Checks and streams are functions of clients; they know nothing of the store. */
export interface Partner extends PartnerDeclaration {
  readonly name: PartnerName;
  readonly checks: Readonly<Record<string, Check>>;
  /** What these modules need of the company's tools in Procore: a refusal in a check is diagnosed against it. Absent: nothing. */
  companyNeeds?(modules: readonly string[]): readonly ToolNeed[];
  /** The partner's API with a submitted login; its checks and streams know the type. Throws a `Fault` for a login that cannot be one. */
  connect(access: PartnerAccess): unknown;
  /** A client that `connect` made, for looking alone: it refuses writes, and asks for nothing twice. */
  readingOnly(client: unknown): unknown;
}

export interface SupportContact {
  /** A web page, or an e-mail address. */
  readonly contact: string;
  /** When somebody answers, in words for people. */
  readonly hours: string;
}

/** A submitted login of a partner, and what a client needs beside it. */
export interface PartnerAccess {
  /** Names the login and its version: clients with the same key may share a session. */
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
  /** Told after every answer. */
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
  /** The partner's settings that are in force, parsed: what waits for a consent is not among them. */
  readonly settings: unknown;
}

/** What is known of the sync user's levels on its projects, and which of them are worth asking about now. */
export interface LevelsWish {
  /** By project id. */
  readonly known: ReadonlyMap<string, readonly ToolLevel[]>;
  /** Of these projects those to ask about now, the most pressing first. */
  pick(projectIds: readonly string[], needs: readonly ToolNeed[]): readonly string[];
  /** So many projects at most are asked about in one check: a share of the calls that Procore allows. */
  readonly most: number;
}

/** What a check may look at. Clients are made on demand; each throws a `Fault` when what it needs is missing. */
export interface CheckContext {
  readonly connection: ConnectionFacts;
  readonly hasServiceCredential: boolean;
  /** Null where none was submitted. */
  readonly serviceKind: ServiceKind | null;
  readonly hasPartnerLogin: boolean;
  readonly signIn: SignInFacts | null;
  readonly adminProjects: DatedProjectList | null;
  readonly matches: readonly RecordMatch[];
  readonly dryRun: DryRun | null;
  /** Whether a person's confirmation row exists. */
  readonly confirmed: { readonly by: string; readonly at: string } | null;
  /** The same of an admin who saw that new projects get this credential's user, where Procore does not say it. */
  readonly futureConfirmed: { readonly by: string; readonly at: string } | null;
  /** How many days back records are carried. */
  readonly windowDays: number;
  /** Procore as the service credential, for the claimed or bound company. */
  service(): Promise<ProcoreClient<AnyCompany>>;
  /** Procore as the service credential, only once the company is bound. */
  boundService(): Promise<ProcoreClient<BoundCompany>>;
  /** Active projects that the sync user is on; one reading serves all checks of a round of care. */
  activeProjects(): Promise<readonly ListedProject[]>;
  readonly levels: LevelsWish;
  /** Procore as the person who signed in, for the claimed company. */
  person(): Promise<ProcoreClient<AnyCompany>>;
  /** Where people sign in themselves; null of a partner with a service credential. */
  readonly people: PeopleContext | null;
  /** The partner's API with the submitted login; the type is the partner's own. */
  partnerClient(): Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What a met (or not yet met) check wants kept; stored in the same transaction as the step's row. */
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
    /** Tools switched off in projects that take part, one cause a project; they hold nothing else up. */
    readonly switchedOff: readonly Cause[];
  };
  /** Proven by a signed-in, confirmed admin: binds the connection to the claimed company. */
  readonly binding?: { readonly companyId: string; readonly companyName: string; readonly procoreUserId: string };
  /** What the person's token showed, for the page that asks for confirmation. */
  readonly seenAtSignIn?: SeenAtSignIn;
  /** Who the signed-in person is, where the company hid it when they came. Goes with `seenAtSignIn`. */
  readonly signedInAs?: { readonly id: string; readonly name: string; readonly login: string };
  /** Projects of the contractor's list, as read now. */
  readonly offered?: readonly OfferedProject[];
  /** The partner's people on the project, as listed now. */
  readonly team?: readonly ListedMember[];
  /** Members of the team who are to be asked by mail to authorize Procore: whoever was asked before is not asked again. */
  readonly ask?: readonly string[];
  /** Levels of members who have authorized, as read now with their own authorization. */
  readonly access?: readonly { readonly memberId: string; readonly access: MemberAccess }[];
  /** What the project's responses mean, as offered now. */
  readonly responses?: readonly ResponseMapping[];
  /** What of the past could be brought over, as counted now. */
  readonly survey?: BackfillSurvey;
  /** The contractor connected this project: binds company and project, and names whom the connection is read as. */
  readonly projectBinding?: {
    readonly project: OfferedProject;
    /** `isInvited`: theirs is the address that was invited; else they were accepted, and are written to at an address of their own alone. */
    readonly owner: { readonly id: string; readonly name: string; readonly isInvited: boolean };
  };
  /** The name of whom the connection is read as, where it was not known: without a company Procore tells none. */
  readonly owner?: { readonly id: string; readonly name: string };
  /** Projects on which the sync user's template gives too little. Not stored: what sets things up for the admin mends them. */
  readonly tooLowOn?: readonly string[];
}

/** Somebody of the partner's side as the partner lists them. */
export interface ListedMember {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  /** The address as it is compared: by it a person is the same on several projects. */
  readonly emailKey: string;
  readonly returns: boolean;
}

export interface CheckResult {
  readonly outcome: Outcome;
  readonly keep?: Keep;
}

export type Check = (context: CheckContext) => Promise<CheckResult>;

/** Its sentences may name what the far sides name: they are cut to what a row holds. */
export function met(proof: Evidence, keep: Keep = {}, warnings: readonly string[] = []): CheckResult {
  const evidence = Object.fromEntries(Object.entries(proof).map(([name, value]) => [name, fitting(value)]));
  const cut = warnings.map((warning) => clipped(warning));
  return { outcome: cut.length > 0 ? { state: 'met', evidence, warnings: cut } : { state: 'met', evidence }, keep };
}

function fitting(value: Evidence[string]): Evidence[string] {
  if (typeof value === 'string') return clipped(value);
  return Array.isArray(value) ? value.map((text) => clipped(text)) : value;
}
