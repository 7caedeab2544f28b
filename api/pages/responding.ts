import { accessTooLow } from '../../shared/domain/responders.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { memberKeyOf } from '../../shared/store/people/authorizations.ts';
import { listTeam } from '../../shared/store/people/team.ts';
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
