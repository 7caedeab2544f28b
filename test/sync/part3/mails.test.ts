import { expect, test } from '@jest/globals';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();

interface Mail {
  readonly to: readonly { readonly personId: string }[];
}

/** By the ledger: who was mailed about an item, mail by mail. */
const mailedAbout = (ground: AnsweringGround, resource: 'rfi-mails' | 'submittal-mails', of: string) =>
  ground.world.ledger
    .records(resource)
    .map(({ current }) => current as Mail & Readonly<Record<string, unknown>>) // as the sandbox commits them
    .filter((mail) => mail['rfiId'] === of || mail['submittalId'] === of)
    .map(({ to }) => to.map(({ personId }) => personId));

test('a reply is mailed once to those it concerns, or to nobody, by the setting', async () => {
  const ground = await newGround();
  const mailed = await ground.rfi();
  await ground.answer(mailed.part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(mailedAbout(ground, 'rfi-mails', mailed.rfiId)).toEqual([[ground.ids.gus]]);
  await ground.settings({ rfis: { sendEmails: false } });
  const quiet = await ground.rfi();
  await ground.answer(quiet.part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(ground.replies(quiet.rfiId)).toHaveLength(1);
  expect(mailedAbout(ground, 'rfi-mails', quiet.rfiId)).toEqual([]);
});

test('a response is mailed once to those it concerns, or to nobody, by the setting', async () => {
  const ground = await newGround();
  const mailed = await ground.submittal([['Ria'], ['Sam']]);
  await ground.give(mailed.part3Id, 'Ria', mailed.slots[0] ?? '');
  await ground.settle('submittal-responses');
  expect(mailedAbout(ground, 'submittal-mails', mailed.submittalId)).toEqual([[ground.ids.Sam, ground.ids.gus]]);
  await ground.settings({ submittals: { sendEmails: false } });
  const quiet = await ground.submittal([['Ria'], ['Sam']]);
  await ground.give(quiet.part3Id, 'Ria', quiet.slots[0] ?? '');
  await ground.settle('submittal-responses');
  expect(ground.said(quiet.slots[0] ?? '')).toHaveLength(1);
  expect(mailedAbout(ground, 'submittal-mails', quiet.submittalId)).toEqual([]);
});

test('what Procore took although its answer was lost is looked up, and nobody is mailed twice', async () => {
  const ground = await newGround();
  const rfi = await ground.rfi();
  const submittal = await ground.submittal([['Ria'], ['Sam']]);
  ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind: 'reset-after-commit' });
  ground.spoil('PATCH', '/rest/v1.0/submittal_approvers/*', { kind: 'reset-after-commit' });
  await ground.answer(rfi.part3Id, 'Ria');
  await ground.give(submittal.part3Id, 'Ria', submittal.slots[0] ?? '');
  expect(await ground.cycle('rfi-replies')).toMatchObject({ open: 1 });
  expect(await ground.cycle('submittal-responses')).toMatchObject({ open: 1 });
  await ground.settle('rfi-replies');
  await ground.settle('submittal-responses');
  expect(mailedAbout(ground, 'rfi-mails', rfi.rfiId)).toHaveLength(1);
  expect(mailedAbout(ground, 'submittal-mails', submittal.submittalId)).toHaveLength(1);
});
