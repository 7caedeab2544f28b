import { canonicalHash } from '../../domain/canonical-json.ts';
import { createReadsOnce } from '../../http/reads-once.ts';
import type { ChangesOf, Part3Client } from './client.ts';

/** A read-only Part3 client: writes are refused, and a list or a record that was read once is not requested again. */
export function readingOnly(client: Part3Client): Part3Client {
  const reads = createReadsOnce();
  const changes =
    <Item>(what: string, list: (of: ChangesOf) => AsyncIterable<readonly Item[]>) =>
    (of: ChangesOf) =>
      reads.pages(canonicalHash([what, of.projectId, of.updatedSince ?? null]), of.projectId, () => list(of));
  return {
    projects: () => reads.pages('projects', null, client.projects),
    companies: (id) => reads.pages(`companies ${id}`, null, () => client.companies(id)),
    members: (id) => reads.pages(`members ${id}`, null, () => client.members(id)),
    rfis: changes('rfis', client.rfis),
    submittals: changes('submittals', client.submittals),
    rfiAnswers: changes('rfiAnswers', client.rfiAnswers),
    submittalReturns: changes('submittalReturns', client.submittalReturns),
    rfiAnswer: (id) => reads.once(`rfiAnswer ${id}`, null, () => client.rfiAnswer(id)),
    submittalReturn: (id) => reads.once(`submittalReturn ${id}`, null, () => client.submittalReturn(id)),
    file: (id) => reads.once(`file ${id}`, null, () => client.file(id)),
    readFile: client.readFile,
    rfiAt: client.rfiAt,
    submittalAt: client.submittalAt,
    upsertRfi: refuse,
    upsertSubmittal: refuse,
    settleAnswer: refuse,
    settleReturn: refuse,
    // a look that sends nothing needs no previews
    previewAnswer: async () => undefined,
    previewReturn: async () => undefined,
    writeFile: refuse,
  };
}

async function refuse(): Promise<never> {
  throw new Error('Part3 would be written to, where only reading is allowed');
}
