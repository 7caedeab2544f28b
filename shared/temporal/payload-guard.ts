/**
 * What may cross Temporal, checked only by certain criteria, in every process and in the workflows' sandbox: its size, its field
 * names, and spellings that only credentials have. Appearance decides nothing: customers name projects as they like.
 * `without-secrets.ts` redacts the secrets that a process knows.
 */

/** Twice the sentences of a whole plan at their longest; a payload of this size is far from blocking a history. */
export const mostPayloadBytes = 128 * 1024;

/** A private key, a signed JSON web token, and our own API keys. */
const credentialSpellings =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|\bgw_[a-z]+_[0-9A-Za-z]{43}\b/g;
const secretNames =
  /^(?:client_?secret|secret|password|passphrase|access_?token|refresh_?token|id_?token|token|authorization|cookie|private_?key)$/i;

export const withoutCredentials = (text: string, blot: string): string => text.replace(credentialSpellings, blot);

/** Checks a whole value: for texts spelled as credentials, and for fields named like secrets. */
export function carriesCredential(value: unknown): boolean {
  if (typeof value === 'string') return withoutCredentials(value, '') !== value;
  if (Array.isArray(value)) return value.some(carriesCredential);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, inner]) => (secretNames.test(name) && typeof inner === 'string' && inner.length > 0) || carriesCredential(inner),
  );
}

export const secretObjection = (at: string): string => `${at}: it carries a secret, and secrets never cross Temporal`;

/** Why a value may not cross Temporal; undefined if it may. `at` names the call, e.g. `answer of checkStep`. */
export function payloadObjection(at: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > mostPayloadBytes) return `${at}: ${bytes} bytes are more than the ${mostPayloadBytes} that may cross Temporal`;
  return carriesCredential(value) ? secretObjection(at) : undefined;
}
