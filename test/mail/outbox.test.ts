import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { drainMail } from '../../activities/mail/outbox.ts';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { queueMail } from '../../shared/store/mail.ts';
import { findInvitation, ofInvitation, withdrawInvitation } from '../../shared/store/people/invitations.ts';
import { stopReminders } from '../../shared/store/people/mailed-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { eventually } from '../support/eventually.ts';
import { type Invited, inviteInto, linkIn, mailTo } from '../support/inviting.ts';

const bench = useChecksBench({ mailFirstMs: 20, mailCeilingMs: 60 });
let connecting: Connecting;

beforeEach(async () => {
  connecting = await bench().connect();
});

interface MailRow {
  readonly state: string;
  readonly attempts: number;
  readonly words: string | null;
}

const invited = (to: string, more: { projectName?: string; inviterName?: string } = {}): Promise<Invited> =>
  connecting.inTenant((db) => inviteInto(db, connecting, { links: bench().deps.mail.links, to, ...more }));
const drain = (deps = bench().deps) => drainMail(deps, connecting.tenantId);
const invitation = ({ invitationId }: Invited) => connecting.inTenant((db) => findInvitation(db, invitationId));

async function row({ mailId }: { readonly mailId: string }): Promise<MailRow> {
  const { rows } = await bench().store.admin.query<MailRow>('SELECT state, attempts, words FROM mail WHERE mail_id = $1', [
    mailId,
  ]);
  return rows[0] as MailRow; // the row of a mail that was queued
}

/** As if the clock of the database had moved on. */
async function daysLater(of: Invited, days: number): Promise<void> {
  await bench().store.admin.query(
    `UPDATE invitation SET sent_at = sent_at - $2 * interval '1 day', expires_at = expires_at - $2 * interval '1 day',
       ended_at = ended_at - $2 * interval '1 day' WHERE invitation_id = $1`,
    [of.invitationId, days],
  );
}

const toInviter = () => mailTo(bench().sandbox, 'pia@north-studio.example');
const newAddress = (local = 'gus'): string => `${local}-${randomUUID()}@acme.example`;

describe('a mail that is queued', () => {
  test('is sent once to its address, under the Message-ID of its cause, with a link that its invitation knows', async () => {
    const to = newAddress('Gus.Case');
    const of = await invited(to);
    expect(await drain()).toMatchObject({ sent: 1, later: 0 });
    expect(await drain()).toMatchObject({ sent: 0 });
    const [mail, ...more] = await mailTo(bench().sandbox, to);
    expect(more).toEqual([]);
    expect(mail?.to).toEqual([to]);
    expect(mail?.subject).toBe('Harbour Tower: connect Procore (3 minutes, once)');
    expect(mail?.messageId).toMatch(/^<[0-9a-f]{40}@groundwork\.example>$/);
    expect(linkIn(mail?.text ?? '')).toBe(linkIn(mail?.html ?? ''));
    const { generation = 0, linkHash = Buffer.alloc(0) } = (await invitation(of)) ?? {};
    const token = bench().deps.mail.links.tokenWith(of.invitationId, generation, linkHash);
    expect(token).toBeDefined();
    expect(await invitation(of)).toMatchObject({ state: 'sent', sentAt: expect.any(Date) });
  });

  test('says the same as text and as HTML, why it came, how to end that, and whom to ask', async () => {
    const to = newAddress();
    await invited(to);
    await drain();
    const [mail] = await mailTo(bench().sandbox, to);
    const spoken = (mail?.html ?? '').replace(/<head>.*<\/head>/s, '').replace(/<[^>]+>/g, ' ');
    const words = (text: string) => text.replaceAll('\u2060', '').match(/[\p{L}\d]+/gu) ?? [];
    expect(words(spoken)).toEqual(words(mail?.text ?? ''));
    for (const part of [
      'Pia Prime',
      'North Studio',
      'Acme Builders',
      'This mail came because',
      'No more reminders',
      'help.hammertech.com',
    ])
      expect(words(mail?.text ?? '').join(' ')).toContain(words(part).join(' '));
  });

  test('is one for its cause, however often that is told', async () => {
    const to = newAddress();
    const { invitationId, mailId } = await invited(to);
    const again = await connecting.inTenant((db) =>
      queueMail(db, {
        tenantId: connecting.tenantId,
        businessKey: `invitation:${invitationId}:1`,
        kind: 'invitation',
        invitationId,
        generation: 1,
        restoreEpoch: 'test',
      }),
    );
    expect(again).toBe(mailId);
    await drain();
    expect(await mailTo(bench().sandbox, to)).toHaveLength(1);
  });
});

