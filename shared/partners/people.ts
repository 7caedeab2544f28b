import type { BoundCompany, ClaimedCompany, NoCompany } from '../domain/company.ts';
import type { BackfillChoice, OfferedProject, ResponseMapping } from '../domain/contractors.ts';
import type { MemberAccess } from '../domain/responders.ts';
import type { Evidence } from '../domain/steps.ts';
import type { ProcoreClient } from '../procore/client.ts';
import type { SignInFacts } from './sign-in.ts';
import type { Reader } from './stream.ts';

/** Whom the prime consultant asked to connect a project, and the state of the mail. */
export interface InvitationFacts {
  readonly state: 'queued' | 'sent' | 'bounced' | 'opened' | 'accepted' | 'expired' | 'withdrawn';
  readonly email: string;
  /** The contractor's company as the partner names it. */
  readonly companyName: string;
  readonly partnerProjectId: string;
  readonly partnerProjectName: string;
  readonly expiresAtMs: number;
  /** Why it bounced, in the mail server's words. */
  readonly refusal: string | null;
}

/** Who decided something, and when (ISO 8601). */
export interface Said {
  readonly by: string;
  readonly at: string;
}

/** The person as whom a connection is read. */
export interface OwnerFacts {
  readonly procoreUserId: string;
  readonly name: string | null;
  readonly login: string | null;
  readonly state: 'live' | 'lapsed' | 'revoked';
}

/** A member of the partner's team, and whether they authorized Procore. */
export interface TeamMember {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  /** Whether the partner marks them as returning documents. */
  readonly returns: boolean;
  readonly procoreUserId: string | null;
  readonly authorization: 'none' | 'live' | 'lapsed' | 'revoked';
  /** Whose turn it is to have them authorize: their own, or whoever manages the project asks them again; null: they have. */
  readonly waitsFor: 'responder' | 'admin' | null;
  /** Their own levels on the connected project, as last read, and when; null: not read yet. */
  readonly access: MemberAccess | null;
  readonly accessReadAtMs: number | null;
}

/** What the steps look at, for a partner whose people sign in themselves. */
export interface PeopleContext {
  readonly invitation: InvitationFacts | null;
  /** The contractor's. */
  readonly signIn: SignInFacts | null;
  readonly owner: OwnerFacts | null;
  /** Another person signed in in place of an owner who cannot read, and waits for the inviter's acceptance. */
  readonly isOwnerProposed: boolean;
  /** Projects of the contractor's list, as last read. */
  readonly offered: readonly OfferedProject[];
  readonly decided: {
    /** They confirmed the page that names their role. */
    readonly role: Said | null;
    readonly project: (Said & { readonly companyId: string; readonly projectId: string }) | null;
    readonly connect: (Said & { readonly companyId: string; readonly projectId: string }) | null;
    /** The prime accepted that this person connects this company, though another was invited. */
    readonly accepted: (Said & { readonly companyId: string; readonly procoreUserId: string }) | null;
    readonly backfill: (Said & { readonly choice: BackfillChoice }) | null;
  };
  readonly boundProject: { readonly id: string; readonly name: string } | null;
  readonly team: readonly TeamMember[];
  /** When a possible backfill was last counted; null: never. */
  readonly countedAtMs: number | null;
  /** What the project's responses mean, as last read. */
  readonly responses: readonly ResponseMapping[];
  /** What people decided of responses that are not offered any more, the last to go first. */
  readonly formerResponses: readonly ResponseMapping[];
  /** Whether another customer's connection keeps that project of Procore in step with the partner's project. */
  isKeptByAnother(procoreProjectId: string): Promise<boolean>;
  /** Procore as the contractor, before any company is chosen. */
  asOwner(): Promise<ProcoreClient<NoCompany>>;
  /** The same in a company of their list, for reading only. */
  asOwnerIn(companyId: string): Promise<ProcoreClient<ClaimedCompany>>;
  /** The same once the company is bound. */
  asOwnerBound(): Promise<ProcoreClient<BoundCompany>>;
  /**
   * Runs `read` as the person the project is currently read as: the owner, or their stand-in (docs/adr/0035). Throws
   * `grant-lapsed` if nobody may. A stand-in who is refused comes last in the next turn.
   */
  asReader<Result>(read: (procore: ProcoreClient<BoundCompany>, reader: Reader) => Promise<Result>): Promise<Result>;
  /** The step's last evidence, even if it does not hold now; null: none yet. */
  lastEvidence(): Promise<Evidence | null>;
  /** `Reader.key` of the person whose view the step's evidence last showed; null: nobody's yet. */
  readAs(): Promise<string | null>;
  /** Procore as a member of the team; throws `grant-lapsed` if their authorization is missing or has ended. */
  asMember(memberId: string): Promise<ProcoreClient<BoundCompany>>;
}
