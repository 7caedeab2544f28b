import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openPart3, type Part3Alone, rfi } from './part3-alone.ts';

let ground: Part3Alone;
let id: string;
beforeEach(async () => {
  ground = await openPart3();
  const { id: rfiId } = await ground.record('PUT', `/Projects/${ground.projectId}/Rfis/rfi:77`, rfi());
  ({ id } = await ground.act('answers', { act: 'draft', rfiId, author: 'ria', bodyHtml: 'At grid 4' }));
});
afterEach(() => ground.close());

const preview = (given: object = {}) => ({
  version: 1,
  itemOpen: true,
  ballInCourt: ['Ria Solà'],
  authorHoldsBall: true,
  official: false,
  mails: 'nobody',
  blockers: [{ code: 'grant-lapsed', text: 'Sign in again.' }],
  asOf: '2026-03-02T09:00:00Z',
  ...given,
});
const put = (body: object, token?: string) => ground.call('PUT', `/RfiAnswers/${id}/preview`, body, token);
const historyOf = () => ground.world.ledger.records('part3-answers').find((record) => record.id === id)?.history ?? [];

test('a preview stands beside its draft and is no change of it; the same again changes nothing at all', async () => {
  const { modified } = await ground.record('GET', `/RfiAnswers/${id}`);
  ground.later(5);
  expect(await put(preview())).toMatchObject({ status: 200, body: { state: 'draft', modified, preview: preview() } });
  expect((await put(preview())).status).toBe(200);
  expect(historyOf()).toHaveLength(2);
});

test('what was known earlier does not take the place of what was known later', async () => {
  await put(preview());
  await put(preview({ itemOpen: false, asOf: '2026-03-02T08:59:59Z' }));
  expect(await ground.record('GET', `/RfiAnswers/${id}`)).toMatchObject({ preview: { itemOpen: true } });
  await put(preview({ itemOpen: false, asOf: '2026-03-02T09:00:01Z' }));
  expect(await ground.record('GET', `/RfiAnswers/${id}`)).toMatchObject({ preview: { itemOpen: false } });
});

test('of an older version it is refused with 412, of one that is finished with 409, and of another organisation with 404', async () => {
  await ground.act('answers', { act: 'edit', id, bodyHtml: 'At grid 5' });
  expect(await put(preview())).toMatchObject({ status: 412, body: { code: 'stale-version' } });
  expect((await put(preview({ version: 2 }))).status).toBe(200);
  await ground.act('answers', { act: 'review', id });
  expect((await put(preview({ version: 2, official: true }))).status).toBe(200);
  await ground.act('answers', { act: 'finish', id });
  expect(await put(preview({ version: 2 }))).toMatchObject({ status: 409, body: { code: 'not-a-draft' } });
  expect((await put(preview(), 'none')).status).toBe(401);
});

test('one that says too little is refused', async () => {
  expect((await put({ version: 1 })).status).toBe(400);
});
