import { expect, test } from '@jest/globals';
import { addTemplate } from '../../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../../sandbox/kernel/levels.ts';
import { createRfiByHand, editRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { editUser, putOnProject, takeOffProject } from '../../../sandbox/procore/admin/users.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';
import { useItemsGrounds } from './items-ground.ts';

const newGround = useAnsweringGrounds();
const newReading = useItemsGrounds();
const authors = (ground: AnsweringGround, rfiId: string) => ground.replies(rfiId).map(({ authorId }) => authorId);

/** Puts a person on the ground's project with these levels. */
function level(ground: Pick<AnsweringGround, 'world' | 'project'>, personId: string, levels: Record<string, AccessLevel>): void {
  const { world, project } = ground;
  const template = addTemplate(world, { companyId: acmeId, name: `Lower ${world.ledger.last}`, type: 'global', levels });
  putOnProject(world, { projectId: project.id, personId, templateId: template.id });
}

const standard = { rfis: 'Standard', submittals: 'Standard' } as const;
const lost = {
  'left the project in Part3': {
    goes: (ground: AnsweringGround) => ground.onMember('Ria', 'leave'),
    comesBack: (ground: AnsweringGround) => ground.onMember('Ria', 'come-back'),
    waitsFor: 'admin',
  },
  'was taken off the project in Procore': {
    goes: ({ world, project, ids }: AnsweringGround) => takeOffProject(world, { projectId: project.id, personId: ids.Ria }),
    comesBack: (ground: AnsweringGround) => level(ground, ground.ids.Ria, standard),
    waitsFor: 'contractor',
  },
  'was made inactive in the company’s directory': {
    goes: ({ world, ids }: AnsweringGround) => editUser(world, { companyId: acmeId, personId: ids.Ria, active: false }),
    comesBack: ({ world, ids }: AnsweringGround) => editUser(world, { companyId: acmeId, personId: ids.Ria, active: true }),
    waitsFor: 'contractor',
  },
  'may only read since they authorized': {
    goes: (ground: AnsweringGround) => level(ground, ground.ids.Ria, { rfis: 'Read Only', submittals: 'Read Only' }),
    comesBack: (ground: AnsweringGround) => level(ground, ground.ids.Ria, standard),
    waitsFor: 'contractor',
  },
  'may not open the tools any more': {
    goes: (ground: AnsweringGround) => level(ground, ground.ids.Ria, { rfis: 'None', submittals: 'None' }),
    comesBack: (ground: AnsweringGround) => level(ground, ground.ids.Ria, standard),
    waitsFor: 'contractor',
  },
} as const;

test.each(Object.entries(lost))(
  'somebody who %s says nothing in Procore from then on, and others go on; what they wrote waits, whole, until that is mended',
  async (_, { goes, comesBack, waitsFor }) => {
    const ground = await newGround();
    const { ids } = ground;
    const rfi = await ground.rfi(['Ria', 'Sam']);
    const submittal = await ground.submittal([['Ria']]);
    const [slot = ''] = submittal.slots;
    const answer = await ground.answer(rfi.part3Id, 'Ria');
    await ground.answer(rfi.part3Id, 'Sam', { bodyHtml: 'As Ria says.' });
    const given = await ground.give(submittal.part3Id, 'Ria', slot);
    goes(ground);
    await ground.settle('rfi-replies');
    await ground.settle('submittal-responses');
    expect(authors(ground, rfi.rfiId)).toEqual([ids.Sam]);
    expect(ground.said(slot)).toEqual([]);
    const items = await ground.items();
    expect(items.map(({ reason, owner, records }) => [reason, owner, records])).toEqual([
      ['person-lacks-access', waitsFor, 1],
      ['person-lacks-access', waitsFor, 1],
    ]);
    expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'person-lacks-access' } });
    expect(ground.toldReturn(given.id)).toMatchObject({ state: 'blocked', block: { code: 'person-lacks-access' } });
    comesBack(ground);
    await ground.settle('rfi-replies');
    await ground.settle('submittal-responses');
    expect(authors(ground, rfi.rfiId)).toEqual([ids.Sam, ids.Ria]);
    expect(ground.said(slot)).toMatchObject([{ actor: ids.Ria, row: { comment: 'As shown.' } }]);
    expect(await ground.items()).toEqual([]);
  },
);

test('a private RFI that its author does not see is no deletion: the answer waits, and goes out once they are named on it', async () => {
  const ground = await newGround();
  const { world, ids } = ground;
  const { rfiId, part3Id } = await ground.rfi(['Ria']);
  editRfiByHand(world, { id: rfiId }, { private: true, assigneeIds: [ids.Sam] });
  const answer = await ground.answer(part3Id, 'Ria');
  await ground.settle('rfi-replies');
  expect(authors(ground, rfiId)).toEqual([]);
  expect(ground.toldAnswer(answer.id)).toMatchObject({ state: 'blocked', block: { code: 'person-lacks-access' } });
  editRfiByHand(world, { id: rfiId }, { assigneeIds: [ids.Ria] });
  await ground.settle('rfi-replies');
  expect(authors(ground, rfiId)).toEqual([ids.Ria]);
  expect(await ground.items()).toEqual([]);
});

test('who authorized with another account than their address in Part3 answers as that account, in its slot and with its ball', async () => {
  const ground = await newGround();
  const { ids } = ground;
  const account = { grantId: ids.Sam, procoreUserId: ids.Sam };
  ground.member('Ria', account);
  const rfi = await ground.rfi(['Sam']);
  const submittal = await ground.submittal([['Sam']]);
  const [slot = ''] = submittal.slots;
  await ground.answer(rfi.part3Id, 'Ria');
  await ground.give(submittal.part3Id, 'Ria', slot);
  await ground.settle('rfi-replies');
  await ground.settle('submittal-responses');
  expect(authors(ground, rfi.rfiId)).toEqual([ids.Sam]);
  expect(ground.trueRfi(rfi.rfiId).ball.role).toBe('RFI Manager');
  expect(ground.said(slot).map(({ actor }) => actor)).toEqual([ids.Sam]);
});

test('the owner’s level is lowered: reading goes on while they may read; below that it is named, once, and goes on by itself', async () => {
  const ground = await newReading();
  const { world, project, ids, later } = ground;
  const ask = (subject: string) => {
    createRfiByHand(
      world,
      { projectId: project.id, by: ids.tess },
      { subject, body: 'What?', managerId: ids.tess, assigneeIds: [ids.ria] },
    );
    later(60);
  };
  const subjects = () =>
    ground
      .rfis()
      .map(({ subject }) => subject)
      .sort();
  ask('1');
  await ground.cycle('rfis');
  level(ground, ids.gus, { rfis: 'Read Only', submittals: 'Read Only' });
  ask('2');
  await ground.cycle('rfis');
  expect(subjects()).toEqual(['1', '2']);
  expect(await ground.items()).toEqual([]);
  level(ground, ids.gus, { rfis: 'None', submittals: 'Read Only' });
  ask('3');
  for (let cycles = 0; cycles < 2; cycles += 1) await expect(ground.cycle('rfis')).rejects.toThrow();
  // the other tool is read as before
  expect(await ground.cycle('submittals')).toMatchObject({ parked: 0 });
  expect(await ground.items()).toMatchObject([{ subject: 'stream:rfis' }]);
  expect(ground.rfis().map(({ status }) => status)).toEqual(['open', 'open']);
  level(ground, ids.gus, { rfis: 'Read Only', submittals: 'Read Only' });
  await ground.cycle('rfis');
  expect(subjects()).toEqual(['1', '2', '3']);
  expect(await ground.items()).toEqual([]);
});
