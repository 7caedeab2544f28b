import { z } from 'zod';
import type { AnyCompany, BoundCompany } from '../../../shared/domain/company.ts';
import { claimedCompany } from '../../../shared/domain/company.ts';
import { Fault } from '../../../shared/domain/faults.ts';
import type { Lane } from '../../../shared/domain/lanes.ts';
import type { Clock } from '../../../shared/http/clock.ts';
import type { Asker } from '../../../shared/procore/budget.ts';
import { createProcoreClient, type ProcoreClientSettings } from '../../../shared/procore/client.ts';
import type { ProcoreClient, ProcoreRequest, TokenSource } from '../../../shared/procore/contract.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';

export const bearerText = 'bearer-that-nobody-may-see';
export const companyId = '9007199254740993';

/** A source that always has a token, and counts how often one was refused. */
export function tokenSource(principal: TokenSource['principal'] = 'service', text = bearerText) {
  const state = { rejections: 0 };
  const source: TokenSource = {
    principal,
    bearer: async () => secretOf(text),
    rejected: () => {
      state.rejections += 1;
    },
  };
  return { source, state };
}

/** Time that passes only while somebody waits. */
export function fakeClock(startMs = Date.now()): Clock & { readonly waits: number[] } {
  let nowMs = startMs;
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => nowMs,
    async wait(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
    },
  };
}

export const askerOf = (budgetKey: string, lane: Lane = 'polling'): Asker => ({
  budgetKey,
  lane,
  tenant: 'tenant',
  part: 'part',
});

type Overrides = Partial<ProcoreClientSettings<AnyCompany>>;

/** A client as a test needs it; its company counts as bound, which only the store can say elsewhere. */
export function clientOf(origin: string, overrides: Overrides = {}): ProcoreClient<BoundCompany> {
  const settings: ProcoreClientSettings<AnyCompany> = {
    origin,
    company: claimedCompany(companyId),
    token: tokenSource().source,
    budget: createMemoryBudget(),
    asker: askerOf('test'),
    timings: { httpDeadlineMs: 2000, inlineWaitMs: 20_000 },
    ...overrides,
  };
  return createProcoreClient(settings) as ProcoreClient<BoundCompany>;
}

export const aRead: ProcoreRequest<unknown> = {
  operationId: 'readSomething',
  method: 'GET',
  path: '/rest/v1.0/projects/5/things',
  answer: z.unknown(),
  effect: 'read',
};

export const aWrite: ProcoreRequest<{ id: string | number }> = {
  operationId: 'writeSomething',
  method: 'POST',
  path: '/rest/v1.0/projects/5/things',
  body: { thing: { name: 'crane' } },
  answer: z.object({ id: z.union([z.string(), z.number()]) }),
  effect: 'write',
};

/** The fault a call ends with; the test fails when it ends well or with something else. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the call was expected to end with a fault');
}
