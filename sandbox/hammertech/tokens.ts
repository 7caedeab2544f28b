import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Region, regions } from './records.ts';

/** Access tokens live 60 minutes ("about 60 minutes" in the README of a published client). */
export const tokenLifetimeSeconds = 3600;

const claimsSchema = z.object({
  Tenant: z.string(),
  Email: z.string(),
  AuthSessionId: z.string(),
  RefreshToken: z.string(),
  Region: z.enum(regions),
  iat: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof claimsSchema>;

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(signed: string, key: string): string {
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** Signs a JWT that carries its refresh token as a claim, as HammerTech's do. */
export function issueToken(of: { tenant: string; region: Region; email: string; sessionId: string }, key: string, now: Date) {
  const issuedAtSeconds = Math.floor(now.getTime() / 1000);
  const claims: Claims = {
    Tenant: of.tenant,
    Email: of.email,
    AuthSessionId: of.sessionId,
    RefreshToken: randomUUID(),
    Region: of.region,
    iat: issuedAtSeconds,
    exp: issuedAtSeconds + tokenLifetimeSeconds,
  };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return { token: `${signed}.${signatureOf(signed, key)}`, claims };
}

/** The claims of a token we signed that has not expired, else undefined. */
export function readToken(token: string, key: string, now: Date): Claims | undefined {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const expected = Buffer.from(signatureOf(`${header}.${payload}`, key));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!claims.success || claims.data.exp * 1000 <= now.getTime()) return undefined;
  return claims.data;
}
