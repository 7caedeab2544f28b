import { randomUUID } from 'node:crypto';
import { personActor } from '../../shared/domain/actors.ts';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { anothersAccount } from '../../shared/domain/responders.ts';
import type { Plans } from '../../shared/domain/steps.ts';
import type { TokenGrant } from '../../shared/procore/oauth.ts';
import { places } from '../../shared/security/places.ts';
import { findConnection, lockConnections } from '../../shared/store/connections/connections.ts';
import { type AskedLook, askForSignInLook } from '../../shared/store/connections/sign-in-looks.ts';
import { beginGrant, lockGrantOfPerson, replacePair } from '../../shared/store/grants/grant-pairs.ts';
import { endIdleAuthorizations } from '../../shared/store/grants/grant-uses.ts';
import { confirmedToken, wipeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { findSignIn, refuseConfirmed } from '../../shared/store/grants/sign-ins.ts';
import { wakeServed } from '../../shared/store/grants/waking.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { attachGrant, memberKeyOf, type OwnerChange, takeUpAgain } from '../../shared/store/people/authorizations.ts';
import { readAgainBy } from '../../shared/store/people/returning-owners.ts';
import { doubtAbout, lockAccounts } from '../../shared/store/people/whose-account.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { reopen } from '../checks/reopen.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { type SignInRef, unsealToken } from '../sign-ins/tokens.ts';
import { pairSecret } from './store.ts';

/**
 * Turns a confirmed sign-in into a grant, in one transaction: moves the token pair out of the sign-in (or adds the next version
 * to the grant that the person has already), attaches the grant to whom they signed in for, and to the other connections that
 * the page said are read again by it, and wakes what waited for it. Another member's account is refused, and nothing of it is
 * kept. Returns the grant's id; undefined if nothing is left to keep, so it may be repeated.
 */
export async function keepGrant(
  deps: Pick<ActivityDependencies, 'pool' | 'vault' | 'log' | 'plans' | 'runs'>,
  ref: SignInRef,
): Promise<string | undefined> {
  const kept = await withTenant(deps.pool, ref.tenantId, (db) => keepIn(db, deps, ref));
  // not waited for: upkeep delivers what is not taken
  for (const { workflowId, stepId } of kept?.looks ?? [])
    void deps.runs.deliverCommand(workflowId, 'retryStep', { stepId }, randomUUID());
  return kept?.grantId;
}

interface Kept {
  readonly grantId: string;
  /** At the other connections that are read again. */
  readonly looks: readonly AskedLook[];
}

async function keepIn(
  db: Db,
  { vault, log, plans }: Pick<ActivityDependencies, 'vault' | 'log' | 'plans'>,
  { tenantId, signInId }: SignInRef,
): Promise<Kept | undefined> {
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
  const signIn = await findSignIn(db, signInId);
  const also = signIn === undefined ? [] : (await readAgainBy(db, signIn)).map(({ connectionId }) => connectionId);
  if (signIn !== undefined) await lockConnections(db, [signIn.connectionId, ...also]);
  const sealedPair = await vault.sealSecret(db, places.grantPair(tenantId, grantId), pairSecret(token));
  const pair = { grantId, sealedPair, signInId, issuedAt, expiresAt: new Date(issuedAt.getTime() + token.lifeMs) };
  const owner = { tenantId, ...person };
  if (former === undefined) await beginGrant(db, owner, pair);
  else await replacePair(db, owner, pair);
  const changed = await attachGrant(db, tenantId, signInId, grantId);
  const returned = await takeUpAgain(db, also, grantId);
  for (const change of changed === undefined ? returned : [changed, ...returned]) await settleOwner(db, plans, change);
  const looks: (AskedLook | undefined)[] = [];
  for (const { connectionId } of returned)
    looks.push(await askForSignInLook(db, plans, { tenantId, connectionId }, { signer: 'contractor', actorId: 'system' }));
  // those of former owners
  if (changed !== undefined || returned.length > 0) await endIdleAuthorizations(db);
  await wakeServed(db, tenantId, grantId);
  await wipeToken(db, signInId, sealed);
  return { grantId, looks: looks.filter((look) => look !== undefined) };
}

/** What follows from a change of owner in the connection's steps and items. */
async function settleOwner(db: Db, plans: Plans, { connectionId, owner }: OwnerChange): Promise<void> {
  const connection = await findConnection(db, connectionId);
  // what the former owner said and chose does not apply to the new one
  if (owner === 'replaced' && connection?.boundProjectId === null)
    await reopen(db, plans, connection, stepOfCommand['confirm-role']);
  await showAcceptance(db, connectionId);
}

const hasRefreshToken = (token: TokenGrant): token is TokenGrant & { refreshToken: NonNullable<TokenGrant['refreshToken']> } =>
  token.refreshToken !== null;
