import type { Attachment } from '../../kernel/model-files.ts';
import type { SubmittalApprover } from '../../kernel/model-submittals.ts';
import type { Call } from '../call.ts';
import { takeUploads } from '../files/attachments.ts';
import { mintSubmittalId } from './ids.ts';

/**
 * Files of a response, made of uploads. One that this slot already has, because the same request was sent before, hangs there twice or
 * stays as it is, by switch [unk].
 */
export function filesOfAnswer(call: Call, slot: SubmittalApprover, uploadIds: readonly string[]): readonly Attachment[] {
  const known = new Map(uploadIds.map((uuid) => [uuid, attachedBefore(call, slot, uuid)]));
  const fresh = takeUploads(
    call,
    uploadIds.filter((uuid) => known.get(uuid) === undefined),
  );
  if (call.world.switches.get('repeatedUploads') === 'once') return fresh;
  const again = uploadIds.flatMap((uuid) => known.get(uuid) ?? []);
  return [...again.map((attachment) => copyOf(call, attachment)), ...fresh];
}

function attachedBefore(call: Call, slot: SubmittalApprover, uuid: string): Attachment | undefined {
  const attachmentId = call.world.storage.uploads.get(uuid)?.attachmentId;
  return slot.attachments.find(({ id }) => id === attachmentId);
}

function copyOf({ world }: Call, attachment: Attachment): Attachment {
  const copy = { ...attachment, id: mintSubmittalId(world) };
  const file = world.storage.files.get(attachment.id);
  if (file) world.storage.files.put({ ...file, id: copy.id, attachment: copy });
  return copy;
}
