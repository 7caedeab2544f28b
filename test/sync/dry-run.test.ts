import { expect, test } from '@jest/globals';
import { completeDay, writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { acmeMatches, writeDiaries } from './acme.ts';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';
import { committedSince, expectAsForeseen } from './foreseen.ts';
import { useHammertechGrounds } from './hammertech-ground.ts';

const newGround = useHammertechGrounds();
const newSmallGround = useEngineGrounds();
const modules = ['manpower', 'visitors', 'incidents', 'observations', 'notes'];

test('of every stream: nothing is written, each record has its reason, and going live does exactly that', async () => {
  const ground = await newGround();
  const { world } = ground.sandbox;
  const link = await ground.link('AC-102');
  await ground.match(acmeMatches(ground, link));
  writeDiaries(ground, link);
  for (const stream of modules) {
    const before = world.ledger.last;
    const foreseen = await ground.foresee(link, stream);
    expect(committedSince(world, before)).toEqual([]);
    expect(foreseen.records.length).toBeGreaterThan(0);
    for (const { why, reason, needed, where, does } of foreseen.records) {
      expect(why).not.toBe('');
      expect([reason, needed, where].every((word) => (does === 'cannot' ? word : word === null))).toBe(true);
    }
    const mark = world.ledger.last;
    await ground.settle(link, stream);
    await expectAsForeseen(ground.store, world, mark, foreseen, link);
    // in step, all is left alone but for what waits for a person
    const after = await ground.foresee(link, stream);
    expect([after.part.create, after.part.update]).toEqual([0, 0]);
    expect(after.part.leaveAlone).toBeGreaterThanOrEqual(foreseen.part.create);
  }
});

test('what a person does in Procore after the dry run is seen when going live, and by the next dry run', async () => {
  const ground = await newGround();
  const { world } = ground.sandbox;
  const link = await ground.link('AC-102');
  await ground.match(acmeMatches(ground, link));
  const [first, second] = (await ground.foresee(link, 'manpower')).of('create');
  if (!first?.fields || !second?.fields) throw new Error('two entries would be made');
  const project = { projectId: link.procoreProjectId };
  const by = world.people.find(({ email }) => email.startsWith('ada'))?.id ?? '';
  writeManpowerByHand(world, {
    ...project,
    by,
    date: String(first.fields['date']),
    contactId: String(first.fields['vendorId']),
    numWorkers: 1,
    numHours: '1.0',
  });
  completeDay(world, { ...project, by, date: String(second.fields['date']) });
  const anew = await ground.foresee(link, 'manpower');
  const reasonOf = (key: string) => anew.records.find(({ naturalKey }) => naturalKey === key)?.reason;
  expect(['conflict', 'day-completed']).toContain(reasonOf(first.naturalKey));
  expect(reasonOf(second.naturalKey)).toBe('day-completed');
  const mark = world.ledger.last;
  await ground.settle(link, 'manpower');
  await expectAsForeseen(ground.store, world, mark, anew, link);
});

test('a dry run changes nothing that a cycle goes by', async () => {
  const ground = await newGround();
  const link = await ground.link('AC-102');
  await ground.match(acmeMatches(ground, link));
  const tables = ['checkpoint', 'gathered_fact', 'touched_group', 'record_link', 'delivery', 'attention_item', 'stream_owner'];
  const contents = async () => {
    const all = await Promise.all(
      tables.map((table) =>
        ground.store.admin.query(`SELECT row_to_json(t)::text AS row FROM ${table} t WHERE tenant_id = $1 ORDER BY 1`, [
          ground.tenantId,
        ]),
      ),
    );
    return all.map(({ rows }) => rows);
  };
  await ground.cycle(link, 'manpower');
  const before = await contents();
  for (const stream of modules) await ground.foresee(link, stream);
  expect(await contents()).toEqual(before);
});

test('a write whose outcome is not known yet is told as under way, not as left alone', async () => {
  const ground = await newSmallGround();
  await ground.match('e1', ground.small.vendor.id);
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  ground.spoil('POST', { kind: 'status-after-commit', status: 500 });
  expect(await ground.cycle()).toMatchObject({ open: 1 });
  const { records } = await ground.foresee();
  expect(records).toMatchObject([{ does: 'create', why: expect.stringContaining('under way') }]);
});
