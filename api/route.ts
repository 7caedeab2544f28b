import type { Logger } from 'pino';
import { z } from 'zod';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';
import { parseInput } from './input.ts';

/** What a key may do; each scope includes the ones before it. */
export const scopes = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Whoever holds the key of a tenant, for the length of one request. */
export interface Caller {
  readonly tenantId: string;
  /** Actor id of the key, as the audit log and command rows name it. */
  readonly actorId: string;
  readonly scope: Scope;
  readonly requestId: string;
  readonly log: Logger;
  /** One unit of work of the caller's tenant; a handler has no other way to the store. */
  readonly inTenant: <Result>(work: (db: Db) => Promise<Result>) => Promise<Result>;
  /**
   * One unit of work that changes something, once for each Idempotency-Key: what it answered is noted in it, and a request that is
   * repeated because its answer was lost is given that, without doing it again in a world that has gone on. `what` names it.
   */
  readonly once: <Result>(what: string, answer: z.ZodType<Result>, work: (db: Db) => Promise<Result>) => Promise<Result>;
  /** In a unit of work that takes such a one back: the next repeat does it again. */
  readonly takeBack: (db: Db, what: string) => Promise<void>;
  /** A new id; the same one again when a request is repeated under its Idempotency-Key. */
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
  /** Statuses of refusals beside those that any operation of its method may answer with. */
  readonly refuses?: readonly number[];
  /** An example of the body, shown in the document. */
  readonly example?: unknown;
  /** For an answer that carries a bearer secret: what may be kept of it, and how the whole is made again. */
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

/** One operation as data: what mounts it, documents it and tests it. */
export interface Route extends RouteFacts {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  /** Parses everything, or throws; nothing has happened until `run` is called on what it answers. */
  readonly parse: (raw: RawInput) => { readonly run: (caller: Caller, dependencies: ApiDependencies) => Promise<Answer> };
}

export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  /** `undefined`: no body came. */
  readonly body: unknown;
}

/** For a place where nothing is expected. */
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
