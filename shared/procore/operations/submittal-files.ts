import { z } from 'zod';
import { id, idOrNull, textOrNull } from '../fields.ts';

/** A file that a record names directly. */
const attached = z.object({ id, filename: textOrNull, name: textOrNull, content_type: textOrNull, url: textOrNull });

/** A file in the workflow: `id` is the link's own, the file's is `attachment_id`. */
const associated = z.object({
  attachment_id: idOrNull,
  filename: textOrNull,
  content_type: textOrNull,
  url: textOrNull,
  state: textOrNull,
});

/** The two places where lists and single records name files; either may be missing (operation data, May 2026). */
export const fileLists = {
  attachments: z.array(attached).nullish(),
  associated_attachments: z.array(associated).nullish(),
};

/** A file of a submittal or of a response. `state` is Procore's own word for its processing, null if it gives none. */
export interface SubmittalFile {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string | null;
  readonly url: string | null;
  readonly state: string | null;
}

interface FileLists {
  readonly attachments?: readonly z.output<typeof attached>[] | null | undefined;
  readonly associated_attachments?: readonly z.output<typeof associated>[] | null | undefined;
}

/** The files of both places, each once. */
export function filesIn({ attachments, associated_attachments }: FileLists): readonly SubmittalFile[] {
  const files = new Map<string, SubmittalFile>();
  for (const { attachment_id, filename, content_type, url, state } of associated_attachments ?? []) {
    if (attachment_id === null) continue;
    files.set(attachment_id, { id: attachment_id, filename: filename ?? '', contentType: content_type, url, state });
  }
  for (const { id: fileId, filename, name, content_type, url } of attachments ?? []) {
    if (files.has(fileId)) continue;
    files.set(fileId, { id: fileId, filename: filename ?? name ?? '', contentType: content_type, url, state: null });
  }
  return [...files.values()];
}
