import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { tellTakenBack } from '../../shared/store/people/taken-back.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { mailTo } from '../support/inviting.ts';
import { authorize, gus, untilConnected } from '../support/part3-connecting.ts';

const bench = useChecksBench();
const pia = 'pia@north-studio.example';
let on: Connecting;
let seen = { pia: 0, gus: 0 };

const countOf = async (to: string) => (await mailTo(bench().sandbox, to)).length;
const news = async () => (await mailTo(bench().sandbox, pia)).slice(seen.pia);
const tidy = () => createUpkeep(bench().deps).tidy({});
/** As the account page does with Revoke. */
const takeBack = () =>
  on.inTenant(async (db) => {
    const grantId = (await findConnection(db, on.connectionId))?.ownerGrantId ?? '';
    const mails = await tellTakenBack(db, { tenantId: on.tenantId, grantId, restoreEpoch: 'test' });
    await revokeGrant(db, grantId);
    return mails;
  });

beforeEach(async () => {
  on = await untilConnected(bench());
  await tidy();
  seen = { pia: await countOf(pia), gus: await countOf(gus) };
});

test('whoever invited is told once that it was taken back, and what they do; whoever took it back is asked for nothing', async () => {
  expect(await takeBack()).toHaveLength(1);
  await tidy();
  await tidy();
  const [mail, ...more] = await news();
  expect(more).toEqual([]);
  expect(mail?.subject).toBe('Harbour Tower: the authorization in Procore was taken back');
  expect(mail?.text).toContain('Acme Builders for Harbour Tower has taken their authorization back');
  expect(mail?.text.replace(/\s+/g, ' ')).toContain('In Part3: Contractor → Invite.');
  expect(mail?.text).not.toContain(gus);
  expect(await countOf(gus)).toBe(seen.gus);
});

test('nobody is told what is over: they have signed in again before the mail went', async () => {
  const [mailId] = await takeBack();
  await authorize(on, 'gus');
  await on.check('contractorSignsIn');
  await tidy();
  expect(await news()).toEqual([]);
  const { rows } = await bench().store.admin.query('SELECT state, words FROM mail WHERE mail_id = $1', [mailId]);
  expect(rows).toEqual([{ state: 'held', words: expect.stringContaining('stands again') }]);
});
