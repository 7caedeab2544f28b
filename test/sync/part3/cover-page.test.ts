import { expect, test } from '@jest/globals';
import { answerByHand } from '../../../sandbox/procore/admin/submittals.ts';
import { wordsOfPdf } from '../../support/pdf-words.ts';
import { killedAt, survives } from '../killed.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const stream = 'submittal-responses';
const marked = { name: 'marked.pdf', contentType: 'application/pdf', sizeBytes: 3000 };

async function withCovers(): Promise<AnsweringGround> {
  const ground = await newGround();
  await ground.settings({ submittals: { coverPage: true } });
  return ground;
}

/** Names of what hangs on a slot, response by response. */
const filesIn = (ground: AnsweringGround, slot: string) =>
  ground.said(slot).map(({ row }) => row.attachments.map(({ filename }) => filename));

const cover = expect.stringMatching(/^Part3 cover page - .+ rev 0\.pdf$/);

test('what is returned gets a cover page as its first file, in Procore’s words and by its author', async () => {
  const ground = await withCovers();
  const { organisation } = ground;
  const approved = ground.responses.get('Approved');
  if (!approved) throw new Error('no response is called Approved');
  ground.responses.set('Approved', { ...approved, partnerName: 'Fine by us' });
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const steps = [{ kind: 'reviewer' as const, required: true, member: 'Sam' }];
  const given = { files: [marked], responseName: 'Fine by us', comment: '<p>As shown.</p><p>Mind the cover.</p>' };
  const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '', { ...given, steps, finished: false });
  await ground.onReturn({ act: 'review', organisation, id });
  await ground.onReturn({ act: 'do-step', organisation, id, index: 0 });
  await ground.onReturn({ act: 'finish', organisation, id, despiteOpenSteps: false });
  await ground.settle(stream);
  expect(filesIn(ground, slots[0] ?? '')).toEqual([[cover, 'marked.pdf']]);
  const [said] = ground.said(slots[0] ?? '');
  const [first] = said?.row.attachments ?? [];
  if (!first) throw new Error('there is no cover page');
  expect(first.contentType).toBe('application/pdf');
  const [words] = await wordsOfPdf(await ground.bytesOf(first));
  const doneOn = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'America/Los_Angeles',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(new Date(ground.toldReturn(id).steps[0]?.doneAt ?? 0));
  for (const part of [
    `Project: ${ground.project.name}`,
    'Concrete mix',
    'Response: Approved',
    /Returned by: Ria [^,]+, North Studio/,
    'As shown. Mind the cover.',
    `, reviewer, required, done ${doneOn}`,
    `Date: ${doneOn}`,
    'Files returned • marked.pdf',
  ])
    expect(words).toEqual(typeof part === 'string' ? expect.stringContaining(part) : expect.stringMatching(part));
  expect(words).not.toContain('Fine by us');
  expect(ground.toldReturn(id)).toMatchObject({ state: 'returned' });
});

test('one without files gets a cover page all the same; without the setting there is none', async () => {
  const ground = await withCovers();
  const bare = await ground.submittal([['Ria']]);
  await ground.give(bare.part3Id, 'Ria', bare.slots[0] ?? '');
  await ground.settle(stream);
  expect(filesIn(ground, bare.slots[0] ?? '')).toEqual([[cover]]);
  await ground.settings({});
  const plain = await ground.submittal([['Ria']]);
  await ground.give(plain.part3Id, 'Ria', plain.slots[0] ?? '', { files: [marked] });
  await ground.settle(stream);
  expect(filesIn(ground, plain.slots[0] ?? '')).toEqual([['marked.pdf']]);
});

test.each(['reset-before', 'reset-after-commit', 'garbage-after-commit'] as const)(
  'a response that met %s is there once, with one cover page',
  async (kind) => {
    const ground = await withCovers();
    const { part3Id, slots } = await ground.submittal([['Ria']]);
    ground.spoil('PATCH', '/rest/v1.0/submittal_approvers/*', { kind });
    const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '', { files: [marked] });
    await ground.cycle(stream);
    await ground.settle(stream);
    expect(filesIn(ground, slots[0] ?? '')).toEqual([[cover, 'marked.pdf']]);
    expect(ground.toldReturn(id)).toMatchObject({ state: 'returned' });
    expect(await ground.items()).toEqual([]);
  },
);

test.each(['before-claim', 'after-claim', 'after-send-before-settle', 'after-settle', 'before-telling'] as const)(
  'a worker killed at %s leaves one response with one cover page',
  async (point) => {
    const ground = await withCovers();
    const { part3Id, slots } = await ground.submittal([['Ria']]);
    await ground.give(part3Id, 'Ria', slots[0] ?? '', { files: [marked] });
    const kill = killedAt(point, 1);
    await survives(ground.cycle(stream, kill));
    expect(kill.struck()).toBe(true);
    await ground.settle(stream);
    expect(filesIn(ground, slots[0] ?? '')).toEqual([[cover, 'marked.pdf']]);
    expect(await ground.items()).toEqual([]);
  },
);

test('a repeated attempt uploads the very same file', async () => {
  const ground = await withCovers();
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  ground.spoil('PATCH', '/rest/v1.0/submittal_approvers/*', { kind: 'reset-before' });
  await ground.give(part3Id, 'Ria', slots[0] ?? '');
  await ground.cycle(stream);
  await ground.settle(stream);
  const sums = ground.world.storage.uploads.all().map(({ segments }) => (segments ?? []).map(({ sha256 }) => sha256).join());
  expect(sums).toHaveLength(2);
  expect(new Set(sums).size).toBe(1);
});

test('the same response given by hand, without the cover page, is a person’s and not ours', async () => {
  const ground = await withCovers();
  ground.world.switches.set('answerAgain', 'allowed');
  const { part3Id, slots } = await ground.submittal([['Ria'], ['Sam']]);
  answerByHand(ground.world, { approverId: slots[0] ?? '', by: ground.ids.gus, response: 'Approved', comment: 'As shown.' });
  const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '');
  await ground.settle(stream);
  expect(ground.said(slots[0] ?? '').map(({ actor }) => actor)).toEqual([ground.ids.gus]);
  expect(ground.toldReturn(id)).toMatchObject({ state: 'blocked', block: { code: 'conflict' } });
});

test('where the setting is switched off later, an edit that changes nothing is still the same answer', async () => {
  const ground = await withCovers();
  const { organisation } = ground;
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '', { files: [marked] });
  await ground.settle(stream);
  await ground.settings({});
  await ground.onReturn({ act: 'edit', organisation, id });
  await ground.onReturn({ act: 'finish', organisation, id, despiteOpenSteps: false });
  await ground.settle(stream);
  expect(filesIn(ground, slots[0] ?? '')).toHaveLength(1);
  expect(ground.toldReturn(id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
});

test('where the setting is switched on later, an edit that changes nothing is still the same answer', async () => {
  const ground = await newGround();
  const { organisation } = ground;
  const { part3Id, slots } = await ground.submittal([['Ria']]);
  const { id } = await ground.give(part3Id, 'Ria', slots[0] ?? '', { files: [marked] });
  await ground.settle(stream);
  await ground.settings({ submittals: { coverPage: true } });
  await ground.onReturn({ act: 'edit', organisation, id });
  await ground.onReturn({ act: 'finish', organisation, id, despiteOpenSteps: false });
  await ground.settle(stream);
  expect(filesIn(ground, slots[0] ?? '')).toEqual([['marked.pdf']]);
  expect(ground.toldReturn(id)).toMatchObject({ state: 'returned', receipt: { version: 2 } });
  expect(await ground.items()).toEqual([]);
});
