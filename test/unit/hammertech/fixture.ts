import { createHammertechClient, type HammertechSettings } from '../../../shared/partners/hammertech/client.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { type Answering, answerJson, type FarSide, type Received, startFarSide } from '../../support/far-side.ts';

export const password = 'password-that-nobody-may-see';
export const refreshText = 'refresh-that-nobody-may-see';

/** A JWT as HammerTech makes it: claims that anyone can read, and a signature nobody here checks. */
export function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJlLXRoYXQtbm9ib2R5LW1heS1zZWU`;
}

export interface Hammertech {
  readonly side: FarSide;
  readonly logins: () => readonly Received[];
  readonly reads: () => readonly Received[];
}

/** A HammerTech whose login always works and numbers its tokens; the lists are the test's. `count` counts the reads. */
export async function hammertechWith(
  answering: Answering,
  claimsOf: (login: number) => Record<string, unknown> = () => ({ iat: 1000, exp: 4600, RefreshToken: refreshText }),
): Promise<Hammertech> {
  let logins = 0;
  let reads = 0;
  const side = await startFarSide((response, request) => {
    if (request.path.includes('/api/login/')) {
      logins += 1;
      return answerJson(response, 200, JSON.stringify({ token: jwt({ number: logins, ...claimsOf(logins) }), status: true }));
    }
    reads += 1;
    answering(response, request, reads);
  });
  const isLogin = ({ path }: Received) => path.includes('/api/login/');
  return { side, logins: () => side.received.filter(isLogin), reads: () => side.received.filter((one) => !isLogin(one)) };
}

export function clientAt(side: FarSide, overrides: Partial<HammertechSettings> = {}) {
  return createHammertechClient({
    apiUrl: `${side.origin}/{region}`,
    authUrl: `${side.origin}/auth/{region}`,
    region: 'au',
    tenant: 'acme',
    login: async () => ({ email: 'sync@acme.example', password: secretOf(password) }),
    timings: { httpDeadlineMs: 2000, inlineWaitMs: 20_000 },
    ...overrides,
  });
}

export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** Which login a read's bearer came from. */
export function loginOf(read: Received | undefined): number {
  const claims = read?.headers.authorization?.split('.')[1] ?? '';
  return (JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { number: number }).number;
}
