import { createRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { writeSubmittal } from '../../../sandbox/procore/admin/submittals.ts';
import type { RfiFields } from '../../../sandbox/procore/rfis/fields.ts';
import type { SubmittalFields } from '../../../sandbox/procore/submittals/submittals.ts';
import type { ItemsGround, Name } from './items-ground.ts';

type Files = NonNullable<Parameters<typeof createRfiByHand>[1]['files']>;

/** An RFI of Gus's for Ria, managed by Tess, unless told otherwise; a minute goes by. */
export function ask({ world, project, ids, later }: ItemsGround, fields: RfiFields = {}, files: Files = []) {
  const rfi = createRfiByHand(
    world,
    { projectId: project.id, by: ids.gus, files },
    { subject: 'Anchor spacing', body: '<p>What spacing?</p>', managerId: ids.tess, assigneeIds: [ids.ria], ...fields },
  );
  later(60);
  return rfi;
}

/** A submittal of Tess's with one list of names a step; a minute goes by. */
export function submit(
  { world, project, ids, later }: ItemsGround,
  steps: readonly (readonly Name[])[],
  { files = [], ...fields }: SubmittalFields & { readonly files?: Files } = {},
) {
  const submittal = writeSubmittal(world, {
    projectId: project.id,
    by: ids.tess,
    number: '7',
    title: 'Steel',
    private: false,
    managerId: ids.tess,
    files,
    steps: steps.map((names) => names.map((name) => ({ userId: ids[name] }))),
    ...fields,
  });
  later(60);
  return submittal;
}
