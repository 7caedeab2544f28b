import { expect, test } from '@jest/globals';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { newSite } from '../manpower-site.ts';
import { useWholeGrounds } from '../whole-ground.ts';
import { useAnsweringGrounds } from './answering-ground.ts';

const newGround = useAnsweringGrounds();
const newSafety = useWholeGrounds();

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
