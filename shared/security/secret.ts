import { inspect } from 'node:util';
import { noteSecret } from './known-secrets.ts';

declare const sealedOff: unique symbol;

/** A text that must not be seen: prints as `[secret]` everywhere. Only `revealSecret` reads it. */
export interface Secret {
  readonly [sealedOff]: 'secret';
}

const texts = new WeakMap<object, string>();
const shown = (): string => '[secret]';

export function secretOf(text: string): Secret {
  const secret = Object.freeze(Object.defineProperties({}, hiding)) as Secret; // the brand exists for the compiler only
  texts.set(secret, text);
  noteSecret(text);
  return secret;
}

const hiding: PropertyDescriptorMap = {
  toString: { value: shown },
  toJSON: { value: shown },
  [Symbol.toPrimitive]: { value: shown },
  [inspect.custom]: { value: shown },
};

/** The text itself, for the one call that needs it; never keep, log or return the result. */
export function revealSecret(secret: Secret): string {
  const text = texts.get(secret);
  if (text === undefined) throw new TypeError('not a secret of this process');
  noteSecret(text);
  return text;
}
