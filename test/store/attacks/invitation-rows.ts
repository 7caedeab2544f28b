import { hash, type Ids, inDays, type Row } from './world.ts';

/** An invitation in every state that a function of the store acts on. */
export function invitationRows({
  connectionId: connection_id,
  takingConnectionId,
  invitations,
  signIns,
  mark,
  sealed,
}: Ids): readonly Row[] {
  const rows: Readonly<Record<keyof typeof invitations, object>> = {
    created: {},
    sent: { sent_at: inDays(-4), sign_in_id: signIns.confirmed },
    opened: { sent_at: inDays(-4), opened_at: inDays(-3) },
    overdue: { state: 'sent', sent_at: inDays(-31), expires_at: inDays(-1) },
    ended: { state: 'expired', ended_at: inDays(-91) },
    ofTaking: { state: 'opened', connection_id: takingConnectionId },
  };
  return Object.entries(rows).map(([word, row]) => ({
    table: 'invitation',
    invitation_id: invitations[word as keyof typeof invitations], // Object.entries forgets the names
    connection_id,
    root_id: invitations.created,
    partner_project_id: mark,
    project_name: mark,
    inviter_name: mark,
    inviter_company: mark,
    invited_company: mark,
    sealed_inviter: sealed,
    sealed_invited: sealed,
    invited_shown: mark,
    state: word,
    link_hash: hash(),
    restore_epoch: 'one',
    created_by: mark,
    expires_at: inDays(10),
    ...row,
  }));
}

/** Mails about the one that was sent: one that is due, one under way, one that is to be forgotten. */
export function mailRows({ mails, invitations, mailAttemptId: attempt_id }: Ids): readonly Row[] {
  const rows: Readonly<Record<keyof typeof mails, object>> = {
    queued: { next_try_at: inDays(-1) },
    sending: { attempt_id, lease_until: inDays(1) },
    old: { state: 'sent', settled_at: inDays(-91) },
  };
  return Object.entries(rows).map(([word, row]) => ({
    table: 'mail',
    mail_id: mails[word as keyof typeof mails], // Object.entries forgets the names
    business_key: word,
    kind: 'invitation',
    invitation_id: invitations.sent,
    generation: 1,
    state: word,
    restore_epoch: 'one',
    ...row,
  }));
}
