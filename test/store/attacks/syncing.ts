import {
  findItem,
  openItems,
  recordsHeld,
  resolveAttention,
  showCauses,
  showConnectionCauses,
} from '../../../shared/store/attention.ts';
import { attentionPage, attentionView } from '../../../shared/store/attention-view.ts';
import { markRunAlive, markRunSeen, missingRuns, unwantRun, wantedRuns, wantRun } from '../../../shared/store/desired-runs.ts';
import { pushHeld, setAutomation, setStartDate } from '../../../shared/store/projects/link-settings.ts';
import {
  findLinkOfConnection,
  findProjectLink,
  linkProject,
  listProjectLinks,
  noteActivity,
  noteCycle,
  noteReport,
  pauseLink,
  unlinkProject,
} from '../../../shared/store/projects/project-links.ts';
import { projectLinksPage, projectLinkView } from '../../../shared/store/projects/project-links-view.ts';
import { ownStream, releaseStreams } from '../../../shared/store/projects/stream-owners.ts';
import { beginAnew, holdFence, moveCursor, readCheckpoint, takeFence } from '../../../shared/store/records/checkpoints.ts';
import {
  anyTouched,
  clearTouched,
  dropGroups,
  factsOfGroups,
  forgetGone,
  gatherPage,
  keptFacts,
  keptGroups,
  keptInGroups,
  touchAll,
  touchedGroups,
  touchKnown,
} from '../../../shared/store/records/gathered-facts.ts';
import { keepUpload, keptUploads, sweepUploads, takeUploads } from '../../../shared/store/records/kept-uploads.ts';
import { noteCompared, reconcileStanding } from '../../../shared/store/records/reconciles.ts';
import { sweepDeliveryPayloads, sweepGatheredFacts, sweepGrantHistory } from '../../../shared/store/records/sweeps.ts';
import { isToldByConnection, openRefusals } from '../../../shared/store/refusals.ts';
import type { Attacks } from './attack.ts';
import { fenceOf, groupKey, type Ids, naturalKey, stream, touchedAt, unlinkedProject } from './world.ts';

const cause = { reason: 'conflict', subject: 'attack', seen: 'attack', needed: 'attack', where: 'attack' } as const;

const comparison = {
  by: 'rows',
  compared: 1,
  changed: 0,
  gone: 0,
  healed: 0,
  told: 0,
  unclaimed: 0,
  difference: {},
  says: 'attack',
} as const;

const streamOf = ({ mark, procoreProjectId }: Ids) => ({ environment: mark, procoreProjectId, stream, author: mark });

