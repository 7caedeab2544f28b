import type { Claim, GrantStore, HeldPair, SealedNewPair } from '../../activities/grants/contract.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { type GrantState, grantTransitions } from '../../shared/store/grants/grants.ts';

/** A pair by the texts of its tokens. */
export interface Texts {
  readonly access: string;
  readonly refresh: string;
}

interface Row {
  state: GrantState;
  version: number;
  pair: Texts | null;
  issuedAtMs: number;
  expiresAtMs: number;
  attemptId: string | null;
  leaseUntilMs: number;
  nextTryAtMs: number;
  unknowns: number;
  notSent: number;
}

/** Opened by our app being refused; one person's lapses never open it, however many they are. */
interface Breaker {
  openedAtMs: number | null;
  nextTrialAtMs: number;
}

/** What a store that does not follow the rules would do: for the controls of a property test. */
export interface Broken {
  /** A pair is taken only while the attempt's own lease lives. */
  readonly fencesStore?: boolean;
  /** A claim asks for no lease. */
  readonly claimsFreely?: boolean;
  /** A refused token is believed whoever else may be at it. */
  readonly believesRefusals?: boolean;
}

const windowMs = 600_000;

/** Texts in the place of a sealed pair. */
export const boxOf = (pair: Texts): Buffer => Buffer.from(JSON.stringify(pair));
const openedBox = (box: Buffer): Texts => JSON.parse(box.toString()) as Texts; // only boxOf makes such boxes

/**
 * The rules of the store (`shared/store/grants/grant-refresh.ts`) written a second time, in the open, for one grant and a clock that tests move:
 * what a property test holds the database against, and a store for exploring in what orders things may happen.
 */
