import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { beginRequest, ofRequest } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { invite, ofInvitation } from '../../shared/store/people/invitations.ts';
import { expireLinks, takeReminders } from '../../shared/store/people/mailed-link-times.ts';
import {
  bindSignIn,
  type LinkKind,
  markBounced,
  markOpened,
  markSent,
  markUsed,
  nextGeneration,
  standingOfLink,
  stopReminders,
} from '../../shared/store/people/mailed-links.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { comeByLink, invitationWords, linkEpoch, newHash, newLink } from '../support/mailed-links.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const next = () => ({ ...newLink(), generation: 1 });

interface Place {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly linkId: string;
}

interface Case {
  readonly kind: LinkKind;
  readonly write: (db: Db, place: Place) => Promise<unknown>;
  /** For each state that an act leads to: from which ones it does. */
  readonly ways: Readonly<Record<'sent' | 'bounced' | 'opened' | 'used' | 'expired' | 'created', readonly string[]>>;
  /** A column that says whether anybody is waited for by it, and how it says no. */
  readonly nobodyIsAwaited: string;
}

const cases: readonly (readonly [string, Case])[] = [
  [
    'an invitation',
    {
      kind: ofInvitation,
      write: (db, { linkId: invitationId, ...at }) => invite(db, { ...invitationWords, ...newLink(), ...at, invitationId }),
      ways: {
        sent: ['created'],
        bounced: ['created', 'sent'],
        opened: ['created', 'sent', 'bounced'],
        used: ['created', 'sent', 'bounced', 'opened', 'passed-on'],
        expired: ['created', 'sent', 'bounced', 'opened', 'passed-on'],
        created: ['created', 'sent', 'bounced', 'opened', 'expired'],
      },
      nobodyIsAwaited: "accepted_by = 'procore:1'",
    },
  ],
  [
    'a request to authorize',
    {
      kind: ofRequest,
      write: (db, { tenantId, linkId: requestId }) => {
        const asked = { tenantId, requestId, subject: memberSubject('ria'), connectionId: null, cause: 'asked' } as const;
        return beginRequest(db, { ...newLink(), ...asked, accountHash: newHash() });
      },
      ways: {
        sent: ['created'],
        bounced: ['created', 'sent'],
        opened: ['created', 'sent', 'bounced'],
        used: ['created', 'sent', 'bounced', 'opened'],
        expired: ['created', 'sent', 'bounced', 'opened'],
        created: ['created', 'sent', 'bounced', 'opened', 'answered', 'expired', 'withdrawn'],
      },
      nobodyIsAwaited: "cause = 'lapsed'",
    },
  ],
];

