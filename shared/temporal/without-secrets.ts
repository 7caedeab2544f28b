import { blot, withoutKnownSecrets } from '../security/known-secrets.ts';
import { withoutCredentials } from './payload-guard.ts';

/**
 * Fields that hold sentences for people. Known secrets are searched only in these: listed words, ids and dates are read by
 * machines.
 */
const sentences: ReadonlySet<string> = new Set(['seen', 'needed', 'where', 'says', 'why', 'warnings']);

/**
 * A value with every known secret in its sentences redacted, and everything spelled as a credential in any of its texts. Nothing
 * is refused: if a name happens to equal somebody's password, only that name is redacted.
 */
export function withoutSecrets<Value>(value: Value): Value {
  return cleaned(value, false) as Value; // same shape; texts stay texts
}

/** The same for a text that is itself a sentence. */
export const sentenceWithoutSecrets = (text: string): string => withoutCredentials(withoutKnownSecrets(text), blot);

function cleaned(value: unknown, isSentence: boolean): unknown {
  if (typeof value === 'string') return isSentence ? sentenceWithoutSecrets(value) : withoutCredentials(value, blot);
  if (Array.isArray(value)) return value.map((each) => cleaned(each, isSentence));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, cleaned(inner, isSentence || sentences.has(name))]),
  );
}

/** Whether any text of a value contains a known secret, or something spelled as a credential. */
export function carriesSecret(value: unknown): boolean {
  if (typeof value === 'string') return sentenceWithoutSecrets(value) !== value;
  if (Array.isArray(value)) return value.some(carriesSecret);
  return typeof value === 'object' && value !== null && Object.values(value).some(carriesSecret);
}
