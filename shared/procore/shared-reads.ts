import type { AnyCompany } from '../domain/company.ts';
import type { Memory } from '../domain/memory.ts';
import type { ProcoreClient, ProcoreRequest } from './contract.ts';
import { collect } from './requests.ts';

/** Reads of the company as a whole that one check after the other makes. */
const shareable: ReadonlySet<string> = new Set(['getCompanyMe', 'listProjects']);
/** As long as checks that follow one another take; what a person mends meanwhile is seen by a second look. */
const atMostMs = 30_000;

/** What one check, the asker, shares with those before and after it. */
export interface SharedReads {
  /** The client with shared reads. `place`: whose answers they are, i.e. the credential. */
  of<Company extends AnyCompany>(client: ProcoreClient<Company>, place: string): ProcoreClient<Company>;
  /** Whether an answer was given that somebody else had asked for. All such are forgotten then: a second look asks Procore. */
  forgetGiven(): boolean;
}

/**
 * Gives an asker what another was answered within moments. Each answer serves an asker once: whoever looks again, asks Procore. After
 * a refusal nothing is shared any more: what explains it is asked anew.
 */
export function createSharedReads(memory: Memory, asker: string): SharedReads {
  const given = new Set<string>();
  let isRefused = false;

  async function noting<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      isRefused = true;
      throw error;
    }
  }

  async function shared<Answer>(place: string, request: ProcoreRequest<unknown>, ask: () => Promise<Answer>): Promise<Answer> {
    if (isRefused || !shareable.has(request.operationId)) return noting(ask);
    const key = JSON.stringify([place, request.operationId, request.path, request.query]);
    let isOwn = false;
    const askNow = async () => {
      isOwn = true;
      return { askers: new Set<string>(), answer: await noting(ask) };
    };
    let shown = await memory.recall(key, atMostMs, askNow);
    if (!isOwn && shown.askers.has(asker)) {
      memory.forget(key);
      shown = await memory.recall(key, atMostMs, askNow);
    }
    shown.askers.add(asker);
    if (!isOwn) given.add(key);
    return shown.answer;
  }

  return {
    of: (client, place) => ({
      ...client,
      call: (request) => shared(`${place} ${client.company.companyId}`, request, () => client.call(request)),
      pages: async function* (request) {
        yield await shared(`${place} ${client.company.companyId}`, request, () => collect(client.pages(request)));
      },
    }),
    forgetGiven() {
      const some = given.size > 0;
      for (const key of given) memory.forget(key);
      given.clear();
      return some;
    },
  };
}
