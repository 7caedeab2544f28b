import { beforeEach, expect, test } from '@jest/globals';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { listInvitations, ofInvitation } from '../../shared/store/people/invitations.ts';
import { bindSignIn } from '../../shared/store/people/mailed-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { mailTo } from '../support/inviting.ts';
import { gus, inviteTo, untilPart3 } from '../support/part3-connecting.ts';

const bench = useChecksBench();
const pia = 'pia@north-studio.example';
let on: Connecting;
let invitationId: string;
let seen = { pia: 0, gus: 0 };

const countOf = async (to: string) => (await mailTo(bench().sandbox, to)).length;
const states = async () => (await on.inTenant((db) => listInvitations(db, on.connectionId))).map(({ state }) => state);
const ends = ({ tenantId, connectionId }: Connecting, ended: 'stopped' | 'expired') =>
  bench().checks.endOnboarding({ tenantId, connectionId, ended });
const tidy = () => createUpkeep(bench().deps).tidy({});

beforeEach(async () => {
  on = await untilPart3(bench());
  invitationId = await inviteTo(bench(), on);
  await tidy();
  seen = { pia: await countOf(pia), gus: await countOf(gus) };
});

test('an onboarding that nobody came to in time takes its invitation along, and whoever invited is told once', async () => {
  await ends(on, 'expired');
  expect(await states()).toEqual(['expired']);
  await tidy();
  await ends(on, 'expired');
  await tidy();
  const [mail, ...more] = (await mailTo(bench().sandbox, pia)).slice(seen.pia);
  expect(more).toEqual([]);
  expect(mail?.subject).toContain('Harbour Tower');
  expect(mail?.text.replace(/\s+/g, ' ')).toMatch(/ended/);
  expect(mail?.text).not.toContain(gus);
  expect(await countOf(gus)).toBe(seen.gus);
  // nobody signs in by the link that they hold
  const bound = await on.inTenant((db) =>
    bindSignIn(db, ofInvitation, invitationId, { signInId: '00000000-0000-4000-8000-000000000001', before: null }),
  );
  expect(bound).toBeUndefined();
});

test('who stops an onboarding themselves is told nothing: the invitation is taken back with it', async () => {
  await ends(on, 'stopped');
  expect(await states()).toEqual(['withdrawn']);
  await tidy();
  expect(await countOf(pia)).toBe(seen.pia);
});