export function createMemoryGrants(nowMs: () => number, leaseMs: number, broken: Broken = {}) {
  let row: Row | undefined;
  const left: Texts[] = [];
  const storedAttempts = new Set<string>();
  const lapses: number[] = [];
  const breaker: Breaker = { openedAtMs: null, nextTrialAtMs: 0 };

  const move = (to: GrantState, change: Partial<Row>): void => {
    if (!row) throw new Error('there is no grant');
    const allowed: readonly GrantState[] = grantTransitions[row.state];
    if (to !== row.state && !allowed.includes(to)) throw new Error(`a grant that is ${row.state} became ${to}`);
    row = { ...row, ...change, state: to };
  };
  const unclaimed = { attemptId: null, leaseUntilMs: 0, nextTryAtMs: 0, unknowns: 0, notSent: 0 };
  const open = (): void => {
    breaker.openedAtMs ??= nowMs();
    breaker.nextTrialAtMs = nowMs() + windowMs;
  };
  const mine = (claim: Pick<Claim, 'version' | 'attemptId'>): boolean =>
    row?.state === 'refreshing' && row.version === claim.version && row.attemptId === claim.attemptId;
  const mayClaim = (version: number): boolean => {
    if (!row || row.version !== version || !['live', 'refreshing', 'unsure'].includes(row.state)) return false;
    const isFree = broken.claimsFreely === true || Math.max(row.leaseUntilMs, row.nextTryAtMs) <= nowMs();
    return isFree && (breaker.openedAtMs === null || breaker.nextTrialAtMs <= nowMs());
  };

  const store: GrantStore = {
    async read(_ref, knownVersion) {
      if (!row) return undefined;
      const until = Math.max(row.leaseUntilMs, row.nextTryAtMs, breaker.openedAtMs === null ? 0 : breaker.nextTrialAtMs);
      const standing = {
        state: row.state,
        version: row.version,
        accessLeftMs: row.expiresAtMs - nowMs(),
        accessLifeMs: row.expiresAtMs - row.issuedAtMs,
        pairAgeMs: nowMs() - row.issuedAtMs,
        isClaimed: row.state === 'refreshing' && row.leaseUntilMs > nowMs(),
        claimableInMs: Math.max(0, until - nowMs()),
        wasUsedLately: true,
        heldBack:
          breaker.openedAtMs === null
            ? null
            : {
                why: 'client-refused' as const,
                since: new Date(breaker.openedAtMs),
                nextTrialAt: new Date(breaker.nextTrialAtMs),
              },
      };
      return { standing, pair: row.pair && row.version !== knownVersion ? heldFrom(row.pair) : null };
    },
    noteUse: async () => undefined,
    async claim(ref, version, attemptId) {
      if (!mayClaim(version) || !row?.pair) return undefined;
      if (breaker.openedAtMs !== null) breaker.nextTrialAtMs = nowMs() + windowMs;
      const claimedAtMs = nowMs();
      move('refreshing', { attemptId, leaseUntilMs: claimedAtMs + leaseMs, nextTryAtMs: 0 });
      const { unknowns, notSent } = row;
      const seal: Claim['seal'] = (pair) => ({
        ...ref,
        version,
        attemptId,
        sealedPair: boxOf({ access: revealSecret(pair.accessToken), refresh: revealSecret(pair.refreshToken) }),
        issuedAt: new Date(claimedAtMs),
        expiresAt: new Date(claimedAtMs + pair.lifeMs),
      });
      return { ...ref, version, attemptId, unknowns, notSent, refreshToken: secretOf(row.pair.refresh), seal };
    },
    async giveBack(claim, pauseMs) {
      const notSent = claim.notSent + (pauseMs > 0 ? 1 : 0);
      if (mine(claim)) move('live', { attemptId: null, leaseUntilMs: 0, nextTryAtMs: nowMs() + pauseMs, notSent });
    },
    async unsure(claim, pauseMs) {
      if (mine(claim)) move('unsure', { nextTryAtMs: nowMs() + pauseMs, unknowns: claim.unknowns + 1, notSent: 0 });
    },
    async clientRefused(claim, pauseMs) {
      if (mine(claim))
        move('unsure', { nextTryAtMs: nowMs() + Math.min(pauseMs, windowMs), unknowns: claim.unknowns + 1, notSent: 0 });
      open();
    },
    async lapse({ version, attemptId }) {
      const isOpen = row?.version === version && (row.state === 'refreshing' || row.state === 'unsure');
      const isBelieved = row?.attemptId === attemptId || (row?.leaseUntilMs ?? 0) <= nowMs() || broken.believesRefusals === true;
      if (!isOpen || !isBelieved) return 'superseded';
      breaker.openedAtMs = null;
      move('lapsed', { attemptId: null, leaseUntilMs: 0, nextTryAtMs: 0 });
      lapses.push(version);
      return 'lapsed';
    },
    async store(pair) {
      const isFenced = broken.fencesStore === true && !(mine(pair) && (row?.leaseUntilMs ?? 0) > nowMs());
      if (row && row.version === pair.version && row.state !== 'revoked' && !isFenced) {
        move('live', { ...unclaimed, version: pair.version + 1, ...momentsOf(pair), pair: openedBox(pair.sealedPair) });
        storedAttempts.add(pair.attemptId);
        breaker.openedAtMs = null;
        return 'stored';
      }
      if (storedAttempts.has(pair.attemptId)) return 'stored';
      left.push(openedBox(pair.sealedPair));
      return 'left';
    },
  };

  return {
    store,
    left,
    lapses,
    isBreakerOpen: () => breaker.openedAtMs !== null,
    row: () => row,
    /** A confirmed sign-in: the person's first, or in the place of the former pair. Nothing where the grant was revoked. */
    signIn(pair: Texts, issuedAtMs: number, lifeMs: number): void {
      if (row?.state === 'revoked') return;
      const moments = { issuedAtMs, expiresAtMs: issuedAtMs + lifeMs };
      if (!row) row = { state: 'live', version: 1, pair, ...moments, ...unclaimed };
      else {
        if (row.pair) left.push(row.pair);
        move('live', { ...unclaimed, version: row.version + 1, pair, ...moments });
      }
    },
    revoke(): void {
      if (!row || row.state === 'revoked') return;
      if (row.pair) left.push(row.pair);
      move('revoked', { ...unclaimed, pair: null });
    },
  };
}

const momentsOf = ({ issuedAt, expiresAt }: SealedNewPair) => ({
  issuedAtMs: issuedAt.getTime(),
  expiresAtMs: expiresAt.getTime(),
});

const heldFrom = ({ access, refresh }: Texts): HeldPair => ({ accessToken: secretOf(access), refreshToken: secretOf(refresh) });