describe('at least once', () => {
  test('a worker that died between the server’s yes and its own note: it is sent again with the same Message-ID and link', async () => {
    const to = newAddress();
    const of = await invited(to);
    const { deps } = bench();
    const died = new Error('killed');
    const mailer = {
      ...deps.mail.mailer,
      send: async (...given: Parameters<typeof deps.mail.mailer.send>) => {
        await deps.mail.mailer.send(...given);
        throw died;
      },
    };
    await expect(drain({ ...deps, mail: { ...deps.mail, mailer } })).rejects.toBe(died);
    expect(await row(of)).toMatchObject({ state: 'sending', attempts: 1 });
    expect(await drain()).toMatchObject({ sent: 0 });
    await bench().store.admin.query("UPDATE mail SET lease_until = lease_until - interval '1 hour'");
    expect(await drain()).toMatchObject({ sent: 1 });
    const [first, second, ...more] = await mailTo(bench().sandbox, to);
    expect(more).toEqual([]);
    expect(second?.messageId).toBe(first?.messageId);
    expect(linkIn(second?.text ?? 'x')).toBe(linkIn(first?.text ?? ''));
    expect(await row(of)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  test('a connection cut after the mail was taken: the same', async () => {
    const to = newAddress();
    const of = await invited(to);
    await bench().control('/mail/faults', { kind: 'reset-after-data' });
    expect(await drain()).toMatchObject({ sent: 0, later: 1 });
    await eventually('the mail to be sent', async () => (await drain()).sent === 1);
    expect(new Set((await mailTo(bench().sandbox, to)).map(({ messageId }) => messageId)).size).toBe(1);
    expect(await mailTo(bench().sandbox, to)).toHaveLength(2);
    expect((await row(of)).state).toBe('sent');
  });

  test('two workers at once send it once', async () => {
    const to = newAddress();
    await invited(to);
    const ends = await Promise.all([drain(), drain(), drain()]);
    expect(ends.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
    expect(await mailTo(bench().sandbox, to)).toHaveLength(1);
  });
});

describe('what is refused', () => {
  test('for good: the mail has bounced, the invitation says so in the server’s words, which do not hold the address', async () => {
    const to = newAddress();
    await bench().control('/mail/refusals', { address: to, kind: 'hard', says: '5.1.1 Nobody of that name works here' });
    const of = await invited(to);
    expect(await drain()).toMatchObject({ bounced: 1 });
    const words = '550 5.1.1 Nobody of that name works here (the address)';
    expect(await row(of)).toEqual({ state: 'bounced', attempts: 1, words });
    expect(await invitation(of)).toMatchObject({ state: 'bounced', bounce: words, sentAt: null });
    expect(await drain()).toMatchObject({ bounced: 0, sent: 0 });
  });

  test('for good: whoever invited is told by mail, once, whose address it was and what to do', async () => {
    const to = newAddress();
    const projectName = `Tower ${randomUUID()}`;
    await bench().control('/mail/refusals', { address: to, kind: 'hard', says: '5.1.1 Nobody of that name works here' });
    await invited(to, { projectName });
    expect(await drain()).toMatchObject({ bounced: 1, sent: 1 });
    await drain();
    const told = (await toInviter()).filter(({ subject }) => subject.startsWith(projectName));
    expect(told.map(({ subject }) => subject)).toEqual([`${projectName}: the invitation to connect Procore did not arrive`]);
    expect(told[0]?.text).toContain('Ask them for an address that takes mail');
    expect(told[0]?.text).toContain('g•••@');
    expect(told[0]?.text).not.toContain(to);
  });

  test('for good, and sent again before whoever invited was told: they are not told of what is over', async () => {
    const to = newAddress();
    const projectName = `Tower ${randomUUID()}`;
    const of = await invited(to, { projectName });
    const { restoreEpoch } = bench().deps.mail;
    const { tenantId } = connecting;
    const told = { businessKey: 'bounced:before', kind: 'bounced', invitationId: of.invitationId, generation: 1 } as const;
    const mailId = await connecting.inTenant((db) => queueMail(db, { tenantId, restoreEpoch, ...told }));
    await drain();
    expect(await row({ mailId })).toMatchObject({ state: 'held', words: 'The invitation came to another end since.' });
  });

  test('for now: it is tried again, ever more slowly, and never given up; its neighbours go', async () => {
    const to = newAddress();
    await bench().control('/mail/refusals', { address: to, kind: 'soft', says: '4.2.2 Full' });
    const of = await invited(to);
    const neighbour = newAddress();
    await connecting.inTenant((db) => inviteInto(db, connecting, { links: bench().deps.mail.links, to: neighbour }));
    await bench().store.admin.query("UPDATE invitation SET state = 'sent' WHERE invitation_id = $1", [of.invitationId]);
    await eventually('some attempts', async () => {
      await drain();
      return (await row(of)).attempts >= 4;
    });
    expect((await row(of)).state).toBe('queued');
    expect(await mailTo(bench().sandbox, neighbour)).toHaveLength(1);
    await bench().control('/mail/refusals', { address: to, kind: 'none' });
    await eventually('the mail to be sent', async () => (await drain()).sent === 1);
    expect(await mailTo(bench().sandbox, to)).toHaveLength(1);
  });

  test('a server that is away holds up all that is due, and everything goes once it is back', async () => {
    const [one, two] = [newAddress(), newAddress()];
    await invited(one);
    await bench().control('/mail/faults', { kind: 'unavailable', times: 2 });
    expect(await drain()).toMatchObject({ sent: 0, away: true });
    await connecting.inTenant((db) => inviteInto(db, { ...connecting }, { links: bench().deps.mail.links, to: two }));
    await bench().store.admin.query("UPDATE invitation SET state = 'sent' WHERE state = 'superseded'");
    let sent = 0;
    await eventually('both to be sent', async () => {
      sent += (await drain()).sent;
      return sent === 2;
    });
    expect([await mailTo(bench().sandbox, one), await mailTo(bench().sandbox, two)].map(({ length }) => length)).toEqual([1, 1]);
  });
});

describe('names that others gave', () => {
  const evil = 'Pia\r\nBcc: victim@other.example\r\n\r\n<script>alert(1)</script> https://evil.example/login \u202Egnp.exe';

  test('add no header, no recipient, no markup and no link; text does not turn around', async () => {
    const to = newAddress();
    await invited(to, { inviterName: evil, projectName: `Tower\nBcc: victim@other.example` });
    await drain();
    const [mail] = await mailTo(bench().sandbox, to);
    expect(mail?.to).toEqual([to]);
    expect(await mailTo(bench().sandbox, 'victim@other.example')).toEqual([]);
    const head = (mail?.source ?? '').split(/\r?\n\r?\n/)[0] ?? '';
    expect(head).not.toMatch(/^bcc:/im);
    expect(mail?.subject).toMatch(/^Tower Bcc: victim@other\.example: connect Procore/);
    expect(mail?.html).not.toContain('<script');
    for (const part of [mail?.html, mail?.text]) {
      expect(part).not.toContain('https://evil.example');
      expect(part).not.toContain('evil.example');
      expect(part).not.toContain('\u202E');
    }
    expect(mail?.html.match(/href="/g)).toHaveLength(1);
  });
});

describe('what is not sent any more', () => {
  test.each([
    ['the invitation was withdrawn', (of: Invited) => connecting.inTenant((db) => withdrawInvitation(db, of.invitationId))],
    [
      'it is from before a restore',
      (of: Invited) => bench().store.admin.query("UPDATE mail SET restore_epoch = 'old' WHERE mail_id = $1", [of.mailId]),
    ],
    [
      'the key of its link is gone',
      (of: Invited) =>
        bench().store.admin.query('UPDATE invitation SET link_hash = sha256(link_hash) WHERE invitation_id = $1', [
          of.invitationId,
        ]),
    ],
  ])('is held: %s', async (_why, happens) => {
    const to = newAddress();
    const of = await invited(to);
    await happens(of);
    expect(await drain()).toMatchObject({ sent: 0, held: 1 });
    expect(await row(of)).toMatchObject({ state: 'held', words: expect.stringMatching(/\.$/) });
    expect(await mailTo(bench().sandbox, to)).toEqual([]);
  });
});

describe('a round of upkeep', () => {
  const tidy = () => createUpkeep(bench().deps).tidy({});

  test('reminds after one, three and seven days, once each, and makes up for none that was missed', async () => {
    const to = newAddress();
    const of = await invited(to);
    await tidy();
    const subjects = async () => (await mailTo(bench().sandbox, to)).map(({ subject }) => subject);
    await tidy();
    expect(await subjects()).toHaveLength(1);
    for (const [days, mails] of [
      [1, 2],
      [1, 2],
      [5, 3],
      [20, 3],
    ] as const) {
      await daysLater(of, days);
      await tidy();
      await tidy();
      expect(await subjects()).toHaveLength(mails);
    }
    const links = (await mailTo(bench().sandbox, to)).map(({ text }) => linkIn(text));
    expect(new Set(links).size).toBe(1);
  });

  test('does not remind who asked for no more of it', async () => {
    const to = newAddress();
    const of = await invited(to);
    await tidy();
    await connecting.inTenant((db) => stopReminders(db, ofInvitation, of.invitationId));
    await daysLater(of, 3);
    await tidy();
    expect(await mailTo(bench().sandbox, to)).toHaveLength(1);
  });

  test('ends what is over and tells who invited, once; forgets it with its mails after ninety days more', async () => {
    const of = await invited(newAddress());
    await tidy();
    await daysLater(of, 31);
    const before = (await mailTo(bench().sandbox, 'pia@north-studio.example')).length;
    await tidy();
    await tidy();
    expect((await invitation(of))?.state).toBe('expired');
    const told = (await mailTo(bench().sandbox, 'pia@north-studio.example')).slice(before);
    expect(told.map(({ subject }) => subject)).toEqual(['Harbour Tower: the invitation to connect Procore has expired']);
    expect(told[0]?.text).not.toContain('/invitation/');
    await daysLater(of, 89);
    await tidy();
    expect(await invitation(of)).toBeDefined();
    await daysLater(of, 2);
    await tidy();
    expect(await invitation(of)).toBeUndefined();
    expect(await row(of)).toBeUndefined();
  });

  test('forgets a mail ninety days after its end, and none that waits', async () => {
    const of = await invited(newAddress());
    await drain();
    await bench().store.admin.query("UPDATE mail SET settled_at = settled_at - interval '91 days' WHERE mail_id = $1", [
      of.mailId,
    ]);
    await tidy();
    expect(await row(of)).toBeUndefined();
  });
});
