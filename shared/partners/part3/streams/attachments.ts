import type { Cause, FarSideRecord, ProjectContext, ProjectStream, StreamRun, TargetRecord, WriteAnswer } from '../../stream.ts';
import type { MayStillSend } from '../calls.ts';
import type { Part3File } from '../schema.ts';
import { part3Of } from './part3.ts';
import { createReadyFiles } from './ready-files.ts';
import { filesAnew, pullWantedFiles } from './wanted-files.ts';

/**
 * Files of the carried items → Part3. The items themselves name them, so nothing is requested for unchanged items; a file that
 * has arrived makes its item due again. A file that cannot be fetched blocks only itself.
 */
export const attachments: ProjectStream = {
  name: 'attachments',
  scope: 'project',
  shape: 'direct',
  direction: 'procore-to-partner',
  module: 'rfis',
  alsoOf: ['submittals'],
  mappingVersion: 1,
  needs: [],
  open: async (context) => openAttachments(context),
};

function openAttachments(context: ProjectContext): StreamRun {
  const part3 = part3Of(context);
  const ready = createReadyFiles(context);

  async function create({ naturalKey, address }: TargetRecord, mayStillSend: MayStillSend): Promise<WriteAnswer> {
    const { spooled, contentType, name } = ready.of(naturalKey);
    const { size, sha256 } = spooled;
    const { partnerProjectId: projectId } = context.project;
    const file = await part3.writeFile(
      { projectId, externalKey: naturalKey, name: address['name'] || name || 'file', contentType, size, sha256 },
      (from) => spooled.read({ from, size: size - from }),
      onlyAtFirst(mayStillSend),
    );
    await ready.done(naturalKey);
    return { targetId: file.id, echoed: { ...fieldsOf(file), sourceSha256: sha256 } };
  }

  return {
    pull: (cursor) => pullWantedFiles(context, cursor),
    keptAnew: (cursor) => filesAnew(cursor, context.project.backfill ?? null),
    async map(naturalKey, [facts]) {
      if (!facts) return { kind: 'nothing', naturalKey, why: 'a file stays where it came to' };
      const { name, contentType, url, item } = facts;
      const address = { name: String(name), contentType: String(contentType ?? ''), url: String(url ?? '') };
      const label = `${String(name) || 'a file'} of ${String(item)}`;
      const record = {
        naturalKey,
        searchKey: naturalKey,
        // a file's bytes never change under one id: only its existence is meant
        fields: { state: 'complete' },
        address: { ...address, label, screen: `Procore: Project → ${String(item)} → Attachments` },
        empty: false,
      };
      return { kind: 'record', record };
    },
    // Part3 has no search for files: the same key with the same bytes is the same file, however often it is sent
    lookUp: async () => [],
    async find(targetId): Promise<FarSideRecord> {
      const file = await part3.file(targetId);
      return { id: targetId, searchKey: '', fields: fieldsOf(file), ours: true };
    },
    create,
    update: (_, record, mayStillSend) => create(record, mayStillSend),
    agrees: (seen, meant) => seen['state'] === meant['state'],
    isMisplaced: () => false,
    heldUp: async () => undefined,
    prepare: ({ naturalKey, address }, _action, alive): Promise<Cause | undefined> => ready.prepare(naturalKey, address, alive),
    close: () => ready.close(),
  };
}

const fieldsOf = ({ state, size, sha256 }: Part3File) => ({ state, size, sha256 });

/** Later ranges belong to the one write that began under its claim; if it begins again elsewhere, it is the same file. */
function onlyAtFirst(mayStillSend: MayStillSend): MayStillSend {
  let begun = false;
  return () => {
    const may = mayStillSend();
    begun ||= may;
    return begun;
  };
}
