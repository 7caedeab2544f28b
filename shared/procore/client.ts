import type { AnyCompany } from '../domain/company.ts';
import type { RateBudget } from './budget.ts';
import type { ProcoreClient, TokenSource } from './contract.ts';

export type { Principal, ProcoreClient, ProcoreReply, ProcoreRequest, TokenSource } from './contract.ts';

export interface ClientTimings {
  /** From sending to the last byte of the answer. */
  readonly httpDeadlineMs: number;
  /** Longest wait, in all, that a read sits out; longer ones are thrown. */
  readonly inlineWaitMs: number;
}

/** One line a call, for logs and metrics: never a token, a body, or a query value. */
export interface CallRecord {
  readonly operationId: string;
  readonly method: string;
  readonly companyId: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly durationMs: number;
  readonly outcome: string;
}

export interface ProcoreClientSettings<Company extends AnyCompany> {
  /** `PROCORE_API_URL`. */
  readonly origin: string;
  readonly company: Company;
  readonly token: TokenSource;
  readonly budget: RateBudget;
  readonly budgetKey: string;
  readonly timings: ClientTimings;
  /** Told before every inline wait and about every second of it: heartbeats and shows it. */
  readonly onWait?: (untilMs: number, why: string) => void;
  readonly signal?: AbortSignal;
  readonly log?: (record: CallRecord) => void;
}

export function createProcoreClient<Company extends AnyCompany>(
  _settings: ProcoreClientSettings<Company>,
): ProcoreClient<Company> {
  throw new Error('not written yet');
}
