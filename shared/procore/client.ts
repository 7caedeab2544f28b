import type { AnyCompany, NoCompany } from '../domain/company.ts';
import { Fault, faultIn } from '../domain/faults.ts';
import { type Clock, realClock } from '../http/clock.ts';
import { createExchange, type Incoming } from '../http/exchange.ts';
import { castingFailures, effectOf, requestIdOf, tooLate, withEffect } from '../http/far-side-errors.ts';
import { patienceFor } from '../http/patience.ts';
import type { Secret } from '../security/secret.ts';
import { answerOf, bodyOf } from './answers.ts';
import type { Asker, RateBudget, RateFacts, Refused } from './budget.ts';
import type { OpenAnswer, ProcoreClient, ProcoreRequest, TokenSource } from './contract.ts';
import { faultOfAnswer } from './errors.ts';
import { allPages, pageFacts } from './paging.ts';
import { readRateFacts } from './rate-facts.ts';
import { proofOf, sendOnce } from './sending.ts';
import { waitWords } from './wait-words.ts';

export type { ProcoreClient, TokenSource } from './contract.ts';

export interface ClientTimings {
  /** From sending to the last byte of the response. */
  readonly httpDeadlineMs: number;
  /** The longest total inline wait of a read; longer waits are thrown. */
  readonly inlineWaitMs: number;
}

/** One log line per attempt, for logs and metrics: never a token, a body, a URL or a query value. */
export interface CallRecord {
  readonly operationId: string;
  readonly method: string;
  readonly companyId: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly durationMs: number;
  /** `ok`, or the kind of the fault. */
  readonly outcome: string;
}

export interface ProcoreClientSettings<Company extends AnyCompany | NoCompany> {
  /** `PROCORE_API_URL`. */
  readonly origin: string;
  readonly company: Company;
  readonly token: TokenSource;
  readonly budget: RateBudget;
  /** Whose limits the calls count against, in which lane, and for whom. */
  readonly asker: Asker;
  readonly timings: ClientTimings;
  /** Called at the start and about every second of an inline wait: heartbeats, and shows until when and why. */
  readonly onWait?: (untilMs: number, why: string) => void;
  readonly signal?: AbortSignal;
  readonly log?: (record: CallRecord) => void;
  readonly clock?: Clock;
}

type Call = Pick<ProcoreRequest<unknown>, 'operationId' | 'method' | 'path' | 'query' | 'effect' | 'mayStillSend'>;
type Head = Pick<Incoming, 'status' | 'headers'>;

interface Attempt<Answer, T> {
  readonly answer: Answer;
  readonly value: T;
}

/** How one attempt of a call is sent, and how its response is read. */
interface Way<Answer extends Head, T> {
  send(token: Secret): Promise<Answer>;
  /** Throws the fault of a refusal. */
  take(answer: Answer, blockedUntilMs: number | undefined): T;
}

