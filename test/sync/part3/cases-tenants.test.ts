import { expect, test } from '@jest/globals';
import { createRfiByHand, recycleRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { unlinkProject } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { useHammertechGrounds } from '../hammertech-ground.ts';
import { newSite } from '../manpower-site.ts';
import { type AnsweringGround, useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const newSafety = useHammertechGrounds();

test('two architects’ tenants on one Procore project: each brings in and sends what is theirs, and sees rows of nobody else', async () => {
  const north = await newGround();
  const south = await newGround({ beside: north, organisation: 'south-atelier' });
  const { rfiId, part3Id: inNorth } = await north.rfi(['Ria', 'Sam']);
  await Promise.all([north.cycle('rfis'), south.cycle('rfis')]);
  const key = `procore:${north.project.companyId}:${north.project.id}:rfi:${rfiId}`;
  const inSouth = south.rfisInPart3().find(({ externalKey }) => externalKey === key);
  expect(inSouth).toBeDefined();
  expect(inSouth?.id).not.toBe(inNorth);
  const ours = await north.answer(inNorth, 'Ria', { bodyHtml: 'North says 12.' });
  const theirs = await south.answer(inSouth?.id ?? '', 'Sam', { bodyHtml: 'South says 14.' });
  await Promise.all([north.settle('rfi-replies'), south.settle('rfi-replies')]);
  const said = new Map(north.replies(rfiId).map(({ id, body, authorId }) => [body, { id, authorId }]));
  expect([...said.keys()].sort()).toEqual(['North says 12.', 'South says 14.']);
  expect(said.get('North says 12.')?.authorId).toBe(north.ids.Ria);
  expect(said.get('South says 14.')?.authorId).toBe(north.ids.Sam);
  expect(north.toldAnswer(ours.id).receipt?.externalId).toBe(said.get('North says 12.')?.id);
  expect(south.toldAnswer(theirs.id).receipt?.externalId).toBe(said.get('South says 14.')?.id);
  // what one of them said is in the other's Part3 as what it is: somebody's reply in Procore
  await Promise.all([north.cycle('rfis'), south.cycle('rfis')]);
  for (const ground of [north, south]) {
    const item = ground.rfisInPart3().find(({ externalKey }) => externalKey === key);
    expect(item?.replies.map(({ bodyHtml }) => bodyHtml).sort()).toEqual(['North says 12.', 'South says 14.']);
    const seen = await withTenant(ground.store.pool, ground.tenantId, (db) =>
      db.selectFrom('delivery').select('project_link_id').distinct().execute(),
    );
    expect(seen).toEqual([{ project_link_id: ground.link.projectLinkId }]);
  }
  // one of them loses its architect: the other's goes on
  await north.answer(inNorth, 'Ria', { bodyHtml: 'North says 13.' });
  north.onMember('Ria', 'leave');
  await south.answer(inSouth?.id ?? '', 'Ria', { bodyHtml: 'South agrees.' });
  await Promise.all([north.settle('rfi-replies'), south.settle('rfi-replies')]);
  expect(north.replies(rfiId).map(({ body }) => body)).toContain('South agrees.');
  expect(north.replies(rfiId).map(({ body }) => body)).not.toContain('North says 13.');
});

/** Two architects' tenants on one Procore project, served by one worker; Ria, Sam and Gus are the same people in both. */
async function neighbours(): Promise<readonly [AnsweringGround, AnsweringGround]> {
  const north = await newGround();
  return [north, await newGround({ beside: north, organisation: 'south-atelier' })];
}
/** What Part3 holds of an RFI for that tenant. */
const inPart3 = (ground: AnsweringGround, rfiId: string) =>
  ground.rfisInPart3().find(({ externalKey }) => externalKey.endsWith(`:rfi:${rfiId}`));
const statuses = (grounds: readonly AnsweringGround[], rfiId: string) => grounds.map((ground) => inPart3(ground, rfiId)?.status);

test('what one tenant’s look into the recycle bin finds is no look of the other’s: both see within the same hour what lies there', async () => {
  const both = await neighbours();
  const { rfiId } = await both[0].rfi(['Ria']);
  for (const ground of both) await ground.cycle('rfis');
  recycleRfiByHand(both[0].world, { id: rfiId });
  for (const ground of both) await ground.cycle('rfis');
  expect(statuses(both, rfiId)).toEqual(['withdrawn', 'withdrawn']);
});

test('what was listed and not shown is looked at again for each tenant', async () => {
  const both = await neighbours();
  const { world, project, ids } = both[0];
  const asked = { subject: 'Slab edge', body: 'Where?', managerId: ids.gus, assigneeIds: [ids.Ria] };
  const { id: rfiId } = createRfiByHand(world, { projectId: project.id, by: ids.gus }, asked);
  const path = `/rest/v1.0/projects/${project.id}/rfis/${rfiId}`;
  const { id: faultId } = world.faults.add({
    match: { method: 'GET', path },
    effect: { kind: 'status-before', status: 404 },
    times: 9,
  });
  // long enough after its change for it not to be read again for that
  world.clock.advance(60_000);
  for (const ground of both) await ground.cycle('rfis');
  expect(statuses(both, rfiId)).toEqual([undefined, undefined]);
  world.faults.remove(faultId);
  for (const ground of both) await ground.cycle('rfis');
  expect(statuses(both, rfiId)).toEqual(['open', 'open']);
});

test('the same words of the same person for both tenants stand there once, and each is told of them', async () => {
  const [north, south] = await neighbours();
  const { rfiId, part3Id } = await north.rfi(['Ria']);
  await south.cycle('rfis');
  const answers = [await north.answer(part3Id, 'Ria'), await south.answer(inPart3(south, rfiId)?.id ?? '', 'Ria')] as const;
  await north.settle('rfi-replies');
  await south.settle('rfi-replies');
  const [reply, ...others] = north.replies(rfiId);
  expect(others).toEqual([]);
  expect([north.toldAnswer(answers[0].id), south.toldAnswer(answers[1].id)]).toMatchObject([
    { state: 'returned', receipt: { externalId: reply?.id } },
    { state: 'returned', receipt: { externalId: reply?.id } },
  ]);
});

test('an answer that was lost on its way is not found in what its author said for the other tenant: a person says whether it is sent, and that is nothing to the other', async () => {
  const [north, south] = await neighbours();
  const { rfiId, part3Id } = await north.rfi(['Ria']);
  await south.cycle('rfis');
  south.spoil('POST', `/rest/v1.0/projects/${south.project.id}/rfis/*`, { kind: 'reset-before' });
  const theirs = await south.answer(inPart3(south, rfiId)?.id ?? '', 'Ria', { bodyHtml: 'South says 14.' });
  expect(await south.cycle('rfi-replies')).toMatchObject({ open: 1 });
  const ours = await north.answer(part3Id, 'Ria', { bodyHtml: 'North says 12.' });
  await north.settle('rfi-replies');
  await south.settle('rfi-replies');
  expect(north.replies(rfiId).map(({ body }) => body)).toEqual(['North says 12.']);
  expect([await north.items(), await south.items()]).toMatchObject([[], [{ reason: 'outcome-unknown', records: 1 }]]);
  await south.decide('retry');
  await Promise.all([north.settle('rfi-replies'), south.settle('rfi-replies')]);
  const said = new Map(north.replies(rfiId).map(({ id, body }) => [body, id]));
  expect([...said.keys()]).toEqual(['North says 12.', 'South says 14.']);
  expect(north.toldAnswer(ours.id).receipt?.externalId).toBe(said.get('North says 12.'));
  expect(south.toldAnswer(theirs.id).receipt?.externalId).toBe(said.get('South says 14.'));
  expect([await north.items(), await south.items()]).toEqual([[], []]);
});

test('a person whose authorization lapsed for one tenant, or who left there, is missed there alone', async () => {
  const [north, south] = await neighbours();
  const { rfiId, part3Id } = await north.rfi(['Ria', 'Sam']);
  await south.cycle('rfis');
  for (const author of ['Ria', 'Sam'] as const) {
    await north.answer(part3Id, author, { bodyHtml: `North: ${author}.` });
    await south.answer(inPart3(south, rfiId)?.id ?? '', author, { bodyHtml: `South: ${author}.` });
  }
  north.member('Ria', { grantState: 'lapsed' });
  north.onMember('Sam', 'leave');
  // the one that is refused first, so that the other would meet whatever it left behind
  await north.settle('rfi-replies');
  await south.settle('rfi-replies');
  expect(
    north
      .replies(rfiId)
      .map(({ body }) => body)
      .sort(),
  ).toEqual(['South: Ria.', 'South: Sam.']);
  expect((await north.items()).map(({ reason }) => reason)).toEqual(['grant-lapsed', 'person-lacks-access']);
  expect(await south.items()).toEqual([]);
  // what went well for the one mends nothing of the other's
  await north.settle('rfi-replies');
  expect(await north.items()).toHaveLength(2);
  north.member('Ria', { grantState: 'live' });
  north.onMember('Sam', 'come-back');
  await north.settle('rfi-replies');
  expect(north.replies(rfiId)).toHaveLength(4);
  expect(await north.items()).toEqual([]);
});

test('one Part3 project with two projects of Procore: an answer goes to the one whose item it answers, and the other says nothing about it', async () => {
  const first = await newGround();
  const second = await newGround({ beside: first, number: 'AC-102' });
  const { rfiId, part3Id } = await first.rfi();
  const answer = await first.answer(part3Id, 'Ria');
  const from = first.world.ledger.last;
  await second.settle('rfi-replies');
  expect(first.world.ledger.after(from, { side: 'procore' })).toEqual([]);
  expect(first.toldAnswer(answer.id).state).toBe('ready');
  expect(await second.items()).toEqual([]);
  await first.settle('rfi-replies');
  expect(first.replies(rfiId)).toHaveLength(1);
});

test('two tenants with the same Part3 project and the same project of Procore: the first sends an answer once, the second is refused in words and goes on once the first has unlinked', async () => {
  const first = await newGround();
  const second = await newGround({ beside: first });
  const { rfiId, part3Id } = await first.rfi(['Ria', 'Sam']);
  await first.answer(part3Id, 'Ria', { bodyHtml: 'Use detail 4.' });
  const ends = await Promise.allSettled([first.cycle('rfi-replies'), second.cycle('rfi-replies')]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [owner, other] = ends[0].status === 'fulfilled' ? [first, second] : [second, first];
  await owner.settle('rfi-replies');
  await expect(other.cycle('rfi-replies')).rejects.toMatchObject({
    kind: 'already-connected',
    message: expect.stringContaining(
      'Another customer’s connection keeps this Procore project in step with this project of Part3',
    ),
  });
  expect(first.replies(rfiId).map(({ body }) => body)).toEqual(['Use detail 4.']);
  await first.answer(part3Id, 'Sam', { bodyHtml: 'And detail 5.' });
  await withTenant(owner.store.pool, owner.tenantId, (db) => unlinkProject(db, owner.link.projectLinkId));
  await other.settle('rfi-replies');
  expect(first.replies(rfiId).map(({ body }) => body)).toEqual(['Use detail 4.', 'And detail 5.']);
});

test('safety and design on one Procore company: each writes as its own principal, its own records alone, and the other’s trouble is none of its', async () => {
  const safety = await newSafety();
  const design = await newGround({ beside: safety });
  const site = await newSite(safety);
  const { employerId: employer } = await site.firm('Tidewater Rigging Pty Ltd');
  site.signIn({ employer, day: site.day(1), from: '07:00', to: '15:00' });
  const { rfiId, part3Id } = await design.rfi();
  await design.answer(part3Id, 'Ria');
  const before = safety.sandbox.world.ledger.last;
  await Promise.all([site.sync(), design.settle('rfi-replies')]);
  const writes = safety.sandbox.world.ledger
    .after(before, { side: 'procore' }, 10_000)
    .filter(({ method }) => method !== 'GET')
    .map(({ userId, path }) => [userId, path.split('/')[5] ?? path].join());
  expect(new Set(writes)).toEqual(new Set([`${safety.account.personId},manpower_logs`, `${design.ids.Ria},rfis`]));
  expect(design.replies(rfiId)).toHaveLength(1);
});
