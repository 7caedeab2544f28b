import { inspect } from 'node:util';

/** A secret that is read only on purpose: it prints as `[secret]` and refuses to be serialised. */
export interface SecretText {
  reveal(): string;
}

class Concealed implements SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): never {
    throw new TypeError('a secret cannot be serialised');
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Wraps a secret at the moment it is unsealed or received. */
export const secretText = (text: string): SecretText => new Concealed(text);
