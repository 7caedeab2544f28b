import { expect, test } from '@jest/globals';
import { type BackfillProgress, progressOf } from '../../../shared/domain/backfill.ts';
import { backfillStandings } from '../../../shared/store/projects/backfill-progress.ts';
import { listProjectLinks } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { ask, submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();
const pdf = (filename: string) => ({ filename, contentType: 'application/pdf', size: 70_000 });

async function bar({ store, tenantId, connectionId }: ItemsGround): Promise<readonly [BackfillProgress['state'], string]> {
  const { state, streams } = await withTenant(store.pool, tenantId, async (db) => {
    const [link] = await listProjectLinks(db, connectionId);
    return progressOf(await backfillStandings(db, connectionId), link?.backfill ?? null);
  });
  return [state, streams.map(({ done, of }) => `${done} of ${of}`).join(', ')];
}

const cycles = async (ground: ItemsGround, ...streams: readonly string[]) => {
  for (const stream of streams) await ground.cycle(stream);
};

/** Writes of items to Part3. */
const writes = ({ world }: ItemsGround): readonly string[] =>
  world.ledger
    .after(0, { side: 'part3' }, 100_000)
    .filter(({ method, path }) => method === 'PUT' && /\/(Rfis|Submittals)\//.test(path))
    .map(({ path }) => path);

/** An RFI and a submittal, a file each, of before the projects were linked. */
async function pastWithFiles(ground: ItemsGround): Promise<void> {
  ask(ground, {}, [pdf('plan.pdf')]);
  submit(ground, [['ria']], { files: [pdf('shop.pdf')] });
  await ground.linked({ backfill: { which: 'open' }, atMs: ground.world.clock.nowMs() });
}

test('it is not done before the files are known, nor before they are carried', async () => {
  const ground = await newGround();
  await pastWithFiles(ground);
  // a cycle runs all three at once: here the files are searched before any item is there
  await cycles(ground, 'attachments', 'rfis', 'submittals');
  expect(await bar(ground)).toEqual(['running', '1 of 1, 1 of 1, 0 of null']);
  const dying = async (point: string): Promise<void> => {
    if (point === 'before-claim') throw new Error('killed');
  };
  await cycles(ground, 'rfis', 'submittals');
  await ground.cycle('attachments', dying).catch(() => undefined);
  expect(await bar(ground)).toEqual(['running', '1 of 1, 1 of 1, 0 of 2']);
  await cycles(ground, 'attachments');
  expect(await bar(ground)).toEqual(['done', '1 of 1, 1 of 1, 2 of 2']);
});

test('one without files is done once that is known', async () => {
  const ground = await newGround();
  ask(ground);
  await ground.linked({ backfill: { which: 'open' }, atMs: ground.world.clock.nowMs() });
  await cycles(ground, 'rfis', 'submittals');
  expect((await bar(ground))[0]).toBe('running');
  await cycles(ground, 'attachments');
  expect(await bar(ground)).toEqual(['done', '1 of 1, 0 of 0, 0 of 0']);
});

test('a kind of item that was not read yet holds it open', async () => {
  const ground = await newGround();
  await pastWithFiles(ground);
  await cycles(ground, 'rfis', 'attachments');
  expect((await bar(ground))[0]).toBe('running');
  await cycles(ground, 'submittals', 'attachments');
  expect(await bar(ground)).toEqual(['done', '1 of 1, 1 of 1, 2 of 2']);
});

test('once all of the past is read the next cycle comes at once, for its files; later ones at their pace', async () => {
  const ground = await newGround();
  await pastWithFiles(ground);
  expect((await ground.cycle('rfis')).nextLookMs).toBeLessThanOrEqual(ground.world.clock.nowMs());
  expect((await ground.cycle('rfis')).nextLookMs).toBeUndefined();
});

test('what is sent again by a person, and what comes later, does not open it anew', async () => {
  const ground = await newGround();
  await pastWithFiles(ground);
  await ground.round();
  await cycles(ground, 'attachments');
  const full = await bar(ground);
  expect(full).toEqual(['done', '1 of 1, 1 of 1, 2 of 2']);
  await ground.store.admin.query(
    "UPDATE delivery SET state = 'queued' WHERE project_link_id = $1 AND stream = 'rfis' AND version = 1",
    [ground.link.projectLinkId],
  );
  expect(await bar(ground)).toEqual(full);
});

test('other settings have all of it read again, and the bar stays full', async () => {
  const ground = await newGround();
  await pastWithFiles(ground);
  await cycles(ground, 'rfis', 'submittals', 'attachments');
  const full = await bar(ground);
  expect(full[0]).toBe('done');
  ask(ground);
  await cycles(ground, 'rfis', 'rfis');
  await ground.store.admin.query("UPDATE checkpoint SET settings_hash = 'another' WHERE project_link_id = $1", [
    ground.link.projectLinkId,
  ]);
  for (const stream of ['rfis', 'submittals', 'attachments']) {
    await ground.cycle(stream);
    expect([stream, await bar(ground)]).toEqual([stream, full]);
  }
});

test('chosen anew, what is wanted more comes, and nothing comes twice; chosen less, what came stays and nothing further comes', async () => {
  const ground = await newGround();
  const { world } = ground;
  const day = () => new Date(world.clock.nowMs()).toISOString().slice(0, 10);
  const older = ask(ground, {}, [pdf('old.pdf')]);
  const first = day();
  ground.later(5 * 86_400);
  const second = day();
  ground.later(86_400);
  const newer = ask(ground, {}, [pdf('new.pdf')]);
  ground.later(600);
  await ground.linked({ backfill: { which: 'since', since: second }, atMs: world.clock.nowMs() });
  const shown = () =>
    ground
      .rfis()
      .map(({ externalKey }) => externalKey)
      .sort();
  const keys = (...items: readonly { readonly id: string }[]) => items.map(({ id }) => ground.key('rfi', id)).sort();
  await ground.round();
  await cycles(ground, 'attachments');
  expect([shown(), await bar(ground)]).toEqual([keys(newer), ['done', '1 of 1, 0 of 0, 1 of 1']]);

  await ground.linked({ backfill: { which: 'since', since: first } });
  expect((await bar(ground))[0]).toBe('running');
  const before = writes(ground).length;
  await cycles(ground, 'rfis', 'submittals');
  expect([shown(), (await bar(ground))[0]]).toEqual([keys(older, newer), 'running']);
  await cycles(ground, 'attachments');
  expect(await bar(ground)).toEqual(['done', '2 of 2, 0 of 0, 2 of 2']);
  expect(writes(ground).slice(before)).toEqual([expect.stringContaining(older.id)]);

  await ground.linked({ backfill: { which: 'none' } });
  const until = writes(ground).length;
  await ground.round();
  await cycles(ground, 'attachments');
  expect([shown(), (await bar(ground))[0]]).toEqual([keys(older, newer), 'done']);
  // the files of the older one were named on it, as was due before
  expect(
    writes(ground)
      .slice(until)
      .every((path) => path.includes(older.id)),
  ).toBe(true);
});
