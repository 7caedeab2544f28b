import express, { type RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { readJson } from './json-text.ts';

/** Maximum bytes of a request body (contracts section 1). */
export const maxBodyBytes = 64 * 1024;

/** JSON is UTF-8; a charset parameter may only say so. */
const isJson = (contentType: string): boolean => /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType);

const hasBody = (headers: {
  readonly 'transfer-encoding'?: string | undefined;
  readonly 'content-length'?: string | undefined;
}): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * A JSON body: `application/json`, UTF-8, uncompressed, at most 64 KiB, no field named twice. A missing body is passed on as
 * `undefined`.
 */
export function jsonBody(): readonly RequestHandler[] {
  return [
    function checkContentType(request, _response, next) {
      const contentType = request.headers['content-type'];
      if (hasBody(request.headers) && (contentType === undefined || !isJson(contentType))) {
        throw new Problem('content-type-not-json', 'Send the body as JSON with the header Content-Type: application/json.', {
          errors: [{ field: 'Content-Type', message: 'send application/json' }],
        });
      }
      next();
    },
    express.raw({ limit: maxBodyBytes, inflate: false, type: () => true }),
    function parseJson(request, _response, next) {
      const bytes: unknown = request.body;
      request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? readJson(bytes) : undefined;
      next();
    },
  ];
}

/** A form of our own pages: a few short fields. */
export const formBody = (): RequestHandler =>
  express.urlencoded({ extended: false, limit: 4 * 1024, inflate: false, parameterLimit: 10 });
