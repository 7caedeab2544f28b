/** All that may be read from a refusal's body, since its shapes differ (facts/procore.md section 2.6). */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The only text we may match on: the app was disconnected from the company. */
export function saysNotConnected(body: unknown): boolean {
  return textsOf(body).some((text) => /^\s*app is not connected\b/i.test(text));
}

function textsOf(body: unknown): readonly string[] {
  if (!isRecord(body)) return [];
  return [body['errors'], body['error'], body['message']].flat().filter((text): text is string => typeof text === 'string');
}

/** Name of the first refused field: a key of `errors` or `fields`, if it looks like a field name. */
export function refusedField(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const named = [body['errors'], body['fields']].find(isRecord);
  return named && Object.keys(named).find((key) => /^[a-z][a-z0-9_.[\]]{0,59}$/i.test(key));
}
