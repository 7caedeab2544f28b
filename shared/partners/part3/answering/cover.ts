import type { Submittal } from '../../../procore/operations/submittals.ts';
import type { ProjectContext } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import { drawCoverPage } from '../cover-page/draw.ts';
import type { SubmittalReturn } from '../schema.ts';
import { linesOf } from './content.ts';
import type { MadeFile } from './kinds.ts';

const firstWords = 'Part3 cover page';

/** Whether a file of a response is a cover page of ours: recognised by its name's start, as submittal numbers may change. */
export const isCover = (fileName: string): boolean => fileName.startsWith(firstWords) && fileName.endsWith('.pdf');

/** The files that the author returns. */
export const withoutCover = (fileNames: readonly string[]): readonly string[] => fileNames.filter((name) => !isCover(name));

interface Returned {
  readonly submittal: Submittal;
  /** In Procore's words. */
  readonly response: string;
  readonly answer: SubmittalReturn;
  readonly finishedAt: string | null;
}

/** The cover page of a return. Names are Part3's; the same version of the return with the same data gives the same file. */
export async function coverOf(context: ProjectContext, { submittal, response, answer, finishedAt }: Returned): Promise<MadeFile> {
  const { project, partnerClient } = context;
  const part3 = partnerClient as Part3Client; // as `connect` made it
  const { number, revision, title, specSection } = submittal;
  const people = await peopleOf(part3, project.partnerProjectId);
  const nobody = { name: 'Somebody who left', company: null };
  const files = await Promise.all(answer.fileIds.map((fileId) => part3.file(fileId)));
  const bytes = await drawCoverPage({
    project: project.procoreProjectName ?? 'The project',
    submittal: { number, revision, title, specSection },
    response,
    author: people.get(answer.authorMemberId) ?? nobody,
    comment: linesOf(answer.comment),
    steps: answer.steps.map(({ memberId, kind, required, doneAt }) => ({
      name: (people.get(memberId) ?? nobody).name,
      kind,
      required,
      doneAt,
    })),
    finishedAt,
    timeZone: project.timeZone,
    fileNames: withoutCover(files.map(({ name, id }) => name ?? id)),
  });
  return { fileName: nameOf(number, revision), contentType: 'application/pdf', bytes };
}

const nameOf = (number: string, revision: string): string => {
  const plain = `${number} rev ${revision || '0'}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, '-');
  return `${firstWords} - ${plain}.pdf`;
};

/** Names and companies of a project's members, including those who left. */
async function peopleOf(
  part3: Part3Client,
  projectId: string,
): Promise<ReadonlyMap<string, { readonly name: string; readonly company: string | null }>> {
  const people = new Map<string, { readonly name: string; readonly company: string | null }>();
  for await (const companies of part3.companies(projectId))
    for (const company of companies)
      for await (const members of part3.members(company.id))
        for (const { id, name, email } of members) people.set(id, { name: name ?? email ?? 'Somebody', company: company.name });
  return people;
}