/** What is kept in step: project links, their runs and leases, gathered facts, what waits for a person. */
export const onLinks = {
  linkProject: async (db, { tenantId, connectionId, procoreProjectId }) => {
    await linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId,
      procoreProjectName: 'attack',
      partnerProjectId: 'attack',
      partnerProjectName: 'attack',
      procoreTimeZone: null,
      timeZone: null,
      basis: 'person',
    });
  },
  findProjectLink: (db, { projectLinkId }) => findProjectLink(db, projectLinkId),
  listProjectLinks: (db, { connectionId }) => listProjectLinks(db, connectionId),
  findLinkOfConnection: (db, { projectLinkId }) => findLinkOfConnection(db, projectLinkId),
  projectLinksPage: (db, { connectionId }) => projectLinksPage(db, { limit: 100, after: undefined, connectionId }),
  projectLinkView: (db, { projectLinkId }) => projectLinkView(db, projectLinkId),
  noteActivity: (db, { connectionId, procoreProjectId }) =>
    noteActivity(db, connectionId, { active: [], inactive: [procoreProjectId] }),
  pauseLink: (db, { projectLinkId }) => pauseLink(db, projectLinkId, true, 'attack'),
  unlinkProject: (db, { projectLinkId }) => unlinkProject(db, projectLinkId),
  noteCycle: (db, { projectLinkId }) => noteCycle(db, projectLinkId, { nextCycleMs: 0 }),
  noteReport: (db, { projectLinkId }) =>
    noteReport(db, projectLinkId, {
      stream,
      pulled: 1,
      unchanged: 0,
      created: 0,
      updated: 0,
      parked: 0,
      open: 0,
      reasons: {},
      skipped: {},
      atMs: 0,
    }),

  wantRun: (db, { tenantId, workflowId, projectLinkId }) =>
    wantRun(db, tenantId, { workflowId, workflowType: 'projectSync', subjectId: projectLinkId, partner: 'hammertech' }),
  unwantRun: (db, { workflowId }) => unwantRun(db, workflowId),
  markRunSeen: (db, { workflowId }) => markRunSeen(db, workflowId, 1),
  markRunAlive: (db, { workflowId }) => markRunAlive(db, workflowId),
  wantedRuns: (db) => wantedRuns(db),
  missingRuns: (db) => missingRuns(db, 0),

  takeFence: async (db, ids) => (await takeFence(db, fenceOf(ids)))?.fence.projectLinkId,
  holdFence: (db, ids) => holdFence(db, fenceOf(ids)),
  moveCursor: (db, ids) => moveCursor(db, fenceOf(ids), { attack: true }),
  beginAnew: (db, ids) => beginAnew(db, fenceOf(ids), 'attack', null),
  readCheckpoint: (db, ids) => readCheckpoint(db, fenceOf(ids)),
  reconcileStanding: (db, ids) => reconcileStanding(db, fenceOf(ids)),
  noteCompared: (db, ids) => noteCompared(db, fenceOf(ids), new Date(0), comparison),
  ownStream: (db, ids) => ownStream(db, streamOf(ids)),
  releaseStreams: (db, ids) => releaseStreams(db, unlinkedProject(ids)),
  isToldByConnection: (db, { projectLinkId }) => isToldByConnection(db, { projectLinkId, stream }, 'credential-rejected'),
  openRefusals: (db, { projectLinkId }) => openRefusals(db, [projectLinkId]),

  gatherPage: (db, ids) =>
    gatherPage(db, fenceOf(ids), [
      { sourceKey: `of-${groupKey(ids)}`, groupKey: groupKey(ids), facts: { attack: 1 }, modifiedAt: null },
    ]),
  anyTouched: (db, ids) => anyTouched(db, fenceOf(ids)),
  touchKnown: (db, ids) => touchKnown(db, fenceOf(ids), [naturalKey(ids, 'done')]),
  touchAll: (db, ids) => touchAll(db, fenceOf(ids)),
  dropGroups: (db, ids) => dropGroups(db, fenceOf(ids), [groupKey(ids)]),
  forgetGone: (db, ids) => forgetGone(db, fenceOf(ids), groupKey(ids)),
  setAutomation: (db, { projectLinkId }) => setAutomation(db, projectLinkId, stream, { create: true, update: true }),
  setStartDate: (db, { projectLinkId }) => setStartDate(db, projectLinkId, '2026-01-01'),
  pushHeld: (db, { projectLinkId }) => pushHeld(db, projectLinkId, 'all'),
  touchedGroups: (db, ids) => touchedGroups(db, fenceOf(ids), '', 100),
  factsOfGroups: (db, ids) => factsOfGroups(db, fenceOf(ids), [groupKey(ids)]),
  keptFacts: (db, ids) => keptFacts(db, fenceOf(ids), [`of-${groupKey(ids)}`]),
  keptInGroups: (db, ids) => keptInGroups(db, fenceOf(ids), [groupKey(ids)]),
  keptGroups: (db, ids) => keptGroups(db, fenceOf(ids)),
  clearTouched: (db, ids) => clearTouched(db, fenceOf(ids), [{ groupKey: groupKey(ids), touchedAt }]),
  sweepGatheredFacts: (db) => sweepGatheredFacts(db),
  sweepGrantHistory: (db) => sweepGrantHistory(db),

  keptUploads: (db, ids) => keptUploads(db, fenceOf(ids), groupKey(ids)),
  keepUpload: (db, ids) =>
    keepUpload(db, fenceOf(ids), groupKey(ids), { fileKey: ids.mark, procoreUserId: 'attack', uploadId: 'attack', askedAtMs: 0 }),
  takeUploads: (db, ids) => takeUploads(db, fenceOf(ids), groupKey(ids), [ids.mark]),
  sweepUploads: (db) => sweepUploads(db),
  sweepDeliveryPayloads: (db) => sweepDeliveryPayloads(db),

  showCauses: (db, { tenantId, connectionId, projectLinkId }) =>
    showCauses(db, { tenantId, connectionId, projectLinkId, stream }, [{ ...cause, records: 1 }]),
  showConnectionCauses: (db, { tenantId, connectionId }) =>
    showConnectionCauses(db, { tenantId, connectionId, family: 'step' }, [cause]),
  openItems: (db, { projectLinkId }) => openItems(db, { projectLinkId, stream }),
  findItem: (db, { itemId }) => findItem(db, itemId),
  recordsHeld: (db, { projectLinkId }) => recordsHeld(db, projectLinkId, 'conflict'),
  resolveAttention: (db, { itemId }) => resolveAttention(db, itemId, 'attack'),
  attentionPage: (db, { projectLinkId }) => attentionPage(db, { limit: 100, after: undefined, state: undefined, projectLinkId }),
  attentionView: (db, { itemId }) => attentionView(db, itemId),
} satisfies Attacks;
