import { beforeEach, expect, test } from '@jest/globals';
import { showCauses } from '../../shared/store/attention.ts';
import { anotherSignsIn, ownerLapsed } from '../support/lapsed-owner.ts';
import { useStatusGround } from '../support/status-ground.ts';

const { apiOf, worldNow, linkNow, inTenant } = useStatusGround();

interface Item {
  readonly attentionItemId: string;
  readonly connectionId: string;
  readonly reason: string;
  readonly owner: string;
  readonly subject: string;
  readonly records: number;
  readonly sameWait: readonly { readonly attentionItemId: string; readonly subject: string; readonly records: number }[];
}

/** Open items of the connection of people, as the list has them. */
async function listed(query = ''): Promise<readonly Item[]> {
  const { body } = await apiOf().call('get', `/v1/attention-items?state=open&limit=200${query}`, { key: worldNow().key });
  const items: readonly Item[] = Object(body).items;
  return items.filter(({ connectionId }) => connectionId === worldNow().peopleConnectionId);
}

const subjectsOf = (items: readonly { readonly subject: string }[]) => items.map(({ subject }) => subject).sort();

beforeEach(() => ownerLapsed(apiOf(), worldNow(), linkNow()));

const allOfIt = () =>
  [
    'step:authorizeContractor',
    'step:verifyTools',
    `reader:${worldNow().peopleConnectionId}`,
    'stream:rfis',
    'stream:submittals',
  ].sort();

test('an owner who does not read is one item of the list, with all that it holds up', async () => {
  const [item, ...more] = await listed();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ reason: 'grant-lapsed', owner: 'contractor', projectLinkId: null, records: 4 });
  expect(subjectsOf(item?.sameWait ?? [])).toEqual(allOfIt());
  expect(item?.sameWait).toContainEqual(
    expect.objectContaining({ subject: 'stream:rfis', projectLinkId: linkNow(), stream: 'rfis', records: 3 }),
  );
});

test('of one project each stream is an item that is resolved for itself, and says of which wait it is', async () => {
  const [told] = await listed();
  const items = await listed(`&projectLinkId=${linkNow()}`);
  expect(items.map(({ subject, records }) => [subject, records]).sort()).toEqual([
    ['stream:rfis', 3],
    ['stream:submittals', 1],
  ]);
  for (const { sameWait } of items) expect(sameWait).toEqual(told?.sameWait);
});

test('while another person waits to be accepted that is the one item, and what asked the owner is told with it', async () => {
  await anotherSignsIn(apiOf(), worldNow());
  const [item, ...more] = await listed();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ reason: 'acceptance-missing', owner: 'admin', subject: 'acceptance:owner', records: 4 });
  expect(subjectsOf(item?.sameWait ?? [])).toEqual([...allOfIt(), 'acceptance:owner'].sort());
});

test('the same kind of somebody else, another kind, and what is resolved stand for themselves', async () => {
  const place = {
    tenantId: worldNow().tenantId,
    connectionId: worldNow().peopleConnectionId,
    projectLinkId: linkNow(),
    stream: 'rfi-replies',
  };
  const said = { seen: 'Seen.', needed: 'Needed.', where: 'Where.', records: 1 };
  await inTenant((db) =>
    showCauses(db, place, [
      { reason: 'grant-lapsed', subject: 'person:m-1', ...said },
      { reason: 'unmapped-response', subject: 'response:1', ...said },
    ]),
  );
  const items = await listed();
  expect(items.map(({ subject, sameWait }) => [subject, sameWait.length])).toEqual(
    expect.arrayContaining([
      ['person:m-1', 0],
      ['response:1', 0],
    ]),
  );
  expect(items).toHaveLength(3);
  await inTenant((db) => db.updateTable('attention_item').set({ resolved_at: new Date(), resolution: 'mended' }).execute());
  expect(await listed()).toEqual([]);
  const { body } = await apiOf().call('get', '/v1/attention-items?state=resolved&limit=200', { key: worldNow().key });
  const resolved: readonly Item[] = Object(body).items;
  expect(subjectsOf(resolved)).toEqual(expect.arrayContaining(allOfIt()));
  for (const { sameWait } of resolved) expect(sameWait).toEqual([]);
});
