import axios, { type AxiosResponse } from 'axios';
import { attemptWithin } from './attempt.ts';
import { type Query, urlBelow } from './far-side-url.ts';
import { agentsFor, watchedTransport } from './transport.ts';

/** The policy for every outbound call. One per far side: a bearer token for one can never reach another. */
export interface EgressPolicy {
  /** Configured URL of the far side; nothing outside it is ever called. */
  readonly base: string;
  /** From the start to the last byte of the response. */
  readonly deadlineMs: number;
  readonly maxAnswerBytes?: number;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: OutgoingBody | undefined;
  readonly effect: 'read' | 'write';
  readonly signal?: AbortSignal | undefined;
}

export type OutgoingBody = ({ readonly text: string } | { readonly bytes: Buffer }) & { readonly contentType: string };

/** A response of any status. Redirects are returned too; none is followed. Header names are in lower case. */
export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Exchange = (outgoing: Outgoing) => Promise<Incoming>;

/** The same with the raw body. */
export interface IncomingBytes extends Omit<Incoming, 'text'> {
  readonly bytes: Buffer;
}

const defaultMaxAnswerBytes = 16 * 1024 * 1024;

/** Creates the only function that calls a far side: one attempt, no proxy, no redirects. Throws only `TransportFailure`. */
export function createExchange(policy: EgressPolicy): Exchange {
  return async (outgoing) => {
    const answer = await attempted<string>(policy, outgoing, 'text');
    return { status: answer.status, headers: headersOf(answer), text: answer.data ?? '' };
  };
}

/** The same for binary responses, held in memory: ranges of a file, never a whole file. */
export function createByteExchange(policy: EgressPolicy): (outgoing: Outgoing) => Promise<IncomingBytes> {
  return async (outgoing) => {
    const answer = await attempted<Buffer>(policy, outgoing, 'arraybuffer');
    return { status: answer.status, headers: headersOf(answer), bytes: answer.data ?? Buffer.alloc(0) };
  };
}

async function attempted<Body>(
  policy: EgressPolicy,
  outgoing: Outgoing,
  responseType: 'text' | 'arraybuffer',
): Promise<AxiosResponse<Body>> {
  const url = urlBelow(policy.base, outgoing.path, outgoing.query);
  const attempt = attemptWithin(policy.deadlineMs, outgoing.signal);
  const { body } = outgoing;
  try {
    attempt.begin();
    return await axios.request<Body>({
      url: url.href,
      method: outgoing.method,
      headers: { ...outgoing.headers, ...(body && { 'content-type': body.contentType }) },
      data: body && ('text' in body ? body.text : body.bytes),
      adapter: 'http',
      transport: watchedTransport(url.protocol === 'https:', attempt.connected),
      ...agentsFor(outgoing.effect),
      proxy: false,
      maxRedirects: 0,
      maxContentLength: policy.maxAnswerBytes ?? defaultMaxAnswerBytes,
      responseType,
      transformRequest: [(sent: unknown) => sent],
      transformResponse: [(came: unknown) => came],
      validateStatus: () => true,
      signal: attempt.signal,
    });
  } catch (error) {
    throw attempt.failure(error);
  } finally {
    attempt.end();
  }
}

/** Names in lower case; repeated headers are dropped. */
export function headersOf(answer: AxiosResponse): Record<string, string> {
  const entries = Object.entries(answer.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
