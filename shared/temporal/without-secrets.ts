import { blot, withoutKnownSecrets } from '../security/known-secrets.ts';
import { withoutCredentials } from './payload-guard.ts';

/**
 * A value with every secret in its texts blotted out: those that this process knows, and whatever is spelled as a credential is. Nothing
 * is refused, so that a name which happens to hold somebody's password costs that name and stops nobody.
 */
export function withoutSecrets<Value>(value: Value): Value {
  return cleaned(value) as Value; // the same shape; a text stays a text
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(withoutKnownSecrets(value), blot);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(inner)]));
}

/** Whether a value carries a secret that this process knows. */
export const carriesKnownSecret = (value: unknown): boolean => JSON.stringify(withoutSecrets(value)) !== JSON.stringify(value);
