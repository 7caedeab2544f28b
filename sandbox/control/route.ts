import { z } from 'zod';

/** One door of the control API. Its schemas are both what lets a request in and what the OpenAPI document shows. */
export interface Route {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Parameters in braces, as OpenAPI writes them. */
  path: string;
  summary: string;
  body?: z.ZodType;
  query?: z.ZodObject;
  /** Parses and acts; a `ZodError` is the caller's fault. What it answers becomes the JSON body; undefined is 204. */
  handle(request: { body: unknown; query: unknown; path: unknown }): unknown;
}

const noFields = z.strictObject({});

/** A door that changes something. */
export function act<Body extends z.ZodType>(
  method: 'post' | 'patch',
  path: string,
  summary: string,
  body: Body,
  run: (body: z.output<Body>) => unknown,
): Route {
  return { method, path, summary, body, handle: (request) => run(body.parse(request.body ?? {})) };
}

/** A door that only shows. */
export function read<Query extends z.ZodObject>(
  path: string,
  summary: string,
  query: Query,
  run: (query: z.output<Query>) => unknown,
): Route {
  return { method: 'get', path, summary, query, handle: (request) => run(query.parse(request.query)) };
}

/** A door that shows everything there is. */
export function readAll(path: string, summary: string, run: () => unknown): Route {
  return read(path, summary, noFields, run);
}
