import { contractorSubject } from '../../../shared/store/people/authorizations.ts';
import { hash, type Ids, inDays, type Row } from './world.ts';

/** A sign-in in every state that a function of the store acts on. */
export function signInRows({ connectionId: connection_id, signIns, mark, ...ids }: Ids): readonly Row[] {
  const person = { procore_user_id: mark, procore_user_name: mark };
  const seen = { companyId: ids.companyId, companyName: mark, directoryLevel: 'Admin', admin: true };
  const token = { sealed_token: ids.sealed, token_expires_at: inDays(1) };
  const rows: Readonly<Record<keyof typeof signIns, object>> = {
    offered: {},
    started: {
      session_hash: ids.sessionHash.started,
      oauth_state_hash: ids.stateHash,
      oauth_state_expires_at: inDays(1),
    },
    returned: { sealed_code: ids.sealed, returned_at: inDays(0) },
    spent: { code_claimed_at: inDays(0) },
    unknown: token,
    nameless: token,
    exchanged: { session_hash: ids.sessionHash.exchanged, ...token, ...person, seen },
    confirmed: { ...token, ...person, seen },
    refused: token,
    overdue: { expires_at: inDays(-1) },
    authorized: { ...token, ...person, purpose: 'authorize-person', subject: contractorSubject, returned_at: inDays(0) },
  };
  const stateOf = {
    spent: 'returned',
    unknown: 'returned',
    nameless: 'exchanged',
    overdue: 'offered',
    authorized: 'confirmed',
  } as const;
  return Object.entries(rows).map(([word, row]) => ({
    table: 'sign_in',
    sign_in_id: signIns[word as keyof typeof signIns], // Object.entries forgets the names
    connection_id,
    purpose: 'prove-ownership',
    state: word in stateOf ? stateOf[word as keyof typeof stateOf] : word,
    link_hash: hash(),
    restore_epoch: 'one',
    created_by: mark,
    expires_at: inDays(10),
    ...row,
  }));
}
