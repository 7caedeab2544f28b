import { z } from 'zod';
import { addressKey, type Inbox, mailFaultKinds } from '../mail/state.ts';
import { act, type Route, readAll } from './route.ts';

const refusalSchema = z.strictObject({
  address: z.string().min(3),
  kind: z.enum(['hard', 'soft', 'none']).meta({ description: '550 for good, 451 for now, or taken again.' }),
  says: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/)
    .default('5.1.1 No such mailbox here'),
});

const faultSchema = z.strictObject({ kind: z.enum(mailFaultKinds), times: z.int().min(1).default(1) }).meta({ id: 'MailFault' });

/** What the mail server was given, and how it behaves from now on. */
export function mailRoutes(inbox: Inbox): Route[] {
  return [
    readAll('/mail/messages', 'Every mail that was accepted, oldest first; one that came twice stands here twice.', () =>
      inbox.messages.all().sort((left, right) => left.seq - right.seq),
    ),
    readAll('/mail/refused', 'Every recipient that was refused, each time it was tried.', () => inbox.refused.all()),
    act('post', '/mail/refusals', 'How a recipient is answered from now on.', refusalSchema, ({ address, kind, says }) => {
      const key = addressKey(address);
      if (kind === 'none') inbox.refusals.delete(key);
      else inbox.refusals.put({ address: key, kind, says });
      return { done: true };
    }),
    act('post', '/mail/faults', 'Lets the next connections fail.', faultSchema, (fault) => inbox.faults.put(fault)),
  ];
}
