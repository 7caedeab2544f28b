import { shownAddress } from '../../shared/domain/mail.ts';
import { accessTooLow } from '../../shared/domain/responders.ts';
import { foldEmail } from '../../shared/partners/names.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { memberKeyOf } from '../../shared/store/people/authorizations.ts';
import { listTeam } from '../../shared/store/people/team.ts';
import { type Doubt, doubtAbout, lockAccounts } from '../../shared/store/people/whose-account.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { Visit } from './visits.ts';

/** A responder's state after they have confirmed. */
export interface ResponderStanding {
  /** `looking`: the worker has not checked yet whether Procore lets them answer. */
  readonly access: 'looking' | 'enough' | 'too-low';
  /** E.g. `Read Only on RFIs`. */
  readonly tooLow: readonly string[];
  readonly projectName: string;
}

/** Null if the person who signed in is not, or no longer, a member of the project. */
export async function readStandingOf(db: Db, { connectionId, signIn }: Visit): Promise<ResponderStanding | null> {
  const emailKey = memberKeyOf(signIn.subject);
  const connection = await findConnection(db, connectionId);
  const member = (await listTeam(db, connectionId)).find((one) => one.emailKey === emailKey && one.leftAt === null);
  if (connection === undefined || member === undefined) return null;
  const projectName = connection.boundProjectName ?? '';
  if (member.access === null) return { access: 'looking', tooLow: [], projectName };
  const tooLow = accessTooLow(member.access, connection.modules);
  return { access: tooLow.length === 0 ? 'enough' : 'too-low', tooLow, projectName };
}

/** For whom a member's sign-in is, before they confirm. */
export interface AskedMember {
  readonly name: string;
  /** In part. */
  readonly address: string;
  /** The login in Procore is that address. */
  readonly isOwnLogin: boolean;
  readonly doubt: Doubt | undefined;
}

/** Null if it is not for a member who is there. */
export async function readAskedMember(db: Db, { connectionId, signIn }: Visit): Promise<AskedMember | null> {
  const emailKey = memberKeyOf(signIn.subject);
  const member = (await listTeam(db, connectionId)).find((one) => one.emailKey === emailKey && one.leftAt === null);
  if (emailKey === undefined || member === undefined) return null;
  return {
    name: member.name,
    address: shownAddress(member.email),
    isOwnLogin: foldEmail(signIn.procoreLogin) === emailKey,
    doubt: await doubtOf(db, emailKey, signIn),
  };
}

const doubtOf = async (db: Db, emailKey: string, { signInId, procoreUserId, procoreLogin }: Visit['signIn']) =>
  procoreUserId === null ? undefined : doubtAbout(db, { emailKey, signInId }, { procoreUserId, procoreLogin });

/** What the page named as its button was pressed: the account, and the one that it takes the place of. */
export interface NamedAccounts {
  readonly account?: string | undefined;
  readonly insteadOf?: string | undefined;
}

/**
 * Whether the account that is signed in now may act for the member, by what the page named: decided for one sign-in of the tenant
 * at a time, in the transaction that confirms it, before that locks anything. `instead`: it takes another's place. Any other
 * sign-in may.
 */
export async function mayActFor(db: Db, { tenantId, signIn }: Visit, named: NamedAccounts): Promise<'yes' | 'instead' | 'no'> {
  const emailKey = memberKeyOf(signIn.subject);
  if (emailKey === undefined) return 'yes';
  await lockAccounts(db, tenantId);
  const now = await findSignIn(db, signIn.signInId);
  if (now === undefined || now.procoreUserId !== (named.account ?? signIn.procoreUserId)) return 'no';
  const doubt = await doubtOf(db, emailKey, now);
  if (doubt === undefined) return 'yes';
  return doubt.kind === 'other-account' && doubt.procoreUserId === named.insteadOf ? 'instead' : 'no';
}
