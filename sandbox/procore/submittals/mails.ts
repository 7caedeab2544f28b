import type { Id } from '../../kernel/model.ts';
import type { Submittal } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { mintSubmittalId } from './ids.ts';
import { ballInCourt } from './workflow.ts';

/** Why Procore writes: something is asked of the reader, was answered, was changed, or is sent out. */
export type MailReason = 'created' | 'updated' | 'answered' | 'distributed';

/** One mail as the ledger keeps it, under `submittal-mails`. Nothing is really sent. */
export interface SubmittalMail {
  id: Id;
  submittalId: Id;
  reason: MailReason;
  to: readonly { personId: Id; email: string }[];
}

/**
 * Notes the mail about a submittal: to those who hold the ball, the manager and the distribution, but not to who caused it. Whom Procore
 * really writes to depends on settings of the project [unk]. Called only where `send_emails` was true [oas].
 */
export function mailAbout(world: World, actor: Actor, submittal: Submittal, reason: Exclude<MailReason, 'distributed'>): void {
  const concerned = [...ballInCourt(world, submittal), submittal.managerId, ...submittal.distributionIds];
  const to = concerned.flatMap((id) => (id === null || id === actor.personId ? [] : [id]));
  mailTo(world, actor, submittal, reason, to);
}

/** Notes a mail to the people named, each once; none where nobody is named. */
export function mailTo(world: World, actor: Actor, submittal: Submittal, reason: MailReason, personIds: readonly Id[]): void {
  const people = [...new Set(personIds)].flatMap((id) => world.people.get(id) ?? []);
  if (people.length === 0) return;
  const { id: submittalId, companyId, projectId } = submittal;
  const to = people.map(({ id, email }) => ({ personId: id, email }));
  const row: SubmittalMail = { id: mintSubmittalId(world), submittalId, reason, to };
  commit(world, actor, { resource: 'submittal-mails', id: row.id, action: 'create', companyId, projectId, row });
}
