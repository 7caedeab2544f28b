import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { openCauses } from '../../shared/store/attention-view.ts';
import { findConnection, storeSettings } from '../../shared/store/connections/connections.ts';
import { agree, withdrawConsent } from '../../shared/store/grants/consents.ts';
import { beginConsentRequest, findConsentRequest, moveConsentRequest } from '../../shared/store/people/consent-requests.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { linkIn, mailTo, type Received } from '../support/inviting.ts';
import { gus, untilConnected } from '../support/part3-connecting.ts';

const bench = useChecksBench();
const consentId = '11111111-1111-4111-8111-111111111111';
const kind = 'all-non-private';
const asking = 'Harbour Tower: do you agree that all that is not private is carried? (1 minute)';
const reminding = 'Harbour Tower: nobody has said yet whether all that is not private is carried (1 minute)';
let on: Connecting;
let seen = 0;

/** What came for the contractor since this test began. */
const mails = async (): Promise<readonly Received[]> => (await mailTo(bench().sandbox, gus)).slice(seen);
const subjects = async () => (await mails()).map(({ subject }) => subject);
const tidy = () => createUpkeep(bench().deps).tidy({});
const row = () => on.inTenant((db) => findConnection(db, on.connectionId));
const causes = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).filter(({ reason }) => reason === 'consent-missing');

const want = (which: 'design-side' | 'all-non-private') =>
  on.inTenant((db) => storeSettings(db, on.connectionId, { modules: ['rfis'], settings: { intake: { which } } }));

async function agreeAsOwner(): Promise<void> {
  const grantId = (await row())?.ownerGrantId ?? '';
  const { tenantId, connectionId } = on;
  await on.inTenant((db) => agree(db, { tenantId, connectionId, consentId, kind, grantId, words: 'as shown' }));
}

const daysLater = (days: number) =>
  bench().store.admin.query(`UPDATE consent_request SET sent_at = sent_at - $2 * interval '1 day' WHERE tenant_id = $1`, [
    on.tenantId,
    days,
  ]);

/** The grant of somebody else, which stands. */
async function anotherPerson(): Promise<string> {
  const grantId = randomUUID();
  await bench().store.admin.query(
    `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, state, sealed_pair, access_issued_at, access_expires_at)
     VALUES ($1, $2, 'other', 'live', '\\x00', now(), now() + interval '1 hour')`,
    [on.tenantId, grantId],
  );
  return grantId;
}

const ownedBy = (grantId: string) =>
  bench().store.admin.query('UPDATE connection SET owner_grant_id = $2 WHERE connection_id = $1', [on.connectionId, grantId]);

beforeEach(async () => {
  on = await untilConnected(bench());
  await tidy();
  seen = (await mailTo(bench().sandbox, gus)).length;
});

test('who connected the project is asked once for what a setting waits for, with a link that lasts and authorizes nothing, and the wait is shown', async () => {
  await tidy();
  expect([await subjects(), await causes()]).toEqual([[], []]);
  await want(kind);
  await Promise.all([tidy(), tidy()]);
  await tidy();
  const [mail, ...more] = await mails();
  expect([mail?.subject, more]).toEqual([asking, []]);
  expect(linkIn(mail?.text ?? '', 'account')).not.toBe('');
  expect(linkIn(mail?.text ?? '', 'account')).toBe(linkIn(mail?.html ?? '', 'account'));
  expect(linkIn(mail?.text ?? '', 'authorize')).toBe('');
  expect(await causes()).toMatchObject([
    {
      owner: 'contractor',
      seen: expect.stringContaining('Meanwhile only items that a member of the design team takes part in are carried.'),
    },
  ]);
});

