import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../shared/domain/canonical-json.ts';
import { claimKey, type KeyedRequest, keepAnswer, releaseKey } from '../shared/store/idempotency.ts';
import type { ApiDependencies } from './dependencies.ts';
import { invalid, Problem } from './problem.ts';
import type { Answer, Caller, Route } from './route.ts';

const keyForm = /^[\x21-\x7e]{8,200}$/;

/** A repeat-safe request: its key as sent, and what it asks for. */
export interface Repeatable {
  readonly key: string;
  readonly asked: { readonly method: string; readonly path: string; readonly query: unknown; readonly body: unknown };
}

/** Reads the header; undefined if none was sent. */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!keyForm.test(header)) throw invalid('Idempotency-Key', 'send 8 to 200 visible ASCII characters, such as a UUID');
  return header;
}

/** An id that is the same for a repeat under the same key (UUID version 8). */
export function repeatedId(tenantId: string, repeatable: Repeatable, what: string): string {
  const hash = createHmac('sha256', repeatable.key)
    .update(canonicalJson([tenantId, repeatable.asked, what]))
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

export function keyedRequest(tenantId: string, restoreEpoch: string, repeatable: Repeatable): KeyedRequest {
  return {
    tenantId,
    restoreEpoch,
    keyHash: createHash('sha256').update(`${tenantId}\n${repeatable.key}`).digest(),
    // keyed with what only the client knows: a password in the body cannot be guessed from the row
    requestHash: createHmac('sha256', repeatable.key).update(canonicalJson(repeatable.asked)).digest(),
  };
}

/** Runs a POST at most once per key; a repeat gets the first answer, marked `replayed`. */
export async function answerOnce(
  route: Route,
  repeatable: Repeatable,
  caller: Caller,
  dependencies: ApiDependencies,
  work: () => Promise<Answer>,
): Promise<Answer & { readonly replayed: boolean }> {
  const request = keyedRequest(caller.tenantId, dependencies.settings.restoreEpoch, repeatable);
  const claim = await caller.inTenant((db) => claimKey(db, request));
  if (claim.kind === 'other-request') {
    throw new Problem('idempotency-key-reused', 'Send a new Idempotency-Key with a new request.', {
      errors: [{ field: 'Idempotency-Key', message: 'send a key that was not used for another request' }],
    });
  }
  if (claim.kind === 'in-progress') {
    throw new Problem('idempotency-in-progress', 'Repeat the request in a moment to get its answer.', {
      headers: { 'Retry-After': '1' },
    });
  }
  if (claim.kind === 'answered') {
    return {
      status: claim.status,
      body: route.keeps ? route.keeps.reveal(claim.body, dependencies) : claim.body,
      replayed: true,
    };
  }
  try {
    const answer = await work();
    const kept = route.keeps ? route.keeps.hide(answer.body) : answer.body;
    await caller.inTenant((db) => keepAnswer(db, request, answer.status, kept));
    return { ...answer, replayed: false };
  } catch (error) {
    await caller
      .inTenant((db) => releaseKey(db, request))
      .catch((failure: unknown) => caller.log.warn({ err: failure }, 'key not released'));
    throw error;
  }
}
