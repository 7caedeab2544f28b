import { parseExact } from '../http/exact-json.ts';
import type { Incoming } from '../http/exchange.ts';
import { parsedOnce } from '../http/parsed-once.ts';
import type { ProcoreRequest } from './contract.ts';
import { faultOfUnreadable } from './errors.ts';

/** The body of a response as JSON; `undefined` if it is not JSON. */
export function bodyOf(answer: Incoming): unknown {
  if (answer.text === '' || !/\bjson\b/i.test(answer.headers['content-type'] ?? '')) return undefined;
  try {
    return parseExact(answer.text);
  } catch {
    return undefined;
  }
}

/** The parsed value of a success; throws a fault if it is unreadable. The fault names places, never values. */
export const answerOf = <T>(request: ProcoreRequest<T>, answer: Incoming): T =>
  parsedOnce(request.answer, answer.text, () => parsedValue(request, answer));

function parsedValue<T>(request: ProcoreRequest<T>, answer: Incoming): T {
  const body = bodyOf(answer);
  if (body === undefined && answer.text !== '') throw faultOfUnreadable(request, answer, 'no JSON');
  const parsed = request.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw faultOfUnreadable(request, answer, body === undefined ? 'nothing' : `at "${place.slice(0, 80)}"`);
}
