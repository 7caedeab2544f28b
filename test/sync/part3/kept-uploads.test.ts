import { expect, test } from '@jest/globals';
import { addTemplate } from '../../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../../sandbox/kernel/levels.ts';
import type { Upload } from '../../../sandbox/kernel/model-files.ts';
import { putOnProject } from '../../../sandbox/procore/admin/users.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const large = { name: 'detail.pdf', contentType: 'application/pdf', sizeBytes: 9_000_000 };
const small = { name: 'sketch.pdf', contentType: 'application/pdf', sizeBytes: 1000 };

function level({ world, project, ids }: AnsweringGround, rights: AccessLevel): void {
  const levels = { rfis: rights, submittals: rights };
  const template = addTemplate(world, { companyId: acmeId, name: `Level ${world.ledger.last}`, type: 'global', levels });
  putOnProject(world, { projectId: project.id, personId: ids.Ria, templateId: template.id });
}

/** By the ledger: the names of all files whose upload was ever asked for. */
const uploads = ({ world }: AnsweringGround): readonly string[] =>
  world.ledger.records('uploads').map(({ history }) => (history[0]?.row as Upload | undefined)?.filename ?? '');

const filesOf = (ground: AnsweringGround, rfiId: string) =>
  ground.replies(rfiId).map(({ attachments }) => attachments.map(({ filename }) => filename));

async function rounds(ground: AnsweringGround, stream: string, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await ground.timePasses();
    await ground.cycle(stream);
  }
}

/** An answer with a large file that Procore has refused several times, as its author may only read. */
async function refused(ground: AnsweringGround) {
  const { rfiId, part3Id } = await ground.rfi();
  level(ground, 'Read Only');
  const answer = await ground.answer(part3Id, 'Ria', { files: [large] });
  await rounds(ground, 'rfi-replies', 4);
  expect(filesOf(ground, rfiId)).toEqual([]);
  expect(await ground.items()).toMatchObject([{ reason: 'person-lacks-access' }]);
  expect(uploads(ground)).toEqual(['detail.pdf']);
  return { rfiId, answer };
}

test('the files of a reply that Procore refuses to its author are sent once, however often it is tried, and hang on it in the end', async () => {
  const ground = await newGround();
  const { rfiId } = await refused(ground);
  level(ground, 'Standard');
  await ground.settle('rfi-replies');
  expect(filesOf(ground, rfiId)).toEqual([['detail.pdf']]);
  expect(uploads(ground)).toEqual(['detail.pdf']);
  expect(await ground.items()).toEqual([]);
});

test('so are those of a return, its cover page among them', async () => {
  const ground = await newGround();
  await ground.settings({ submittals: { coverPage: true } });
  const submittal = await ground.submittal([['Ria']]);
  const [slot = ''] = submittal.slots;
  level(ground, 'Read Only');
  await ground.give(submittal.part3Id, 'Ria', slot, { files: [small] });
  await rounds(ground, 'submittal-responses', 3);
  expect(ground.said(slot)).toEqual([]);
  const sent = uploads(ground);
  expect(sent).toEqual([expect.stringContaining('Part3 cover page'), 'sketch.pdf']);
  level(ground, 'Standard');
  await ground.settle('submittal-responses');
  expect(ground.said(slot)).toMatchObject([{ row: { attachments: sent.map((filename) => ({ filename })) } }]);
  expect(uploads(ground)).toEqual(sent);
});

test('an upload that Procore may have deleted by now is made anew', async () => {
  const ground = await newGround();
  const { rfiId } = await refused(ground);
  await ground.store.admin.query(`UPDATE kept_upload SET asked_at = asked_at - interval '6 days'`);
  level(ground, 'Standard');
  await ground.settle('rfi-replies');
  expect(filesOf(ground, rfiId)).toEqual([['detail.pdf']]);
  expect(uploads(ground)).toEqual(['detail.pdf', 'detail.pdf']);
});

test('an upload serves whoever made it alone: a person who authorizes another account sends the file as that one', async () => {
  const ground = await newGround();
  const { rfiId } = await refused(ground);
  ground.member('Ria', { grantId: ground.ids.Sam, procoreUserId: ground.ids.Sam });
  ground.world.rfis.put({ ...ground.trueRfi(rfiId), assigneeIds: [ground.ids.Sam] });
  await ground.settle('rfi-replies');
  expect(ground.replies(rfiId)).toMatchObject([{ authorId: ground.ids.Sam, attachments: [{ filename: 'detail.pdf' }] }]);
  expect(uploads(ground)).toEqual(['detail.pdf', 'detail.pdf']);
});

test('of an answer that is edited meanwhile only what is new is sent, and what it does not have any more hangs nowhere', async () => {
  const ground = await newGround();
  const { rfiId, answer } = await refused(ground);
  const { organisation } = ground;
  await ground.onAnswer({ act: 'edit', organisation, id: answer.id, bodyHtml: 'Use 14 mm.' });
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await rounds(ground, 'rfi-replies', 2);
  expect(uploads(ground)).toEqual(['detail.pdf']);
  await ground.onAnswer({ act: 'edit', organisation, id: answer.id, files: [small] });
  await ground.onAnswer({ act: 'finish', organisation, id: answer.id });
  await rounds(ground, 'rfi-replies', 2);
  expect(uploads(ground)).toEqual(['detail.pdf', 'sketch.pdf']);
  level(ground, 'Standard');
  await ground.settle('rfi-replies');
  expect(filesOf(ground, rfiId)).toEqual([['sketch.pdf']]);
});

test('two answers of one person never share an upload, also of the same file', async () => {
  const ground = await newGround();
  const { rfiId, part3Id } = await ground.rfi();
  level(ground, 'Read Only');
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'Left.', files: [small] });
  await ground.answer(part3Id, 'Ria', { bodyHtml: 'Right.', files: [small] });
  await rounds(ground, 'rfi-replies', 2);
  level(ground, 'Standard');
  await ground.settle('rfi-replies');
  expect(filesOf(ground, rfiId)).toEqual([['sketch.pdf'], ['sketch.pdf']]);
  expect(uploads(ground)).toHaveLength(2);
});

test.each(['reset-before', 'reset-after-commit'] as const)(
  'an upload that a reply may have taken (%s) is not used for another one',
  async (kind) => {
    const ground = await newGround();
    const { rfiId, part3Id } = await ground.rfi();
    ground.spoil('POST', `/rest/v1.0/projects/${ground.project.id}/rfis/*`, { kind });
    await ground.answer(part3Id, 'Ria', { files: [small] });
    await ground.settle('rfi-replies');
    expect(filesOf(ground, rfiId)).toEqual([['sketch.pdf']]);
    expect(uploads(ground)).toHaveLength(kind === 'reset-before' ? 2 : 1);
  },
);
