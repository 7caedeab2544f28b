import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { loginBody } from '../../api/routes/credential-bodies.ts';

test('another partner’s form is its own: what it declares is needed, and nothing beside it is taken', () => {
  const body = loginBody({
    shown: z.strictObject({ account: z.string().min(1) }),
    secret: { name: 'token', schema: z.string().min(20) },
    example: {},
    cure: { needed: 'A token that works.', where: 'At Acme: API tokens.' },
  });
  const [account, token] = ['acme', 'a-token-of-twenty-characters'];
  expect(body.safeParse({ account, token }).success).toBe(true);
  for (const wrong of [{ account }, { token }, { account, token: 'short' }, { account, token, region: 'au' }])
    expect(body.safeParse(wrong).success).toBe(false);
});
