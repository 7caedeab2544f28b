import type { Sandbox } from '../../sandbox/start.ts';
import { Fault, type FaultKind } from '../../shared/domain/faults.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { type Answered, createRelay, type Meddling, type Passing, type Relay } from './relay.ts';
import type { ClientSubject, ListSubject, WriteSubject } from './subject.ts';

export interface Opening {
  readonly httpDeadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly secret?: () => Promise<never>;
  readonly onWait?: (untilMs: number) => void;
  readonly onCall?: () => void;
  readonly origins?: Readonly<Record<string, string>>;
  readonly shown?: Readonly<Record<string, string>>;
}

/** A partner before its sandbox, with a relay between them. */
export interface ClientBench {
  readonly partner: Partner;
  readonly subject: ClientSubject;
  readonly relay: Relay;
  readonly origins: Readonly<Record<string, string>>;
  /** A client as `connect` makes it; each has a session of its own. */
  open(opening?: Opening): unknown;
  /** What happens to every request that is no login. */
  meddle(meddling: Meddling): void;
  /** Every request that is no login is answered so. */
  answer(given: Partial<Answered>): void;
  /** Requests that were no login. */
  calls(): readonly Passing[];
  committed(): number;
}

export async function openClientBench(partner: Partner, subject: ClientSubject, sandbox: Sandbox): Promise<ClientBench> {
  const relay = createRelay();
  const origins = await subject.origins((origin) => relay.before(origin));
  const mark = sandbox.world.ledger.last;
  let opened = 0;
  const bench: ClientBench = {
    partner,
    subject,
    relay,
    origins,
    open(opening = {}) {
      opened += 1;
      return partner.connect({
        key: `conformance:${mark}:${opened}`,
        shown: opening.shown ?? subject.login.shown,
        secret: opening.secret ?? (async () => secretOf(subject.login.secret)),
        origins: opening.origins ?? origins,
        timings: { httpDeadlineMs: opening.httpDeadlineMs ?? 5000, inlineWaitMs: 3000 },
        signal: opening.signal ?? new AbortController().signal,
        onWait: opening.onWait ?? (() => undefined),
        onCall: opening.onCall ?? (() => undefined),
      });
    },
    meddle: (meddling) =>
      relay.meddle((passing, forward) => (subject.isLogin(passing.path) ? forward() : meddling(passing, forward))),
    answer: (given) => bench.meddle(async () => ({ status: 200, headers: {}, text: '', ...given })),
    calls: () => relay.seen.filter(({ path }) => !subject.isLogin(path)),
    committed: () => sandbox.world.ledger.after(mark).filter(({ committed }) => committed !== undefined).length,
  };
  return bench;
}

/** Every row of a list, in the order in which they came. */
export async function rowsOf(list: ListSubject, client: unknown): Promise<readonly { readonly id: string }[]> {
  const rows: { readonly id: string }[] = [];
  for await (const page of list.read(client)) rows.push(...page);
  return rows;
}

export const always = (): boolean => true;

/** Those of its first page alone. */
export async function firstRowsOf(list: ListSubject, client: unknown): Promise<readonly { readonly id: string }[]> {
  for await (const page of list.read(client)) return page;
  return [];
}

/** What a call throws; that it throws anything but a `Fault`, or nothing, is a failure of its own. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown = await work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw new Error(`a Fault was to be thrown, not: ${String(thrown)}`);
}

export const firstList = ({ subject }: ClientBench): ListSubject => must(subject.lists[0]);
export const firstWrite = ({ subject }: ClientBench): WriteSubject => must(subject.writes[0]);

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a partner has a list and a write');
  return value;
}

/** Throws, saying what differs. */
export function same(seen: unknown, meant: unknown, what: string): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(meant)];
  if (left !== right) throw new Error(`${what}: ${left} instead of ${right}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export const isKind = (fault: Fault, ...kinds: readonly FaultKind[]): void =>
  holds(kinds.includes(fault.kind), `${fault.kind} instead of ${kinds.join(' or ')}: ${fault.message}`);
