import { memberSubject } from '../../../shared/store/people/authorizations.ts';
import { hash, type Ids, inDays, type Row } from './world.ts';

/** A request in every state that a function of the store acts on; `sent` is that of the member of the world. */
export function requestRows({ requests, signIns, mark }: Ids): readonly Row[] {
  const rows: Readonly<Record<keyof typeof requests, object>> = {
    created: { subject: memberSubject(`created-${mark}`) },
    sent: { subject: memberSubject(mark), sent_at: inDays(-4), sign_in_id: signIns.authorized },
    overdue: { subject: memberSubject(`overdue-${mark}`), state: 'sent', sent_at: inDays(-31), expires_at: inDays(-1) },
  };
  return Object.entries(rows).map(([word, row]) => ({
    table: 'authorization_request',
    request_id: requests[word as keyof typeof requests], // Object.entries forgets the names
    state: word,
    cause: 'asked',
    link_hash: hash(),
    account_hash: hash(),
    restore_epoch: 'one',
    expires_at: inDays(10),
    ...row,
  }));
}
