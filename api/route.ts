import type { Logger } from 'pino';
import { z } from 'zod';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';
import { parseInput } from './input.ts';

/** What a key may do; each scope includes the ones before it. */
export const scopes = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** The holder of a tenant's key, during one request. */
export interface Caller {
  readonly tenantId: string;
  /** Actor id of the key, as used in the audit log and command rows. */
  readonly actorId: string;
  readonly scope: Scope;
  readonly requestId: string;
  readonly log: Logger;
  /** One transaction of the caller's tenant; a handler has no other access to the store. */
  readonly inTenant: <Result>(work: (db: Db) => Promise<Result>) => Promise<Result>;
  /**
   * One transaction that changes something, once per Idempotency-Key. Its result is stored in it; a request that is repeated
   * because its answer was lost gets that result, and the change is not made again in a state that has moved on. `what` names it.
   */
  readonly once: <Result>(what: string, answer: z.ZodType<Result>, work: (db: Db) => Promise<Result>) => Promise<Result>;
  /** Call it in the transaction that undoes such a change: the next repeat makes it again. */
  readonly takeBack: (db: Db, what: string) => Promise<void>;
  /** A new id; the same one if a request is repeated under its Idempotency-Key. */
  readonly idFor: (what: string) => string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface DocumentedAnswer {
  readonly says: string;
  readonly schema: z.ZodType;
  readonly example?: unknown;
}

interface RouteFacts {
  /** Stable id of the operation in the OpenAPI document. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'delete';
  /** Path with `{parameters}`. */
  readonly path: `/v1/${string}`;
  readonly scope: Scope;
  readonly family: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Statuses of refusals besides those of any operation of its method. */
  readonly refuses?: readonly number[];
  /** An example of the body, shown in the document. */
  readonly example?: unknown;
  /** For an answer that contains a bearer secret: what may be stored of it, and how to restore the whole. */
  readonly keeps?: {
    readonly hide: (body: unknown) => unknown;
    readonly reveal: (kept: unknown, dependencies: ApiDependencies) => unknown;
  };
}

interface RouteDefinition<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> extends RouteFacts {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly handle: (
    input: { readonly params: z.output<Params>; readonly query: z.output<Query>; readonly body: z.output<Body> },
    caller: Caller,
    dependencies: ApiDependencies,
  ) => Promise<Answer>;
}

/** One operation as data: it is mounted, documented and tested from this. */
export interface Route extends RouteFacts {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  /** Parses everything, or throws; nothing happens until `run` of the result is called. */
  readonly parse: (raw: RawInput) => { readonly run: (caller: Caller, dependencies: ApiDependencies) => Promise<Answer> };
}

export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  /** `undefined` if there was no body. */
  readonly body: unknown;
}

/** For a part in which nothing is expected. */
export const nothing = z.strictObject({});

export function route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  definition: RouteDefinition<Params, Query, Body>,
): Route {
  const { handle, ...facts } = definition;
  return {
    ...facts,
    parse: (raw) => {
      const params = parseInput(definition.params, raw.params, 'path');
      const query = parseInput(definition.query, raw.query, 'query');
      const body = parseInput(definition.body, raw.body === undefined ? {} : raw.body, 'body');
      return { run: (caller, dependencies) => handle({ params, query, body }, caller, dependencies) };
    },
  };
}
