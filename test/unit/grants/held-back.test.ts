import { expect, test } from '@jest/globals';
import type { PersonsReach } from '../../../activities/clients.ts';
import { heldBackFault, holdingBackOne } from '../../../activities/grants/held-back.ts';
import { Fault } from '../../../shared/domain/faults.ts';
import { causeOf } from '../../../shared/partners/part3/answering/persons.ts';

/** As a person whose token cannot be had. */
const failing = (fault: Fault) =>
  holdingBackOne({
    grants: {
      sourceFor: () => ({ principal: 'person', bearer: () => Promise.reject(fault), rejected: () => undefined }),
    },
  } as unknown as PersonsReach)
    .grants // only the grants are looked at
    .sourceFor('tenant', 'grant')
    .bearer();

test('where one member’s authorization is not renewed, only what goes out under their name waits', async () => {
  const at = new Date('2026-11-29T14:05:00Z');
  const held = await causeOf(async () => {
    await failing(heldBackFault({ why: 'many-lapses', since: at, nextTrialAt: at }));
    return undefined;
  });
  expect(held).toMatchObject({
    reason: 'renewal-held-back',
    subject: 'renewals:held-back',
    seen: expect.stringMatching(/^Since 2026-11-29 14:05 UTC we hold back/),
    needed: expect.stringMatching(/^Nobody needs to sign in/),
  });
});

test('any other fault of getting their token is as it was', async () => {
  const fault = new Fault('grant-lapsed');
  await expect(failing(fault)).rejects.toBe(fault);
});
