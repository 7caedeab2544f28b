import type { TokenPair } from '../../shared/procore/oauth.ts';
import type { Secret } from '../../shared/security/secret.ts';
import type { Lapse } from '../../shared/store/grants/grant-refresh.ts';
import type { GrantStanding } from '../../shared/store/grants/grants.ts';
import type { Log } from '../log.ts';

/**
 * What the refresh of persons' grants uses to reach the outside. Each function is one effect that may fail by itself; the rules
 * that tie them together are in facts/security.md section 3, and are implemented in `attempt.ts` (one attempt) and `next-step.ts`
 * (who may use, send, or must wait).
 */
export interface GrantRef {
  readonly tenantId: string;
  readonly grantId: string;
}

/** The pair of one version, as held in this process's memory. */
export interface HeldPair {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
}

/** The right to send one version's refresh token, and what is needed to store the result. */
export interface Claim extends GrantRef {
  readonly version: number;
  readonly attemptId: string;
  /** For this version's token so far: unknown outcomes, and attempts since the last of them that were not sent. */
  readonly unknowns: number;
  readonly notSent: number;
  readonly refreshToken: Secret;
  /** Needs no database: it may be unreachable by the time the pair arrives. */
  readonly seal: (pair: TokenPair) => SealedNewPair;
}

/** A new pair on its way into the store: sealed, so that it may be kept in a file. */
export interface SealedNewPair extends GrantRef {
  readonly version: number;
  readonly attemptId: string;
  readonly sealedPair: Buffer;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export interface GrantReading {
  readonly standing: Omit<GrantStanding, 'sealedPair'>;
  /** The pair of that version; null if the caller knows it already, or there is none. */
  readonly pair: HeldPair | null;
}

/** The part of the database that grants use. */
export interface GrantStore {
  /** `knownVersion`: its pair is not unsealed again. Undefined if this tenant has no such grant. */
  read(ref: GrantRef, knownVersion: number | null): Promise<GrantReading | undefined>;
  noteUse(ref: GrantRef): Promise<void>;
  claim(ref: GrantRef, version: number, attemptId: string): Promise<Claim | undefined>;
  giveBack(claim: Claim, pauseMs: number): Promise<void>;
  unsure(claim: Claim, pauseMs: number): Promise<void>;
  clientRefused(claim: Claim, pauseMs: number): Promise<void>;
  lapse(claim: Claim): Promise<Lapse>;
  store(pair: SealedNewPair): Promise<'stored' | 'left' | 'gone'>;
}

/**
 * Where a new pair is kept until it is stored: on this machine's disk, so that a worker that dies in between loses nothing.
 * `keep` resolves once the pair would survive a power cut.
 */
export interface GrantSpill {
  keep(pair: SealedNewPair): Promise<void>;
  /** Does nothing if it is not there. */
  forget(pair: SealedNewPair): Promise<void>;
  /** Whatever an earlier process left behind. */
  left(): Promise<readonly SealedNewPair[]>;
}

/** Procore's login host with our app's credential. */
export interface GrantLogin {
  /** See `OAuth.refresh`. */
  refresh(refreshToken: Secret): Promise<TokenPair>;
  revoke(refreshToken: Secret): Promise<void>;
}

/** The clock of one process: `monotonicMs` measures spans and never jumps; `nowMs` is for display only. */
export interface GrantClock {
  monotonicMs(): number;
  nowMs(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface GrantTimings {
  /** Of a claim: longer than `sendWithinMs` and the login request's deadline together. */
  readonly leaseMs: number;
  /** From asking for the claim to sending; nothing is sent later than this. */
  readonly sendWithinMs: number;
  /** Longest time a caller waits for our next try; a longer wait is thrown with `waitUntilMs`. */
  readonly inlineWaitMs: number;
}

export interface GrantDependencies {
  readonly store: GrantStore;
  readonly spill: GrantSpill;
  readonly login: GrantLogin;
  readonly clock: GrantClock;
  readonly timings: GrantTimings;
  /** Revokes at Procore what a grant left behind; best effort, upkeep repeats it. */
  readonly revokeLeftovers: (tenantId: string) => Promise<unknown>;
  readonly newId: () => string;
  readonly log: Log;
}