test('they are reminded after one, three and seven days, and no more once they have agreed; nothing is asked then', async () => {
  await want(kind);
  await tidy();
  for (const [days, reminders] of [
    [1, 1],
    [0, 1],
    [2, 2],
  ] as const) {
    await daysLater(days);
    await tidy();
    expect((await subjects()).filter((subject) => subject === reminding)).toHaveLength(reminders);
  }
  await agreeAsOwner();
  await daysLater(10);
  await tidy();
  await tidy();
  expect(await subjects()).toEqual([asking, reminding, reminding]);
  expect(await causes()).toEqual([]);
});

test('a setting that is taken back ends the asking, also of a mail that has not left; one that comes again asks once more', async () => {
  await want(kind);
  await tidy();
  await want('design-side');
  await tidy();
  await daysLater(8);
  await tidy();
  expect([await subjects(), await causes()]).toEqual([[asking], []]);
  await want(kind);
  await tidy();
  expect(await subjects()).toEqual([asking, asking]);
});

test('of two who ask anew at once one does, and whoever saw only the round before does not undo what was said since', async () => {
  await want(kind);
  await tidy();
  await want('design-side');
  await tidy();
  const { tenantId, connectionId } = on;
  const grantId = (await row())?.ownerGrantId ?? '';
  const askAfterFirst = () => on.inTenant((db) => beginConsentRequest(db, { tenantId, connectionId, kind, grantId, after: 1 }));
  const rounds = await Promise.all([askAfterFirst(), askAfterFirst()]);
  expect(rounds.filter((round) => round !== undefined)).toEqual([2]);
  await on.inTenant((db) => moveConsentRequest(db, { connectionId, kind }, 'declined'));
  expect(await askAfterFirst()).toBeUndefined();
  const request = await on.inTenant((db) => findConsentRequest(db, { connectionId, kind }));
  expect(request).toMatchObject({ round: 2, state: 'declined' });
});

test('who says no is left alone, and whoever set it sees that; who took a consent back is not asked again either', async () => {
  await want(kind);
  await tidy();
  await on.inTenant((db) => moveConsentRequest(db, { connectionId: on.connectionId, kind }, 'declined'));
  await daysLater(8);
  await tidy();
  expect(await subjects()).toEqual([asking]);
  expect(await causes()).toMatchObject([{ owner: 'admin', seen: expect.stringContaining('does not agree') }]);
  await agreeAsOwner();
  await tidy();
  expect(await causes()).toEqual([]);
  await on.inTenant((db) => withdrawConsent(db, { connectionId: on.connectionId, consentId, by: 'test' }));
  await tidy();
  expect(await subjects()).toEqual([asking]);
  expect(await causes()).toMatchObject([{ owner: 'admin', seen: expect.stringContaining('given and withdrawn') }]);
});

test('whose authorization does not stand is asked once they have signed in again; another owner is asked anew', async () => {
  const { admin } = bench().store;
  const owner = (await row())?.ownerGrantId;
  const stateOfOwner = (state: string) => admin.query('UPDATE person_grant SET state = $2 WHERE grant_id = $1', [owner, state]);
  await stateOfOwner('lapsed');
  await want(kind);
  await tidy();
  expect(await subjects()).toEqual([]);
  await stateOfOwner('live');
  await tidy();
  expect(await subjects()).toEqual([asking]);
  await ownedBy(await anotherPerson());
  await tidy();
  await tidy();
  expect(await subjects()).toEqual([asking, asking]);
});

test('another owner is asked although the one before agreed, whose consent counts again only once the connection is theirs again', async () => {
  const owner = (await row())?.ownerGrantId ?? '';
  await want(kind);
  await tidy();
  await agreeAsOwner();
  await tidy();
  expect([await subjects(), await causes()]).toEqual([[asking], []]);
  await ownedBy(await anotherPerson());
  await tidy();
  await tidy();
  expect(await subjects()).toEqual([asking, asking]);
  expect(await causes()).toMatchObject([{ owner: 'contractor' }]);
  await ownedBy(owner);
  await tidy();
  expect([await subjects(), await causes()]).toEqual([[asking, asking], []]);
});
