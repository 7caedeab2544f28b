import type fc from 'fast-check';
import type { GrantDependencies, GrantLogin, SealedNewPair } from '../../activities/grants/contract.ts';
import { createGrantTokens, type GrantTokens } from '../../activities/grants/tokens.ts';
import { Fault, faultIn } from '../../shared/domain/faults.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { type Broken, createMemoryGrants, type Texts } from './memory-grants.ts';

/** What becomes of one request to the login host. `slow`: its answer comes after the client has given up. */
export const fates = ['answered', 'lost', 'failed', 'not-sent', 'slow'] as const;
export type Fate = (typeof fates)[number];

/** What becomes of one try to store a pair. */
export const commits = ['told', 'unheard', 'failed'] as const;
export type Commit = (typeof commits)[number];

const deadlineMs = 400;
const timings = { leaseMs: 1_000, sendWithinMs: 200, inlineWaitMs: 20_000 };
const lifeMs = 5_400_000;
const ref = { tenantId: 'tenant', grantId: 'grant' };

/** A pair as Procore knows it, and what became of it on our side. */
interface Minted extends Texts {
  isSpent: boolean;
  isRevoked: boolean;
  expiresAtMs: number;
  /** A process of ours had it, and lived until it lay on disk. */
  isInHand: boolean;
  /** The sign-in that it goes back to, counted from 1: what a later one replaced is missed by nobody. */
  readonly signIn: number;
  readonly cameBy: 'sign-in' | 'refresh';
}

interface Worker {
  tokens: GrantTokens;
  isAlive: boolean;
  readonly disk: Map<string, SealedNewPair>;
  readonly skewMs: number;
}

const never = new Promise<never>(() => undefined);

/**
 * Procore's login host, a database and some workers in one explored order: between any two effects anything else may happen, a worker may
 * die (its disk stays), time may pass. Workers' wall clocks are ten minutes apart. `violations` says which property was broken, in words.
 */
