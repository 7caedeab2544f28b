import type { Told } from '../comparison.ts';
import { carriedRfis, carriedSubmittals, type Sides } from './sides.ts';
import { fileInWords } from './told.ts';
import type { Attachment, Part3Truth } from './truth.ts';

/** Every file of a carried item should be at its place in Part3, byte for byte. */
export function expectedFiles(sides: Sides): readonly Told[] {
  const { replies } = sides.procore;
  return [
    ...carriedRfis(sides).flatMap(({ id, question }) => {
      const said = replies.filter(({ rfiId }) => rfiId === id);
      return told(`:rfi:${id}`, [...question.attachments, ...said.flatMap(({ attachments }) => attachments)]);
    }),
    ...carriedSubmittals(sides).flatMap(({ id, attachments, approvers }) =>
      told(`:submittal:${id}`, [...attachments, ...approvers.flatMap((slot) => slot.attachments)]),
    ),
  ];
}

const told = (place: string, files: readonly Attachment[]): readonly Told[] =>
  [...new Map(files.map((file) => [file.id, file])).values()].map(({ filename, size, sha256 }) => ({
    place,
    says: fileInWords({ name: filename, size, sha256 }),
  }));

/**
 * Files that items in Part3 refer to, and files from outside that belong to no item. None of the files that people add to their
 * answers there.
 */
export function toldOfFiles({ part3 }: { readonly part3: Part3Truth }): readonly Told[] {
  const byId = new Map(part3.files.map((file) => [file.id, file]));
  const items = [
    ...part3.rfis.map((rfi) => ({ ...rfi, all: [...rfi.files, ...rfi.replies.flatMap(({ files }) => files)] })),
    ...part3.submittals.map((one) => ({ ...one, all: [...one.files, ...one.workflow.flatMap(({ files }) => files)] })),
  ].filter(({ status }) => status !== 'withdrawn');
  const referred = new Set(items.flatMap(({ all }) => all));
  const loose = part3.files.filter(({ id, externalKey }) => externalKey !== null && !referred.has(id));
  return [
    ...items.flatMap(({ externalKey, all }) =>
      [...new Set(all)].map((fileId) => {
        const file = byId.get(fileId);
        const says = file?.state === 'complete' ? fileInWords(file) : `${file?.name ?? fileId}, ${file?.state ?? 'unknown'}`;
        return { place: /:(rfi|submittal):\d+$/.exec(externalKey)?.[0] ?? externalKey, says };
      }),
    ),
    ...loose.map((file) => ({ place: 'no item', says: fileInWords(file) })),
  ];
}
