import axios, { type AxiosResponse } from 'axios';
import { attemptWithin } from './attempt.ts';
import { type Query, urlBelow } from './far-side-url.ts';
import { agentsFor, watchedTransport } from './transport.ts';

/** The policy every outbound call passes. One far side each: a bearer for one can never reach another. */
export interface EgressPolicy {
  /** Configured address of the far side; nothing outside it is ever called. */
  readonly base: string;
  /** From the start to the last byte of the answer. */
  readonly deadlineMs: number;
  readonly maxAnswerBytes?: number;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly text: string; readonly contentType: string } | undefined;
  readonly effect: 'read' | 'write';
  readonly signal?: AbortSignal | undefined;
}

/** An answer of any status. Redirects are answers too; none is followed. Header names are in lower case. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Exchange = (outgoing: Outgoing) => Promise<Incoming>;

const defaultMaxAnswerBytes = 16 * 1024 * 1024;

/** Makes the one function that calls a far side: exactly one attempt, no proxy, no redirect. Throws only `TransportFailure`. */
export function createExchange(policy: EgressPolicy): Exchange {
  return async (outgoing) => {
    const url = urlBelow(policy.base, outgoing.path, outgoing.query);
    const attempt = attemptWithin(policy.deadlineMs, outgoing.signal);
    try {
      attempt.begin();
      const answer = await axios.request<string>({
        url: url.href,
        method: outgoing.method,
        headers: { ...outgoing.headers, ...(outgoing.body && { 'content-type': outgoing.body.contentType }) },
        data: outgoing.body?.text,
        adapter: 'http',
        transport: watchedTransport(url.protocol === 'https:', attempt.connected),
        ...agentsFor(outgoing.effect),
        proxy: false,
        maxRedirects: 0,
        maxContentLength: policy.maxAnswerBytes ?? defaultMaxAnswerBytes,
        responseType: 'text',
        transformRequest: [(text: unknown) => text],
        transformResponse: [(text: unknown) => text],
        validateStatus: () => true,
        signal: attempt.signal,
      });
      return { status: answer.status, headers: headersOf(answer), text: answer.data ?? '' };
    } catch (error) {
      throw attempt.failure(error);
    } finally {
      attempt.end();
    }
  };
}

/** Names in lower case; of what came several times, nothing. */
export function headersOf(answer: AxiosResponse): Record<string, string> {
  const entries = Object.entries(answer.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