/** Procore as one principal in one company (see `ProcoreClient`). Throws a `Fault` at once if the company id is malformed. */
export function createProcoreClient<Company extends AnyCompany | NoCompany>(
  settings: ProcoreClientSettings<Company>,
): ProcoreClient<Company> {
  const { company, token: tokens, signal } = settings;
  if (company.standing !== 'none' && !/^\d{1,20}$/.test(company.companyId))
    throw new Fault('company-not-visible', { seen: 'The company id is not a number.' });
  const clock = settings.clock ?? realClock;
  const exchange = createExchange({ base: settings.origin, deadlineMs: settings.timings.httpDeadlineMs });
  const waiting = { clock, inlineWaitMs: settings.timings.inlineWaitMs, onWait: settings.onWait, signal };

  async function perform<Answer extends Head, T>(request: Call, way: Way<Answer, T>): Promise<Attempt<Answer, T>> {
    const sitOut = patienceFor(request.effect, waiting);
    let renewed = false;
    for (;;) {
      signal?.throwIfAborted();
      const token = await bearer(request);
      const room = await settings.budget.reserve(settings.asker, clock.nowMs());
      if (!room.granted) {
        await sitOut(exhausted(request, settings.asker, room));
        continue;
      }
      if (request.mayStillSend?.() === false) throw tooLate(clock.nowMs());
      try {
        return await attempt(request, way, token, room.reservedAt);
      } catch (error) {
        const fault = faultIn(error);
        if (!fault) throw error;
        if (fault.detail.waitUntilMs !== undefined) await sitOut(fault);
        else if (fault.detail.status === 401 && fault.kind !== 'app-not-connected' && !renewed) {
          renewed = true;
          tokens.rejected(token);
        } else throw fault;
      }
    }
  }

  /** If the token fails, nothing of the call was sent yet. */
  async function bearer(request: Call): Promise<Secret> {
    try {
      return await tokens.bearer(signal);
    } catch (error) {
      throw error instanceof Fault ? withEffect(error, effectOf(request.effect, true)) : error;
    }
  }

  async function attempt<Answer extends Head, T>(
    request: Call,
    way: Way<Answer, T>,
    token: Secret,
    reservedAt: number,
  ): Promise<Attempt<Answer, T>> {
    const startedMs = clock.nowMs();
    let answer: Answer | undefined;
    let outcome = 'ok';
    try {
      answer = await way.send(token);
      const facts = readRateFacts(answer.status, answer.headers, clock.nowMs());
      await learn(facts, reservedAt);
      return { answer, value: way.take(answer, facts.blockedUntilMs) };
    } catch (error) {
      outcome = faultIn(error)?.kind ?? 'cancelled';
      throw error;
    } finally {
      settings.log?.({
        operationId: request.operationId,
        method: request.method,
        companyId: company.companyId,
        status: answer?.status ?? null,
        requestId: answer ? (requestIdOf(answer) ?? null) : null,
        durationMs: clock.nowMs() - startedMs,
        outcome,
      });
    }
  }

  /** The budget is advisory: failing to store it must not turn an answered write into an unknown one. */
  async function learn(facts: RateFacts, reservedAt: number): Promise<void> {
    if (!facts.window && facts.blockedUntilMs === undefined) return;
    await settings.budget.learn(settings.asker.budgetKey, facts, reservedAt).catch(() => {});
  }

  const textual = <T>(request: ProcoreRequest<T>): Way<Incoming, T> => ({
    send: (token) => sendOnce(exchange, proofOf(token, company.companyId), request, signal),
    take(answer, blockedUntilMs) {
      if (answer.status >= 200 && answer.status <= 299) return answerOf(request, answer);
      throw faultOfAnswer(request, tokens.principal, answer, bodyOf(answer), blockedUntilMs);
    },
  });

  return {
    company,
    principal: tokens.principal,
    async open<Answer extends OpenAnswer>(operationId: string, send: (headers: Record<string, string>) => Promise<Answer>) {
      const call = { operationId, method: 'GET', path: '', effect: 'read' } as const;
      const { value } = await perform<Answer, Answer>(call, {
        send: (token) =>
          castingFailures({ called: operationId, effect: 'read', signal }, () => send(proofOf(token, company.companyId))),
        take(answer, blockedUntilMs) {
          if (isOpened(answer.status)) return answer;
          answer.discard();
          throw faultOfAnswer(call, tokens.principal, answer, undefined, blockedUntilMs);
        },
      });
      return value;
    },
    async call(request) {
      const { answer, value } = await perform(request, textual(request));
      return {
        value,
        status: answer.status,
        requestId: requestIdOf(answer) ?? null,
        total: pageFacts(answer.headers, null).total,
      };
    },
    pages: (request) =>
      allPages(request, async (page) => {
        const { answer, value } = await perform(page, textual(page));
        return { rows: value, ...pageFacts(answer.headers, page.query?.['per_page']) };
      }),
  };
}

/** Redirects and missing files are not refusals of the caller. */
const isOpened = (status: number): boolean => (status >= 200 && status <= 399) || status === 404 || status === 410;

const exhausted = (request: Call, { lane }: Asker, room: Refused): Fault =>
  new Fault('rate-limited', {
    seen: waitWords(lane, room),
    waitUntilMs: room.waitUntilMs,
    effect: effectOf(request.effect, true),
  });
