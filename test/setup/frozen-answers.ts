import { guardShared } from '../../shared/http/parsed-once.ts';

/** What callers share cannot be changed in any test: the attempt throws where it is made. */
guardShared(frozen);

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
