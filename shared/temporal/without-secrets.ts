import { blot, withoutKnownSecrets } from '../security/known-secrets.ts';
import { withoutCredentials } from './payload-guard.ts';

/** Fields that hold sentences for people. What is known is sought in no other: words of a list, ids and dates are read by machines. */
const sentences: ReadonlySet<string> = new Set(['seen', 'needed', 'where', 'says', 'why', 'warnings']);

/**
 * A value with every secret in its sentences blotted out, and whatever is spelled as a credential in any of its texts. Nothing is
 * refused, so that a name which happens to hold somebody's password costs that name and stops nobody.
 */
export function withoutSecrets<Value>(value: Value): Value {
  return cleaned(value, false) as Value; // the same shape; a text stays a text
}

/** The same of a text that is a sentence itself. */
export const sentenceWithoutSecrets = (text: string): string => withoutCredentials(withoutKnownSecrets(text), blot);

function cleaned(value: unknown, isSentence: boolean): unknown {
  if (typeof value === 'string') return isSentence ? sentenceWithoutSecrets(value) : withoutCredentials(value, blot);
  if (Array.isArray(value)) return value.map((each) => cleaned(each, isSentence));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, cleaned(inner, isSentence || sentences.has(name))]),
  );
}

/** Whether any text of a value carries a secret that is known, or is spelled as a credential is. */
export function carriesSecret(value: unknown): boolean {
  if (typeof value === 'string') return sentenceWithoutSecrets(value) !== value;
  if (Array.isArray(value)) return value.some(carriesSecret);
  return typeof value === 'object' && value !== null && Object.values(value).some(carriesSecret);
}
