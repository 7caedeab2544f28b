import { expect, test } from '@jest/globals';
import { setFileState } from '../../../sandbox/procore/admin/files.ts';
import { answerByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { answerByHand as respondByHand } from '../../../sandbox/procore/admin/submittals.ts';
import { ask, submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

const pdf = (filename: string, size = 70_000) => ({ filename, contentType: 'application/pdf', size });

const named = (ground: ItemsGround) => new Map(ground.files().map((file) => [file.name, file]));

async function writtenFiles({ store, link }: ItemsGround) {
  const { rows } = await store.admin.query(
    `SELECT natural_key, written FROM record_link WHERE project_link_id = $1 AND stream = 'attachments' AND target_id IS NOT NULL`,
    [link.projectLinkId],
  );
  return rows;
}

test('files of a question and of its answers come whole, their sums recorded on both sides, and the item names them', async () => {
  const ground = await newGround();
  const { world, ids } = ground;
  const rfi = ask(ground, {}, [pdf('plan.pdf')]);
  const reply = answerByHand(world, { id: rfi.id, by: ids.ria, body: 'So.', files: [pdf('sketch.pdf', 9_000_001)] });
  ground.later(60);
  await ground.round();
  const plan = named(ground).get('plan.pdf');
  const sketch = named(ground).get('sketch.pdf');
  const [planAtSource] = rfi.question.attachments;
  const [sketchAtSource] = reply.attachments;
  expect(plan).toMatchObject({ state: 'complete', size: 70_000, sha256: planAtSource?.sha256 });
  expect(sketch).toMatchObject({ state: 'complete', size: 9_000_001, sha256: sketchAtSource?.sha256 });
  expect(ground.rfis()).toMatchObject([{ files: [plan?.id], replies: [{ files: [sketch?.id] }] }]);
  const sums = [planAtSource?.sha256, sketchAtSource?.sha256];
  const written = await writtenFiles(ground);
  expect(new Set(written.map(({ written: { sha256 } }) => sha256))).toEqual(new Set(sums));
  expect(new Set(written.map(({ written: { sourceSha256 } }) => sourceSha256))).toEqual(new Set(sums));
  expect(await ground.spooledNow()).toEqual([]);
});

test('files of a submittal and of its approvers come, and nothing is asked again once they are there', async () => {
  const ground = await newGround();
  const { world, project } = ground;
  const submittal = submit(ground, [['ria'], ['sam']], { files: [pdf('shop.pdf')] });
  respondByHand(world, { approverId: submittal.approvers[0]?.id ?? '', response: 'Approved', files: [pdf('stamped.pdf')] });
  ground.later(60);
  await ground.round();
  const files = named(ground);
  expect(ground.submittals()).toMatchObject([
    { files: [files.get('shop.pdf')?.id], workflow: [{ files: [files.get('stamped.pdf')?.id] }, { files: [] }] },
  ]);
  // what came is not asked for again, and no item for it
  await ground.round();
  ground.calls();
  await ground.round();
  const list = `/rest/v1.0/projects/${project.id}/rfis`;
  const idle = [`GET ${list}`, `GET /rest/v1.1/projects/${project.id}/submittals`];
  expect(ground.calls()).toEqual([...idle, ...idle]);
});

test('a file whose reading alone is refused is told about alone: its neighbours come, and it comes once it may be read', async () => {
  const ground = await newGround();
  const rfi = ask(ground, {}, [pdf('refused.pdf'), pdf('kept.pdf')]);
  ask(ground, {}, [pdf('later.pdf')]);
  const refused = rfi.question.attachments.find(({ filename }) => filename === 'refused.pdf')?.id ?? '';
  const path = `/rest/v1.0/companies/${rfi.companyId}/files/${refused}`;
  ground.world.faults.add({ match: { method: 'GET', path }, effect: { kind: 'status-before', status: 403 }, times: 1 });
  await ground.cycle('rfis');
  expect(await ground.cycle('attachments')).toMatchObject({ created: 2, parked: 1, reasons: { 'file-unavailable': 1 } });
  expect([...named(ground).keys()].sort()).toEqual(['kept.pdf', 'later.pdf']);
  expect(await ground.items()).toMatchObject([{ reason: 'file-unavailable', subject: `file:${refused}`, records: 1 }]);
  await ground.store.admin.query(
    `UPDATE delivery SET next_look_at = next_look_at - interval '1 day' WHERE project_link_id = $1`,
    [ground.link.projectLinkId],
  );
  expect(await ground.cycle('attachments')).toMatchObject({ created: 1, parked: 0 });
  expect(await ground.items()).toEqual([]);
});

test('a file that vanished is told about alone: its neighbours come, and it comes once it is there again', async () => {
  const ground = await newGround();
  const rfi = ask(ground, {}, [pdf('lost.pdf'), pdf('kept.pdf')]);
  const lost = rfi.question.attachments.find(({ filename }) => filename === 'lost.pdf')?.id ?? '';
  setFileState(ground.world, { fileId: lost, state: 'gone' });
  await ground.cycle('rfis');
  expect(await ground.cycle('attachments')).toMatchObject({ created: 1, parked: 1, reasons: { 'file-unavailable': 1 } });
  await ground.cycle('rfis');
  expect(ground.rfis()).toMatchObject([{ files: [named(ground).get('kept.pdf')?.id] }]);
  expect(await ground.items()).toMatchObject([{ reason: 'file-unavailable', subject: `file:${lost}`, records: 1 }]);
  setFileState(ground.world, { fileId: lost, state: 'available' });
  await ground.store.admin.query(
    `UPDATE delivery SET next_look_at = next_look_at - interval '1 day' WHERE project_link_id = $1`,
    [ground.link.projectLinkId],
  );
  expect(await ground.cycle('attachments')).toMatchObject({ created: 1, parked: 0 });
  await ground.cycle('rfis');
  const { id: lostId } = named(ground).get('lost.pdf') ?? {};
  expect(ground.rfis()[0]?.files).toEqual([lostId, named(ground).get('kept.pdf')?.id]);
  expect(await ground.items()).toEqual([]);
});

test('no file of an item that is not carried is fetched', async () => {
  const ground = await newGround();
  ask(ground, { assigneeIds: [ground.ids.otto] }, [pdf('theirs.pdf')]);
  await ground.round();
  expect(ground.files()).toEqual([]);
});

test('a file that is sent again after its answer was lost is one file', async () => {
  const ground = await newGround();
  ask(ground, {}, [pdf('plan.pdf')]);
  await ground.cycle('rfis');
  const effect = { kind: 'reset-after-commit' } as const;
  ground.world.faults.add({ match: { method: 'POST', path: '/api/v1/Files/*' }, effect, times: 1 });
  await ground.cycle('attachments');
  for (let looks = 0; looks < 3; looks += 1) {
    await ground.store.admin.query(
      `UPDATE delivery SET next_look_at = next_look_at - interval '1 day' WHERE project_link_id = $1`,
      [ground.link.projectLinkId],
    );
    await ground.cycle('attachments');
  }
  await ground.cycle('rfis');
  expect(ground.files()).toHaveLength(1);
  expect(ground.rfis()).toMatchObject([{ files: [ground.files()[0]?.id] }]);
});
