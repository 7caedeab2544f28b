import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { refuse, refuseEmpty } from './answers.ts';
import { regionOf } from './bearer.ts';
import type { Login, Region } from './records.ts';
import { activeLogin, type HammerTech } from './state.ts';
import { issueToken } from './tokens.ts';

const loginSchema = z.object({ email: z.string().min(1), password: z.string().min(1), tenant: z.string().min(1) });
const refreshSchema = z.object({ token: z.string().min(1), tenant: z.string().min(1) });

/** HammerTech's auth host: log in with email, password and tenant; refresh with the token's own claim. */
export function authRouter(state: HammerTech, now: () => Date): Router {
  /** Gives the session a new pair; its former refresh token is dead from here on. */
  function answerToken(response: Response, login: Login, region: Region, sessionId: string): void {
    const issued = issueToken({ tenant: login.tenant, region, email: login.email, sessionId }, state.signingKey(), now());
    const refreshToken = issued.claims.RefreshToken;
    state.sessions.put({ id: sessionId, tenant: login.tenant, email: login.email, refreshToken });
    state.issued.put({ token: issued.token });
    state.issued.put({ token: refreshToken });
    response.json({
      token: issued.token,
      status: true,
      statusCode: 200,
      email: login.email,
      userId: login.userId,
      sessionId,
      isEmailValidForTenant: true,
    });
  }

  const router = express.Router({ mergeParams: true });
  router.use(express.json({ limit: '64kb', type: () => true }));

  router.post('/api/login/generatetoken', (request, response) => {
    const body = loginSchema.safeParse(request.body);
    if (!body.success) return refuse(response, 400, 'email, password and tenant are required');
    const region = regionOf(request);
    const login = activeLogin(state, body.data.tenant, body.data.email, region);
    if (region === undefined || login?.password !== body.data.password) return refuseEmpty(response);
    answerToken(response, login, region, randomUUID());
  });

  router.post('/api/login/refreshtoken', (request, response) => {
    const query = refreshSchema.safeParse(request.query);
    if (!query.success) return refuse(response, 400, 'token and tenant are required');
    const { token, tenant } = query.data;
    const region = regionOf(request);
    const session = state.sessions.find((one) => one.refreshToken === token && one.tenant === tenant);
    const login = session && activeLogin(state, session.tenant, session.email, region);
    if (region === undefined || session === undefined || login === undefined) return refuseEmpty(response);
    answerToken(response, login, region, session.id);
  });
  return router;
}
