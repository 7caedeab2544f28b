import type { ListedRfi } from '../../../procore/operations/rfi-schema.ts';
import { listRfis, recycleBin, rfisById, showRfi } from '../../../procore/operations/rfis.ts';
import type { ProjectContext, ProjectStream } from '../../stream.ts';
import type { RfiFields } from '../fields.ts';
import type { ItemReading, ItemSource } from './item-source.ts';
import { itemStream } from './item-stream.ts';
import { part3Of } from './part3.ts';
import { contentOfRfi, filesOfRfi, peopleOfRfi } from './rfi-content.ts';
import type { Team } from './taking-part.ts';

/** Procore's RFIs → Part3: the changed ones from the list, then one call each for questions, answers and files. */
export const rfis: ProjectStream = {
  name: 'rfis',
  scope: 'project',
  shape: 'direct',
  direction: 'procore-to-partner',
  module: 'rfis',
  mappingVersion: 1,
  needs: [{ tool: 'RFIs', level: 'Read Only' }],
  open: async (context) => itemStream(context, 'rfis', sourceOf(context)),
};

function sourceOf(context: ProjectContext): ItemSource<ListedRfi> {
  const { procore, project } = context;
  const part3 = part3Of(context);
  const { procoreProjectId: projectId, partnerProjectId } = project;

  async function read(row: ListedRfi, team: Team): Promise<ItemReading> {
    const rfi = await showRfi(procore, projectId, row.id);
    if (!rfi) return { left: 'not-visible' };
    if (rfi.draft) return { left: 'draft' };
    const content = contentOfRfi(rfi, row, team);
    return {
      content: rfi.recycled ? { ...content, status: 'withdrawn' } : content,
      files: filesOfRfi(rfi),
      people: peopleOfRfi(rfi),
    };
  }

  return {
    kind: 'rfi',
    list: (from, until) => listRfis(procore, projectId, from === null ? undefined : { from, until }),
    byId: (ids) => rfisById(procore, projectId, ids),
    isOpen: ({ status }) => status === 'open',
    isDraft: ({ draft }) => draft,
    read,
    binned: () => recycleBin(procore, projectId),
    at: part3.rfiAt,
    all: () => part3.rfis({ projectId: partnerProjectId }),
    upsert: (place, content, mayStillSend) => part3.upsertRfi(place, content as RfiFields, mayStillSend), // as `read` made it
  };
}
