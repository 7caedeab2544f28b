import type { AnyCompany, NoCompany } from '../domain/company.ts';
import { Fault, faultIn } from '../domain/faults.ts';
import { type Clock, realClock } from '../http/clock.ts';
import { stringifyExact } from '../http/exact-json.ts';
import { createExchange, type Exchange, type Incoming } from '../http/exchange.ts';
import { TransportFailure } from '../http/transport-failure.ts';
import { revealSecret, type Secret } from '../security/secret.ts';
import { answerOf, bodyOf } from './answers.ts';
import type { Asker, RateBudget, RateFacts, Refused } from './budget.ts';
import type { ProcoreClient, ProcoreRequest, TokenSource } from './contract.ts';
import { effectOf, faultOfAnswer, faultOfTransport, requestIdOf, withEffect } from './errors.ts';
import { allPages, pageFacts } from './paging.ts';
import { patienceFor } from './patience.ts';
import { readRateFacts } from './rate-facts.ts';
import { waitWords } from './wait-words.ts';

export type { ProcoreClient, TokenSource } from './contract.ts';

export interface ClientTimings {
  /** From sending to the last byte of the answer. */
  readonly httpDeadlineMs: number;
  /** Longest wait, in all, that a read sits out; longer ones are thrown. */
  readonly inlineWaitMs: number;
}

/** One line an attempt, for logs and metrics: never a token, a body, an address or a query value. */
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
  /** Told at the start and about every second of an inline wait: heartbeats, and shows until when and why. */
  readonly onWait?: (untilMs: number, why: string) => void;
  readonly signal?: AbortSignal;
  readonly log?: (record: CallRecord) => void;
  readonly clock?: Clock;
}

interface Attempt<T> {
  readonly answer: Incoming;
  readonly value: T;
}

/** Procore as one principal in one company (see `ProcoreClient`). Throws a `Fault` at once for a company id that cannot be one. */
export function createProcoreClient<Company extends AnyCompany | NoCompany>(
  settings: ProcoreClientSettings<Company>,
): ProcoreClient<Company> {
  const { company, token: tokens, signal } = settings;
  if (company.standing !== 'none' && !/^\d{1,20}$/.test(company.companyId))
    throw new Fault('company-not-visible', { seen: 'The company id is not a number.' });
  const clock = settings.clock ?? realClock;
  const exchange = createExchange({ base: settings.origin, deadlineMs: settings.timings.httpDeadlineMs });
  const waiting = { clock, inlineWaitMs: settings.timings.inlineWaitMs, onWait: settings.onWait ?? (() => {}), signal };

  async function perform<T>(request: ProcoreRequest<T>): Promise<Attempt<T>> {
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
      if (request.mayStillSend?.() === false) throw tooLate(request, clock.nowMs());
      try {
        return await attempt(request, token, room.reservedAt);
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

  /** Nothing of the call was sent yet, whatever went wrong with its token. */
  async function bearer(request: ProcoreRequest<unknown>): Promise<Secret> {
    try {
      return await tokens.bearer(signal);
    } catch (error) {
      throw error instanceof Fault ? withEffect(error, effectOf(request, true)) : error;
    }
  }

  async function attempt<T>(request: ProcoreRequest<T>, token: Secret, reservedAt: number): Promise<Attempt<T>> {
    const startedMs = clock.nowMs();
    let answer: Incoming | undefined;
    let outcome = 'ok';
    try {
      answer = await sendOnce(exchange, company.companyId, request, token, signal);
      const facts = readRateFacts(answer.status, answer.headers, clock.nowMs());
      await learn(facts, reservedAt);
      if (answer.status < 200 || answer.status > 299) {
        throw faultOfAnswer(request, tokens.principal, answer, bodyOf(answer), facts.blockedUntilMs);
      }
      return { answer, value: answerOf(request, answer) };
    } catch (error) {
      outcome = faultIn(error)?.kind ?? 'cancelled';
      throw error;
    } finally {
      settings.log?.({
        operationId: request.operationId,
        method: request.method,
        companyId: company.companyId,
        status: answer?.status ?? null,
        requestId: answer ? requestIdOf(answer) : null,
        durationMs: clock.nowMs() - startedMs,
        outcome,
      });
    }
  }

  /** The budget is advice: that it cannot be stored must not turn an answered write into an unknown one. */
  async function learn(facts: RateFacts, reservedAt: number): Promise<void> {
    if (!facts.window && facts.blockedUntilMs === undefined) return;
    await settings.budget.learn(settings.asker.budgetKey, facts, reservedAt).catch(() => {});
  }

  return {
    company,
    principal: tokens.principal,
    async call(request) {
      const { answer, value } = await perform(request);
      return { value, status: answer.status, requestId: requestIdOf(answer), total: pageFacts(answer.headers, null).total };
    },
    pages: (request) =>
      allPages(request, async (page) => {
        const { answer, value } = await perform(page);
        return { rows: value, ...pageFacts(answer.headers, page.query?.['per_page']) };
      }),
  };
}

/** Queued again at once, under a claim of its own. */
const tooLate = (request: ProcoreRequest<unknown>, nowMs: number): Fault =>
  new Fault('vendor-unavailable', {
    seen: 'The call had waited too long to be sent.',
    waitUntilMs: nowMs,
    effect: effectOf(request, true),
  });

const exhausted = (request: ProcoreRequest<unknown>, { lane }: Asker, room: Refused): Fault =>
  new Fault('rate-limited', {
    seen: waitWords(lane, room),
    waitUntilMs: room.waitUntilMs,
    effect: effectOf(request, true),
  });

/** One HTTP attempt, every failure of it cast. A cancelled call throws the signal's reason, unless a write may have happened. */
async function sendOnce(
  exchange: Exchange,
  companyId: string,
  request: ProcoreRequest<unknown>,
  token: Secret,
  signal: AbortSignal | undefined,
): Promise<Incoming> {
  try {
    return await exchange({
      method: request.method,
      path: request.path,
      query: request.query,
      effect: request.effect,
      signal,
      headers: {
        authorization: `Bearer ${revealSecret(token)}`,
        accept: 'application/json',
        ...(companyId !== '' && { 'procore-company-id': companyId }),
      },
      body: request.body === undefined ? undefined : { text: stringifyExact(request.body), contentType: 'application/json' },
    });
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    if (error.kind === 'cancelled' && !(request.effect === 'write' && error.sent)) signal?.throwIfAborted();
    throw faultOfTransport(request, error);
  }
}
