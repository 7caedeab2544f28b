/**
 * Only ids, cursors and counters cross Temporal. The guard refuses what is too large or looks like a secret, wherever a payload
 * leaves one of our processes: an oversized payload would wedge a loop, a secret would stay in histories for ever.
 */
export const mostPayloadBytes = 16 * 1024;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** A run of token characters longer than any id of ours or a far side's. */
const tokenRun = /[A-Za-z0-9_+/=-]{40,}/g;
/** Part of a path or of a hyphenated name: of one case, or letters alone. */
const wordPart = /^(?:[a-z0-9]{0,30}|[A-Z0-9]{1,30}|[A-Za-z]{1,30})$/;
const spokenSecrets =
  /\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,}|-----BEGIN [A-Z ]+-----|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/i;
const secretNames =
  /^(?:client_?secret|secret|password|passphrase|access_?token|refresh_?token|id_?token|token|authorization|cookie|private_?key)$/i;

/** Whether a text carries what looks like a token, a key or a password. Never logs or returns it. */
function textLooksSecret(text: string): boolean {
  if (spokenSecrets.test(text)) return true;
  const runs = text.replace(uuids, '').match(tokenRun) ?? [];
  return runs.some((run) => /[0-9]/.test(run) && /[A-Za-z]/.test(run) && !isWordy(run));
}

function isWordy(run: string): boolean {
  const parts = run.split(/[-_/]/);
  return parts.length > 1 && parts.every((part) => wordPart.test(part));
}

/** Looks through a whole value: texts, and fields whose name says that they hold a secret. */
export function looksLikeSecret(value: unknown): boolean {
  if (typeof value === 'string') return textLooksSecret(value);
  if (Array.isArray(value)) return value.some(looksLikeSecret);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, inner]) => (secretNames.test(name) && typeof inner === 'string' && inner.length > 0) || looksLikeSecret(inner),
  );
}

/** Why a value may not cross Temporal; undefined where it may. `at` names the call, e.g. `result of checkStep`. */
export function payloadObjection(at: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > mostPayloadBytes) return `${at}: ${bytes} bytes are more than the ${mostPayloadBytes} that may cross Temporal`;
  return looksLikeSecret(value) ? `${at}: it looks like a secret, and secrets never cross Temporal` : undefined;
}