export function createGrantWorld(scheduler: fc.Scheduler, given: { fates: Fate[]; commits: Commit[]; broken?: Broken }) {
  let nowMs = 1_000_000_000;
  let names = 0;
  let signIns = 0;
  const violations = new Set<string>();
  const minted: Minted[] = [];
  const sends: { readonly token: string; readonly atMs: number; hasEnded: boolean }[] = [];
  const stored = new Set<string>();
  /** Refreshes that became a version. */
  let versions = 0;
  const grants = createMemoryGrants(() => nowMs, timings.leaseMs, given.broken);

  const byRefresh = (token: string): Minted | undefined => minted.find(({ refresh }) => refresh === token);
  const turn = (what: string): Promise<void> => scheduler.schedule(Promise.resolve(), what);
  const mint = (signIn: number, cameBy: Minted['cameBy']): Minted => {
    names += 1;
    const pair = { access: `a${names}`, refresh: `r${names}`, expiresAtMs: nowMs + lifeMs };
    minted.push({ ...pair, isSpent: false, isRevoked: false, isInHand: false, signIn, cameBy });
    return minted[minted.length - 1] as Minted; // just pushed
  };

  /** One effect as a worker sees it: it begins and answers in turns of their own, and a dead worker hears nothing. */
  const effectOf =
    (worker: Worker) =>
    async <Answer>(what: string, act: () => Promise<Answer>): Promise<Answer> => {
      await turn(`${what}: begins`);
      if (!worker.isAlive) return never;
      const end = await act().then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      await turn(`${what}: ends`);
      if (!worker.isAlive) return never;
      if ('error' in end) throw end.error;
      return end.answer;
    };

  function loginOf(worker: Worker): GrantLogin {
    const unanswered = (kind: 'network' | 'time-out' | 'vendor-unavailable') => new Fault(kind, { effect: 'unknown' });
    return {
      async refresh(secret) {
        const token = revealSecret(secret);
        const fate = given.fates.shift() ?? 'answered';
        if (fate === 'not-sent') throw new Fault('network', { effect: 'surely-not-done' });
        if (sends.some((send) => send.token === token && !send.hasEnded && nowMs < send.atMs + deadlineMs)) {
          violations.add('two requests were in flight for one version');
        }
        const send = { token, atMs: nowMs, hasEnded: false };
        sends.push(send);
        await turn('login: reached');
        const former = byRefresh(token);
        const isGood = former !== undefined && !former.isSpent && !former.isRevoked;
        if (former) former.isSpent = true;
        const pair = isGood && fate !== 'failed' ? mint(former.signIn, 'refresh') : undefined;
        await turn('login: answers');
        if (!worker.isAlive) return never;
        send.hasEnded = true;
        if (fate === 'slow' || nowMs >= send.atMs + deadlineMs) throw unanswered('time-out');
        if (fate === 'lost') throw unanswered('network');
        if (fate === 'failed') throw unanswered('vendor-unavailable');
        if (!pair) throw new Fault('grant-lapsed', { status: 400, effect: 'surely-not-done' });
        return { accessToken: secretOf(pair.access), refreshToken: secretOf(pair.refresh), expiresAtMs: 0, lifeMs };
      },
      async revoke(secret) {
        const pair = byRefresh(revealSecret(secret));
        if (pair) pair.isRevoked = true;
      },
    };
  }

  function start(worker: Worker): void {
    const effect = effectOf(worker);
    const login = loginOf(worker);
    const { store } = grants;
    const deps: GrantDependencies = {
      store: {
        read: (...args) => effect('read', () => store.read(...args)),
        noteUse: store.noteUse,
        claim: (...args) => effect('claim', () => store.claim(...args)),
        giveBack: (...args) => effect('give back', () => store.giveBack(...args)),
        unsure: (...args) => effect('unsure', () => store.unsure(...args)),
        clientRefused: (...args) => effect('client refused', () => store.clientRefused(...args)),
        lapse: (claim) =>
          effect('lapse', async () => {
            const before = grants.row();
            const end = await store.lapse(claim);
            const isAnothers = before?.attemptId !== claim.attemptId && (before?.leaseUntilMs ?? 0) > nowMs;
            if (end === 'lapsed' && isAnothers) violations.add('lapsed while another attempt lived');
            const pair = byRefresh(revealSecret(claim.refreshToken));
            if (end === 'lapsed' && pair && !pair.isSpent && !pair.isRevoked) violations.add('lapsed with a good token');
            return end;
          }),
        store: (pair) =>
          effect('store', async () => {
            const commit = given.commits.shift() ?? 'told';
            if (commit === 'failed') throw new Error('the database is away');
            const versionBefore = grants.row()?.version;
            const end = await store.store(pair);
            const now = grants.row();
            if (end === 'stored' && now?.version !== versionBefore) {
              versions += 1;
              if (now?.pair) stored.add(now.pair.access);
            }
            if (commit === 'unheard') throw new Error('the connection was lost');
            return end;
          }),
      },
      spill: {
        keep: (pair) =>
          effect('spill', async () => {
            worker.disk.set(pair.attemptId, pair);
            const texts = JSON.parse(pair.sealedPair.toString()) as Texts; // what the memory store seals
            const known = byRefresh(texts.refresh);
            if (known) known.isInHand = true;
          }),
        forget: (pair) => effect('forget', async () => void worker.disk.delete(pair.attemptId)),
        left: async () => [...worker.disk.values()],
      },
      login: { refresh: login.refresh, revoke: (token) => effect('revoke', () => login.revoke(token)) },
      clock: {
        monotonicMs: () => nowMs,
        nowMs: () => nowMs + worker.skewMs,
        async wait(ms) {
          const due = nowMs + ms;
          await turn('wakes');
          nowMs = Math.max(nowMs, due);
          if (!worker.isAlive) return never;
        },
      },
      timings,
      revokeLeftovers: async () => {
        for (const { refresh } of grants.left) await effect('revoke', () => login.revoke(secretOf(refresh)));
      },
      newId: () => {
        names += 1;
        return `attempt-${names}`;
      },
      log: { info: () => undefined, warn: () => undefined },
    };
    worker.tokens = createGrantTokens(deps);
    worker.isAlive = true;
  }

  const workers = [-600_000, 0, 600_000].map((skewMs): Worker => {
    const worker: Worker = { skewMs, disk: new Map(), isAlive: true, tokens: undefined as unknown as GrantTokens }; // filled in by start
    start(worker);
    return worker;
  });
  const workerAt = (which: number): Worker => workers[which % workers.length] as Worker; // there are three

  function signIn(): void {
    if (grants.row()?.state === 'revoked') return;
    signIns += 1;
    const pair = mint(signIns, 'sign-in');
    pair.isInHand = true;
    stored.add(pair.access);
    grants.signIn({ access: pair.access, refresh: pair.refresh }, nowMs, lifeMs);
  }
  signIn();

  /** As the client does it: a call, and after a 401 a second one under another token. */
  async function use(which: number): Promise<'worked' | 'lapsed' | 'later'> {
    const source = workerAt(which).tokens.sourceFor(ref.tenantId, ref.grantId);
    for (let call = 0; call < 2; call += 1) {
      const wasRevoked = grants.row()?.state === 'revoked';
      try {
        const token = await source.bearer();
        const text = revealSecret(token);
        if (wasRevoked) violations.add('a revoked grant was used');
        if (!stored.has(text)) violations.add('a pair was used that was not stored');
        const pair = minted.find(({ access }) => access === text);
        if (pair && !pair.isRevoked && nowMs < pair.expiresAtMs) return 'worked';
        source.rejected(token);
      } catch (error) {
        const kind = faultIn(error)?.kind;
        if (kind === undefined) throw error;
        return kind === 'grant-lapsed' ? 'lapsed' : 'later';
      }
    }
    return 'later';
  }

  return {
    violations,
    grants,
    use,
    signIn,
    revoke: () => grants.revoke(),
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** It stops between two of its effects and never does the next one; the disk stays. */
    crash(which: number): void {
      workerAt(which).isAlive = false;
    },
    /** Another process in its place, which first takes up what lies on the disk. */
    async boot(which: number): Promise<void> {
      const worker = { ...workerAt(which) };
      workers[which % workers.length] = worker;
      start(worker);
      await worker.tokens.replay();
    },
    isAlive: (which: number) => workerAt(which).isAlive,
    /** Once all is quiet: whether a pair that was in our hands is the only good one, and not the row's. */
    judge(): void {
      const refreshed = minted.filter((pair) => pair.cameBy === 'refresh');
      const heardOf = refreshed.filter((pair) => pair.isInHand).length;
      if (heardOf > versions + grants.left.length) violations.add('there were more refreshes than versions and unknown outcomes');
      const row = grants.row();
      const present = row?.pair ? byRefresh(row.pair.refresh) : undefined;
      const isPresentGood = present !== undefined && !present.isSpent && !present.isRevoked;
      const inHand = minted.filter((pair) => pair.isInHand && !pair.isSpent);
      const isMissed = inHand.some((pair) => pair.signIn === signIns);
      if (row?.state !== 'revoked' && !isPresentGood && isMissed) violations.add('the only good pair was thrown away');
      if (
        row?.state === 'revoked' &&
        inHand.some((pair) => !pair.isRevoked && !grants.left.some((left) => left.refresh === pair.refresh))
      )
        violations.add('a pair of a revoked grant lives on');
    },
  };
}

export type GrantWorld = ReturnType<typeof createGrantWorld>;
