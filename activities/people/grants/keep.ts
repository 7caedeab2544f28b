import { randomUUID } from 'node:crypto';
import { personActor } from '../../../shared/domain/actors.ts';
import { stepOfCommand } from '../../../shared/domain/commands.ts';
import { anothersAccount } from '../../../shared/domain/responders.ts';
import type { TokenGrant } from '../../../shared/procore/oauth.ts';
import { places } from '../../../shared/security/places.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { beginGrant, lockGrantOfPerson, replacePair } from '../../../shared/store/grants/grant-pairs.ts';
import { endIdleAuthorizations } from '../../../shared/store/grants/grant-uses.ts';
import { confirmedToken, wipeToken } from '../../../shared/store/grants/sign-in-tokens.ts';
import { refuseConfirmed } from '../../../shared/store/grants/sign-ins.ts';
import { showAcceptance } from '../../../shared/store/people/acceptances.ts';
import { attachGrant, memberKeyOf } from '../../../shared/store/people/authorizations.ts';
import { doubtAbout, lockAccounts } from '../../../shared/store/people/whose-account.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { appendAudit } from '../../../shared/store/tenants/audit.ts';
import { reopen } from '../../checks/reopen.ts';
import type { ActivityDependencies } from '../../dependencies.ts';
import { type SignInRef, unsealToken } from '../sign-ins.ts';
import { pairSecret } from './store.ts';

/**
 * Turns a confirmed sign-in into a grant, in one transaction: moves the token pair out of the sign-in (or adds the next version
 * to the grant that the person has already) and attaches the grant to whom they signed in for. Returns its id; undefined if
 * nothing is left to keep, so it may be repeated. Another member's account is refused, and nothing of it is kept.
 */
export async function keepGrant(
  { pool, vault, log, plans }: Pick<ActivityDependencies, 'pool' | 'vault' | 'log' | 'plans'>,
  { tenantId, signInId }: SignInRef,
): Promise<string | undefined> {
  return withTenant(pool, tenantId, async (db) => {
    await lockAccounts(db, tenantId);
    const found = await confirmedToken(db, signInId);
    if (!found) return undefined;
    const { person, sealed, issuedAt, subject } = found;
    const emailKey = memberKeyOf(subject);
    const doubt = emailKey === undefined ? undefined : await doubtAbout(db, { emailKey, signInId }, person);
    if (doubt?.kind === 'another-member') {
      await refuseConfirmed(db, signInId, anothersAccount(doubt.name));
      const actorId = personActor(person.procoreUserId);
      await appendAudit(db, tenantId, [{ actorId, action: 'responder.refuse', subject: `sign-in:${signInId}` }]);
      return undefined;
    }
    const token = await unsealToken(vault, db, { tenantId, signInId }, sealed);
    if (!hasRefreshToken(token)) {
      log.warn({ tenantId, signInId }, 'Procore gave no refresh token: the sign-in is good for as long as its access token');
      return undefined;
    }
    const former = await lockGrantOfPerson(db, person.procoreUserId);
    const grantId = former ?? randomUUID();
    const sealedPair = await vault.sealSecret(db, places.grantPair(tenantId, grantId), pairSecret(token));
    const pair = { grantId, sealedPair, signInId, issuedAt, expiresAt: new Date(issuedAt.getTime() + token.lifeMs) };
    const owner = { tenantId, ...person };
    if (former === undefined) await beginGrant(db, owner, pair);
    else await replacePair(db, owner, pair);
    const changed = await attachGrant(db, tenantId, signInId, grantId);
    const connection = changed && (await findConnection(db, changed.connectionId));
    // what the former owner said and chose does not apply to the new one
    if (changed?.owner === 'replaced' && connection?.boundProjectId === null)
      await reopen(db, plans, connection, stepOfCommand['confirm-role']);
    if (changed) {
      // those of the former owner
      await endIdleAuthorizations(db);
      await showAcceptance(db, changed.connectionId);
    }
    await wipeToken(db, signInId, sealed);
    return grantId;
  });
}

const hasRefreshToken = (token: TokenGrant): token is TokenGrant & { refreshToken: NonNullable<TokenGrant['refreshToken']> } =>
  token.refreshToken !== null;
