import { expect, test } from '@jest/globals';
import { editRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import type { RfiFields } from '../../../sandbox/procore/rfis/fields.ts';
import { ask } from './asking.ts';
import { agreeAs, ownerOf, withdraw } from './consenting.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

/** An RFI that concerns nobody of the design team; a minute goes by. */
const askOtto = (ground: ItemsGround, subject: string, fields: RfiFields = {}) =>
  ask(ground, { subject, assigneeIds: [ground.ids.otto], ...fields });

const subjects = (ground: ItemsGround) => ground.rfis().map(({ subject }) => subject);

test('that all which is not private is wanted changes nothing before the contractor has agreed; then the rest comes, private ones never', async () => {
  const ground = await newGround();
  await ground.settings({ intake: { which: 'all-non-private' } });
  askOtto(ground, 'theirs');
  askOtto(ground, 'secret', { private: true });
  await ground.cycle('rfis');
  expect(subjects(ground)).toEqual([]);
  await agreeAs(ground, ownerOf(ground), 'all-non-private');
  await ground.cycle('rfis');
  expect(subjects(ground)).toEqual(['theirs']);
});

test('consent alone widens nothing that nobody has asked for', async () => {
  const ground = await newGround();
  await agreeAs(ground, ownerOf(ground), 'all-non-private');
  askOtto(ground, 'theirs');
  await ground.cycle('rfis');
  expect(subjects(ground)).toEqual([]);
});

test('agreeing to read for others is no consent to all', async () => {
  const ground = await newGround();
  await ground.settings({ intake: { which: 'all-non-private' } });
  await agreeAs(ground, ownerOf(ground), 'reader');
  askOtto(ground, 'theirs');
  await ground.cycle('rfis');
  expect(subjects(ground)).toEqual([]);
});

test('withdrawn, what was carried stays as it was, and nothing new comes by it', async () => {
  const ground = await newGround();
  await ground.settings({ intake: { which: 'all-non-private' } });
  const consent = await agreeAs(ground, ownerOf(ground), 'all-non-private');
  const carried = askOtto(ground, 'theirs');
  await ground.cycle('rfis');
  expect(await withdraw(ground, consent)).toBe(true);
  editRfiByHand(ground.world, { id: carried.id }, { subject: 'changed since' });
  askOtto(ground, 'later');
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ subject: 'theirs', status: 'open' }]);
});

test('a consent ends with the authorization it was given with', async () => {
  const ground = await newGround();
  await ground.settings({ intake: { which: 'all-non-private' } });
  await agreeAs(ground, ownerOf(ground), 'all-non-private');
  await ground.store.admin.query(
    `UPDATE person_grant SET state = 'revoked', sealed_pair = NULL, revoked_at = now() WHERE grant_id = $1`,
    [await ownerOf(ground)],
  );
  askOtto(ground, 'theirs');
  await ground.cycle('rfis');
  expect(subjects(ground)).toEqual([]);
});
