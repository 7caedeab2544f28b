import { type AnyCompany, type NoCompany, noCompany } from '../../shared/domain/company.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { TokenGrant } from '../../shared/procore/oauth.ts';
import { getMe, getOwnLogin, getPerson } from '../../shared/procore/operations/identity.ts';
import { places } from '../../shared/security/places.ts';
import type { Secret } from '../../shared/security/secret.ts';
import { companyOf } from '../../shared/store/connections/companies.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import {
  type CodeClaim,
  claimCode,
  giveCodeBack,
  storeIdentity,
  storeToken,
  usableToken,
} from '../../shared/store/grants/sign-in-tokens.ts';
import { refuseSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Surroundings } from '../surroundings.ts';
import { isInvited } from './invited.ts';
import { giveTokenUp, personClient, revoked, type SignInRef, sealToken } from './tokens.ts';

/** The lease of a claimed code outlives the request that sends it by this much. */
const leaseMarginMs = 5_000;

const lostAnswer = 'Procore’s answer to the sign-in was lost; the code cannot be used twice. Sign in again.';
const notAccepted = 'Procore did not accept the sign-in. Sign in again.';

/**
 * Advances a sign-in from `returned` to `exchanged`: exchanges the code for a token, once; the token identifies the person. A
 * code is single use, so it is claimed before it is sent; if the answer is lost, the attempt ends, in words. Transient faults are
 * thrown, and the next check continues where this one stopped.
 */
export async function exchangeSignIn(
  deps: ActivityDependencies,
  connection: Connection,
  signIn: SignIn,
  around: Surroundings,
): Promise<void> {
  if (signIn.state !== 'returned') return;
  const ref = { tenantId: connection.tenantId, signInId: signIn.signInId };
  const windowOpen = signIn.tokenExpiresAt !== null && signIn.tokenExpiresAt.getTime() > Date.now();
  const hasToken = (signIn.hasToken && !signIn.hasCode && windowOpen) || (await exchangeCode(deps, ref, around));
  const company = signIn.purpose === 'prove-ownership' ? companyOf(connection) : noCompany;
  if (hasToken && company) await learnWho(deps, connection, signIn, company, around);
}

async function exchangeCode(deps: ActivityDependencies, ref: SignInRef, around: Surroundings): Promise<boolean> {
  const claim = await claimAfterFormer(deps, ref, around);
  if (claim.state === 'lost') await refuse(deps, ref, lostAnswer);
  if (claim.state !== 'claimed') return false;
  const code = await withTenant(deps.pool, ref.tenantId, (db) =>
    deps.vault.unsealSecret(db, places.signInCode(ref.tenantId, ref.signInId), claim.sealedCode),
  );
  const grant = await sendCode(deps, ref, code, claim.sealedCode);
  if (!grant) return false;
  const stored = await withTenant(deps.pool, ref.tenantId, async (db) =>
    storeToken(db, {
      signInId: ref.signInId,
      sealedToken: await sealToken(deps.vault, db, ref, grant),
      pendingMs: Math.max(0, Math.min(deps.timings.signInPendingMs, grant.expiresAtMs - Date.now())),
    }),
  );
  // The person started again while this code was being exchanged: nobody will use the token.
  if (!stored) await revoked(deps, grant.refreshToken ?? grant.accessToken, around);
  return stored;
}

/** Claims the code of this attempt. A token left by an earlier attempt is revoked first. */
async function claimAfterFormer(deps: ActivityDependencies, ref: SignInRef, around: Surroundings): Promise<CodeClaim> {
  const leaseMs = deps.timings.httpDeadlineMs + leaseMarginMs;
  const claim = () => withTenant(deps.pool, ref.tenantId, (db) => claimCode(db, ref.signInId, leaseMs));
  const first = await claim();
  if (first.state !== 'former-token') return first;
  if (!(await giveTokenUp(deps, ref, first.sealedToken, around))) throw notYet('The account before could not be signed out');
  return claim();
}

/**
 * Sends the code once; nothing of ours aborts it, because sending spends the code. Undefined if the attempt has ended, in words.
 * If it throws, the code was surely not sent, and is back in its row.
 */
async function sendCode(
  deps: ActivityDependencies,
  ref: SignInRef,
  code: Secret,
  sealedCode: Buffer,
): Promise<TokenGrant | undefined> {
  const { oauth, ourApp } = deps.procore;
  try {
    return await oauth.exchangeCode(ourApp, code, ourApp.redirectUrl);
  } catch (error) {
    const notSent = !(error instanceof Fault) || (error.handling === 'retry' && error.detail.effect === 'surely-not-done');
    if (notSent) {
      await withTenant(deps.pool, ref.tenantId, (db) => giveCodeBack(db, ref.signInId, sealedCode));
      throw error;
    }
    deps.log.warn({ signInId: ref.signInId, kind: error.kind }, 'a sign-in could not be exchanged');
    await refuse(deps, ref, error.handling === 'retry' ? lostAnswer : notAccepted);
    return undefined;
  }
}

const refuse = (deps: ActivityDependencies, ref: SignInRef, words: string): Promise<void> =>
  withTenant(deps.pool, ref.tenantId, (db) => refuseSignIn(db, ref.signInId, words));

type Company = AnyCompany | NoCompany;

async function learnWho(
  deps: ActivityDependencies,
  connection: Connection,
  { signInId, subject }: SignIn,
  company: Company,
  around: Surroundings,
): Promise<void> {
  const { tenantId } = connection;
  const sealed = await withTenant(deps.pool, tenantId, (db) => usableToken(db, signInId));
  if (!sealed) return;
  const me = await whoIs(deps, { tenantId, signInId }, company, around);
  await withTenant(deps.pool, tenantId, async (db) => {
    const invited = subject === contractorSubject ? await isInvited(deps, db, connection, me.login) : null;
    await storeIdentity(db, { signInId, sealed }, { ...me, isInvited: invited });
  });
}

/**
 * A person who is not in the company cannot see it, nor it them: only their login is known, and their identity is asked for again
 * once they are in it.
 */
async function whoIs(deps: ActivityDependencies, ref: SignInRef, company: Company, around: Surroundings) {
  if (company.standing === 'none') {
    // without a company Procore may return no name; an address must not be stored in its place, where names may be shown
    const { id, name, login } = await getPerson(await personClient(deps, ref, company, around));
    return { id, name, login };
  }
  const client = await personClient(deps, ref, company, around);
  const me = await unlessHidden(getMe(client));
  if (me) return { id: me.id, name: me.name ?? me.login, login: me.login };
  return { id: null, name: null, login: (await unlessHidden(getOwnLogin(client))) ?? null };
}

async function unlessHidden<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    const hidden = error instanceof Fault && (error.kind === 'company-not-visible' || error.kind === 'person-lacks-access');
    if (!hidden) throw error;
    return undefined;
  }
}
