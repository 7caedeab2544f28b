import { z } from 'zod';
import { type HammerTech, loginKey } from './state.ts';

/** What a HammerTech administrator can do to a login. */
export const loginActSchema = z
  .strictObject({
    tenant: z.string(),
    email: z.string(),
    password: z.string().min(1).optional(),
    active: z.boolean().optional(),
  })
  .meta({ id: 'LoginAct' });
export type LoginAct = z.infer<typeof loginActSchema>;

/**
 * Changes a login. A new password ends the login's sessions (their refresh tokens die; access tokens run out by themselves);
 * an inactive login is refused at once, everywhere. False: no such login.
 */
export function actOnLogin(state: HammerTech, act: LoginAct): boolean {
  const login = state.logins.get(loginKey(act.tenant, act.email));
  if (login === undefined) return false;
  const { active = login.active, password = login.password } = act;
  state.logins.put({ ...login, active, password });
  if (password === login.password) return true;
  state.issued.put({ token: password });
  for (const session of state.sessions.filter((one) => one.tenant === login.tenant && one.email === login.email)) {
    state.sessions.delete(session.id);
  }
  return true;
}
