import { isDeepStrictEqual } from 'node:util';
import type { AnyCompany } from '../domain/company.ts';
import type { Memory } from '../domain/memory.ts';
import type { ProcoreClient, ProcoreRequest } from './contract.ts';
import { collect } from './requests.ts';

/** Reads of the whole company that consecutive checks repeat. */
const shareable: ReadonlySet<string> = new Set(['getCompanyMe', 'listProjects']);
/** As long as consecutive checks take; a second look reads again and sees what a person fixed meanwhile. */
const atMostMs = 30_000;

/** What one check, the asker, shares with those before and after it. */
export interface SharedReads {
  /** The client with shared reads, per credential. */
  of<Company extends AnyCompany>(client: ProcoreClient<Company>, credential: string): ProcoreClient<Company>;
  /**
   * Repeats the reads that were served from others' responses, and returns whether any has changed; the new responses are served
   * next.
   */
  haveChanged(): Promise<boolean>;
}

/**
 * Serves an asker the response that another got moments ago. Each response serves an asker once: asking again calls Procore.
 * After a refusal nothing is shared any more: what explains it is read afresh.
 */
export function createSharedReads(memory: Memory, asker: string): SharedReads {
  const given = new Map<string, Given>();
  let isRefused = false;

  async function noting<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      isRefused = true;
      throw error;
    }
  }

  async function shared<Answer>(read: Read<Answer>): Promise<Answer> {
    const { place, request, ask, saying } = read;
    if (isRefused || !shareable.has(request.operationId)) return noting(ask);
    const key = JSON.stringify([place, request.operationId, request.path, request.query]);
    let isOwn = false;
    const recalled = () =>
      memory.recall(key, atMostMs, async () => {
        isOwn = true;
        return { askers: new Set<string>(), answer: await noting(ask) };
      });
    const askedNow = () => {
      memory.forget(key);
      return recalled();
    };
    let shown = await recalled();
    if (!isOwn && shown.askers.has(asker)) shown = await askedNow();
    shown.askers.add(asker);
    const { answer } = shown;
    if (!isOwn) given.set(key, { says: saying(answer), askedNow: async () => saying((await askedNow()).answer) });
    return answer;
  }

  return {
    of(client, credential) {
      const place = `${credential} ${client.company.companyId}`;
      return {
        ...client,
        call: (request) => shared({ place, request, ask: () => client.call(request), saying: ({ value }) => value }),
        pages: async function* (request) {
          yield await shared({ place, request, ask: () => collect(client.pages(request)), saying: (rows) => rows });
        },
      };
    },
    async haveChanged() {
      const before = [...given.values()];
      given.clear();
      const now = await Promise.allSettled(before.map(({ askedNow }) => askedNow()));
      return now.some((seen, index) => seen.status === 'rejected' || !isDeepStrictEqual(seen.value, before[index]?.says));
    },
  };
}

interface Read<Answer> {
  readonly place: string;
  readonly request: ProcoreRequest<unknown>;
  readonly ask: () => Promise<Answer>;
  /** The part of a response by which a change is detected. */
  readonly saying: (answer: Answer) => unknown;
}

interface Given {
  readonly says: unknown;
  readonly askedNow: () => Promise<unknown>;
}
