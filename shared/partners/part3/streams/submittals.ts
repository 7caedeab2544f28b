import {
  listAllSubmittals,
  listSubmittals,
  type Submittal,
  submittalRecycleBin,
  submittalsById,
} from '../../../procore/operations/submittals.ts';
import type { ProjectContext, ProjectStream } from '../../stream.ts';
import type { SubmittalFields } from '../fields.ts';
import type { ItemSource } from './item-source.ts';
import { itemStream } from './item-stream.ts';
import { part3Of } from './part3.ts';
import { contentOfSubmittal, filesOfSubmittal, peopleOfSubmittal } from './submittal-content.ts';

/** Procore's submittals → Part3: all from the list, each revision a record of its own. */
export const submittals: ProjectStream = {
  name: 'submittals',
  scope: 'project',
  shape: 'direct',
  direction: 'procore-to-partner',
  module: 'submittals',
  mappingVersion: 1,
  needs: [{ tool: 'Submittals', level: 'Read Only' }],
  open: async (context) => itemStream(context, 'submittals', sourceOf(context)),
};

function sourceOf(context: ProjectContext): ItemSource<Submittal> {
  const { procore, project, responses } = context;
  const part3 = part3Of(context);
  const { procoreProjectId: projectId, partnerProjectId, timeZone } = project;
  return {
    kind: 'submittal',
    terms: responses.map(({ responseId, state, partnerName }) => [responseId, state, partnerName]).sort(),
    list: (from, until) =>
      from === null
        ? listAllSubmittals(procore, projectId)
        : listSubmittals(procore, projectId, { from: wholeSecond(from), until: wholeSecond(until) }),
    byId: (ids) => submittalsById(procore, projectId, ids),
    isOpen: ({ status }) => status === 'Open',
    isDraft: ({ status }) => status === 'Draft',
    listedPeople: peopleOfSubmittal,
    read: async (row, team) => ({
      content: contentOfSubmittal(row, { team, responses, timeZone }),
      files: filesOfSubmittal(row),
      people: peopleOfSubmittal(row),
    }),
    binned: () => submittalRecycleBin(procore, projectId),
    at: part3.submittalAt,
    all: () => part3.submittals({ projectId: partnerProjectId }),
    upsert: (place, content, mayStillSend) => part3.upsertSubmittal(place, content as SubmittalFields, mayStillSend), // as `read` made it
  };
}

const wholeSecond = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
