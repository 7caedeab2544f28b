import { beforeEach, expect, test } from '@jest/globals';
import { useTestApi } from '../support/api.ts';
import { dryRunAt, foreseen, newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
});

const get = (path: string) => apiOf().call('get', path, { key: world.key });

test.each(['connections', 'project-links'])('the dry run of %s is counted by project and stream', async (kind) => {
  const id = kind === 'connections' ? world.connectionId : world.projectLinkId;
  const answer = await get(`/v1/${kind}/${id}/dry-run`);
  const counts = { create: 1, update: 1, leaveAlone: 1, cannot: 1, held: 1 };
  const dryRun = {
    at: dryRunAt,
    company: null,
    projects: [
      { procoreProjectId: '1', name: 'Harbour Tower', ...counts, streams: [{ stream: 'manpower', ...counts, refused: null }] },
    ],
  };
  expect(answer.body).toMatchObject(kind === 'connections' ? dryRun : { items: [dryRun] });
});

test.each(['connections', 'project-links'])('every record of a dry run of %s is read page by page, once each', async (kind) => {
  const id = kind === 'connections' ? world.connectionId : world.projectLinkId;
  const keys: string[] = [];
  let cursor = '';
  do {
    const answer = await get(`/v1/${kind}/${id}/dry-run/records?stream=manpower&limit=1${cursor && `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    const page = answer.body as { items: { naturalKey: string }[]; nextCursor: string | null };
    expect(page.items).toHaveLength(1);
    keys.push(...page.items.map(({ naturalKey }) => naturalKey));
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  expect(keys).toEqual(foreseen.map(({ naturalKey }) => naturalKey));
});

test('what cannot be sent says why, who must act, and where; the others are found by what they do', async () => {
  const at = `/v1/connections/${world.connectionId}/dry-run/records`;
  expect((await get(`${at}?does=cannot`)).body).toMatchObject({
    items: [{ does: 'cannot', reason: 'unmatched-company', owner: 'admin', needed: 'a vendor', where: 'Directory' }],
    nextCursor: null,
  });
  expect((await get(`${at}?does=update`)).body).toMatchObject({
    items: [{ does: 'update', held: true, owner: null, reason: null }],
  });
  expect((await get(`${at}?stream=visitors`)).body).toEqual({ items: [], nextCursor: null });
  expect((await get(`${at}?does=delete`)).status).toBe(400);
});

test('a stream that a link does not have has no switch', async () => {
  const set = (stream: string) =>
    apiOf().call('post', `/v1/project-links/${world.projectLinkId}/automation`, {
      key: world.key,
      body: { stream, create: false, update: true },
    });
  expect((await set('manpwer')).body).toMatchObject({ status: 400, errors: [{ field: 'stream' }] });
  // of the company, not of a project
  expect((await set('vendors')).status).toBe(400);
  expect((await set('visitors')).status).toBe(200);
});
