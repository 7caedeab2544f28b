import { createHmac, timingSafeEqual } from 'node:crypto';
import type { World } from '../kernel/world.ts';

/** An address of the storage that alone lets in: for one method and path, until it expires by the sandbox's clock. */
export function signedUrl(world: World, method: 'GET' | 'PUT', path: string, expiresAtMs: number): string {
  const signature = signatureOf(world, `${method} ${path} ${expiresAtMs}`);
  noteSigned(world, signature);
  return `${world.storage.origin}${path}?${new URLSearchParams({ 'x-amz-expires-at': String(expiresAtMs), 'x-amz-signature': signature })}`;
}

/** Fields of a form upload: what they let in is said by the policy, which is signed. */
export function signedFields(world: World, key: string, expiresAtMs: number): Record<string, string> {
  const policy = Buffer.from(JSON.stringify({ key, expiresAtMs })).toString('base64url');
  const signature = signatureOf(world, policy);
  noteSigned(world, signature);
  return { key, policy, 'x-amz-algorithm': 'sandbox-hmac-sha256', 'x-amz-signature': signature };
}

export type Admission = 'admitted' | 'not-signed' | 'expired';

export function admissionOf(world: World, method: string, path: string, query: URLSearchParams): Admission {
  const expires = query.get('x-amz-expires-at') ?? '';
  return admit(world, `${method} ${path} ${expires}`, query.get('x-amz-signature') ?? '', Number(expires));
}

/** The same of a form, whose policy must be for the key it names. */
export function admissionOfForm(world: World, fields: Readonly<Record<string, string>>): Admission {
  const { policy = '', key = '' } = fields;
  const said = policyOf(policy);
  if (said?.key !== key) return 'not-signed';
  return admit(world, policy, fields['x-amz-signature'] ?? '', said.expiresAtMs);
}

function admit(world: World, text: string, given: string, expiresAtMs: number): Admission {
  const [wanted, shown] = [Buffer.from(signatureOf(world, text)), Buffer.from(given)];
  if (wanted.length !== shown.length || !timingSafeEqual(wanted, shown)) return 'not-signed';
  return world.clock.nowMs() > expiresAtMs ? 'expired' : 'admitted';
}

function policyOf(policy: string): { key: string; expiresAtMs: number } | undefined {
  try {
    // A policy that is not ours fails at its signature.
    return JSON.parse(Buffer.from(policy, 'base64url').toString()) as { key: string; expiresAtMs: number };
  } catch {
    return undefined;
  }
}

const signatureOf = (world: World, text: string): string =>
  createHmac('sha256', world.storage.signingKey()).update(text).digest('hex');

/** Whoever has it has the file: a search for leaks looks for it too. */
const noteSigned = (world: World, value: string): void =>
  void world.secrets.put({ value, kind: 'storage-signature', clientId: 'storage' });