describe.each(cases)('%s', (_name, { kind, write, ways, nobodyIsAwaited }) => {
  let place: Place;
  let signInId: string;
  let linkId: string;

  const run = <Result>(work: (db: Db) => Promise<Result>): Promise<Result> => withTenant(store().pool, place.tenantId, work);
  /** As if it had come there. */
  const put = (columns: string) => store().admin.query(`UPDATE ${kind.table} SET ${columns} WHERE ${kind.id} = $1`, [linkId]);
  const row = async () => (await store().admin.query(`SELECT * FROM ${kind.table} WHERE ${kind.id} = $1`, [linkId])).rows[0];
  const isOpen = (state: string): boolean => ways.expired.includes(state);

  beforeEach(async () => {
    linkId = randomUUID();
    place = { tenantId: await store().newTenant(), connectionId: randomUUID(), linkId };
    const { tenantId, connectionId } = place;
    await run(async (db) => {
      await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' });
      await write(db, place);
      signInId = await comeByLink(db, kind, linkId, { tenantId, connectionId });
    });
  });

  describe('from every state, an act leads where it may, and nowhere else', () => {
    const acts: readonly (readonly [to: keyof typeof ways, act: (db: Db) => Promise<unknown>])[] = [
      ['sent', (db) => markSent(db, kind, linkId, 1)],
      ['bounced', (db) => markBounced(db, kind, linkId, 1, 'no')],
      ['opened', (db) => markOpened(db, kind, linkId)],
      ['used', (db) => markUsed(db, kind, signInId)],
      ['expired', (db) => expireLinks(db, kind)],
      ['created', (db) => nextGeneration(db, kind, linkId, next(), {})],
    ];

    test.each(acts)('%s', async (to, act) => {
      for (const from of kind.machine.states) {
        await put(`state = '${from}', sent_at = NULL, ended_at = NULL, generation = 1,
          expires_at = now() + interval '${to === 'expired' ? -1 : 60} s'`);
        await run(act);
        const there = to === 'used' ? kind.used : to;
        const goes = ways[to].includes(from);
        const { state, ended_at: endedAt } = await row();
        expect([from, state]).toEqual([from, goes ? there : from]);
        expect([from, endedAt]).toEqual([from, goes && !isOpen(there) ? expect.any(Date) : null]);
      }
    });
  });

  test('mailed again, it begins anew: nothing of the generation before is left', async () => {
    const end = 'opened_at = now(), ended_at = now(), reminders = 2';
    await put(`state = 'expired', bounce = 'no', sent_at = now(), ${end}`);
    const again = next();
    expect(await run((db) => nextGeneration(db, kind, linkId, { ...again, restoreEpoch: 'f' }, {}))).toBe(true);
    const begun = { state: 'created', generation: 2, link_hash: again.linkHash, restore_epoch: 'f' };
    const empty = { bounce: null, sent_at: null, opened_at: null, ended_at: null, reminders: 0 };
    expect(await row()).toMatchObject({ ...begun, ...empty });
  });

  test('mailed again by two at once, it is one generation', async () => {
    const sent = await Promise.all([1, 2].map(() => run((db) => nextGeneration(db, kind, linkId, next(), {}))));
    expect(sent.filter(Boolean)).toHaveLength(1);
    expect(await row()).toMatchObject({ generation: 2 });
  });

  test('what becomes of a mail of a generation before changes nothing', async () => {
    await run((db) => nextGeneration(db, kind, linkId, next(), {}));
    await run((db) => markSent(db, kind, linkId, 1));
    await run((db) => markBounced(db, kind, linkId, 1, 'no'));
    expect(await row()).toMatchObject({ state: 'created', sent_at: null, bounce: null });
  });

  test('two presses tie one sign-in to it, until it is replaced; none is tied to one that has ended', async () => {
    const later = await run((db) => comeByLink(db, kind, linkId, place));
    const bind = (before: string | null) => run((db) => bindSignIn(db, kind, linkId, { signInId: later, before }));
    expect(await bind(null)).toBe(signInId);
    expect(await bind(randomUUID())).toBe(signInId);
    expect(await bind(signInId)).toBe(later);
    for (const state of kind.machine.states) {
      await put(`state = '${state}'`);
      expect([state, await bind(null)]).toEqual([state, isOpen(state) ? later : undefined]);
    }
  });

  test('a sign-in that came by it stands for as long as its link does, and none came by another', async () => {
    for (const state of kind.machine.states) {
      await put(`state = '${state}'`);
      expect([state, await run((db) => standingOfLink(db, kind, signInId))]).toEqual([state, isOpen(state) ? 'open' : 'ended']);
    }
    expect(await run((db) => standingOfLink(db, kind, randomUUID()))).toBe('none');
  });

  test('once it was used its link is void, and it is used once', async () => {
    const { link_hash: before } = await row();
    expect(await run((db) => markUsed(db, kind, signInId))).toBe(linkId);
    expect((await row()).link_hash).not.toEqual(before);
    expect(await run((db) => markUsed(db, kind, signInId))).toBeUndefined();
  });

  describe('of which nobody has come', () => {
    const remind = () => run((db) => takeReminders(db, kind, [1, 3, 7], linkEpoch));
    beforeEach(() => put("state = 'sent', sent_at = now() - interval '4 days'"));

    test('the reminder that is due last is sent, once, and those before it are not made up for', async () => {
      expect(await remind()).toEqual([{ linkId, generation: 1, reminder: 2 }]);
      expect(await remind()).toEqual([]);
    });

    test.each([
      ['nobody is waited for any more', nobodyIsAwaited],
      ['its address was refused', "state = 'bounced'"],
      ['its time is over', 'expires_at = now()'],
      ['it is from before a restore', "restore_epoch = 'old'"],
    ])('nobody is reminded where %s', async (_why, columns) => {
      await put(columns);
      expect(await remind()).toEqual([]);
    });

    test('nobody is reminded who asked for no more', async () => {
      await run((db) => stopReminders(db, kind, linkId));
      expect(await remind()).toEqual([]);
    });

    test('its end says where it stood, once, also of one by which somebody came', async () => {
      await put("expires_at = now(), state = 'opened'");
      expect(await run((db) => expireLinks(db, kind))).toEqual([{ linkId, generation: 1, was: 'opened' }]);
      expect(await run((db) => expireLinks(db, kind))).toEqual([]);
      await put(`state = 'sent', ${nobodyIsAwaited}`);
      expect(await run((db) => expireLinks(db, kind))).toEqual([{ linkId, generation: 1, was: 'sent' }]);
    });
  });
});
