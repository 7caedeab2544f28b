import {
  appliedDecision,
  commandsAfter,
  commandsBy,
  findCommand,
  markApplied,
  markDelivered,
  openCommands,
  unappliedCommands,
  withdrawCommand,
  writeCommand,
  writeOnce,
} from '../../../shared/store/commands.ts';
import { bindCompany } from '../../../shared/store/connections/companies.ts';
import {
  claimCompany,
  createConnection,
  findConnection,
  findConnections,
  lockConnection,
  lockConnections,
  moveConnection,
  noteLook,
  storeProjectChoice,
  storeSettings,
  storeSyncUser,
} from '../../../shared/store/connections/connections.ts';
import { connectionsPage, standingOf } from '../../../shared/store/connections/connections-view.ts';
import {
  currentCredential,
  findCredential,
  openProposal,
  putInForce,
  refuseProposal,
  rewrapCredential,
  shownCredentials,
  submitCredential,
} from '../../../shared/store/connections/credentials.ts';
import { decideMatch, listMatches, storeMatches } from '../../../shared/store/connections/matches.ts';
import {
  dueAgain,
  ensureSteps,
  findStep,
  lastEvidence,
  listSteps,
  reopenSteps,
  storeOutcome,
  storeReminder,
  storeSkip,
} from '../../../shared/store/connections/steps.ts';
import {
  beginDryRun,
  dropDryRun,
  dryRunParts,
  endDryRun,
  findDryRun,
  linkDryRuns,
  storePart,
  sweepForeseen,
} from '../../../shared/store/projects/dry-runs.ts';
import { foreseenPage } from '../../../shared/store/projects/foreseen-view.ts';
import { callsOnProjects, knownLevels, storeLevels } from '../../../shared/store/projects/project-levels.ts';
import { findAdminProjects, noteAdding, noteProjects, storeAdminProjects } from '../../../shared/store/projects/project-lists.ts';
import { plans } from '../../../workflows/plans/index.ts';
import type { Attacks } from './attack.ts';
import { stream } from './world.ts';

const bytes = Buffer.from('attack');
const [step] = plans.hammertech.steps;
const nothingSeen = { scope: 'project', create: 0, update: 0, leaveAlone: 0, cannot: 0, held: 0, refused: null } as const;
const found = {
  kind: 'company',
  partnerName: 'attack',
  procoreId: '1',
  procoreName: 'attack',
  basis: 'name',
  score: 1,
  state: 'matched',
} as const;

/** What is being connected: connections, their credentials, steps and decisions. */
export const onConnections = {
  createConnection: async (db, { tenantId, connectionId }) => {
    await createConnection(db, { tenantId, connectionId, partner: 'hammertech', scope: 'company' });
  },
  findConnection: (db, { connectionId }) => findConnection(db, connectionId),
  storeSettings: (db, { connectionId }) => storeSettings(db, connectionId, { modules: ['attack'], settings: {} }),
  lockConnections: (db, { connectionId }) => lockConnections(db, [connectionId]),
  lockConnection: (db, { connectionId }) => lockConnection(db, connectionId),
  findConnections: (db, { connectionId }) => findConnections(db, [connectionId]),
  connectionsPage: (db) => connectionsPage(db, 100, undefined),
  standingOf: (db, { connectionId }) => standingOf(db, connectionId),
  claimCompany: (db, { connectionId }) => claimCompany(db, connectionId, 'attack'),
  bindCompany: (db, { connectionId, companyId }) =>
    bindCompany(db, { connectionId, companyId, companyName: 'attack', boundBy: 'attack' }),
  storeSyncUser: (db, { connectionId }) => storeSyncUser(db, connectionId, { id: 'attack', name: 'attack' }),
  storeProjectChoice: (db, { connectionId }) =>
    storeProjectChoice(db, connectionId, { existing: 'none', chosen: [], future: false }, new Date()),
  moveConnection: (db, { connectionId }) => moveConnection(db, connectionId, 'disconnected'),
  noteLook: (db, { connectionId }) => noteLook(db, connectionId),

  submitCredential: (db, { tenantId, connectionId, credentialId }) =>
    submitCredential(db, {
      tenantId,
      connectionId,
      credentialId: credentialId.replace(/^./, '0'),
      purpose: 'procore-service',
      kind: 'legacy',
      shown: {},
      lastFour: 'evil',
      sealed: bytes,
      submittedBy: 'attack',
    }),
  currentCredential: (db, { connectionId }) => currentCredential(db, connectionId, 'procore-service'),
  shownCredentials: (db, { connectionId }) => shownCredentials(db, connectionId),
  findCredential: (db, { credentialId }) => findCredential(db, credentialId),
  openProposal: (db, { connectionId }) => openProposal(db, connectionId, 'procore-service'),
  putInForce: (db, { connectionId, proposalId }) =>
    putInForce(db, { connectionId, purpose: 'procore-service', credentialId: proposalId }),
  refuseProposal: (db, { proposalId }) =>
    refuseProposal(db, proposalId, {
      state: 'stuck',
      on: 'admin',
      reason: 'credential-rejected',
      seen: 'attack',
      needed: 'attack',
      where: 'attack',
    }),
  rewrapCredential: (db, { credentialId, sealed }) => rewrapCredential(db, credentialId, sealed, bytes),

  ensureSteps: (db, { tenantId, connectionId }) =>
    ensureSteps(db, tenantId, connectionId, step === undefined ? [] : [{ ...step, id: 'waits', title: 'attack' }]),
  listSteps: (db, { connectionId }) => listSteps(db, connectionId),
  findStep: (db, { connectionId }) => findStep(db, connectionId, 'waits'),
  lastEvidence: (db, { connectionId }) => lastEvidence(db, connectionId, 'waits'),
  storeOutcome: (db, { connectionId }) =>
    storeOutcome(db, {
      connectionId,
      stepId: 'waits',
      outcome: { state: 'met', evidence: { attack: true } },
      doneBy: 'attack',
      by: 'onboarding',
    }),
  storeSkip: (db, { connectionId }) => storeSkip(db, connectionId, 'waits', 'attack'),
  dueAgain: (db, { connectionId }) => dueAgain(db, connectionId, ['waits']),
  reopenSteps: (db, { connectionId }) => reopenSteps(db, connectionId, ['waits'], 'other'),
  storeReminder: (db, { connectionId }) => storeReminder(db, connectionId, 'waits'),

  writeCommand: async (db, { tenantId, connectionId, projectLinkId, commandId }) => {
    const forged = commandId.replace(/^./, '0');
    await writeCommand(db, {
      tenantId,
      commandId: forged,
      connectionId,
      projectLinkId,
      kind: 'resume',
      input: {},
      actorId: 'attack',
    });
  },
  findCommand: (db, { connectionId, commandId }) => findCommand(db, connectionId, commandId),
  markDelivered: (db, { commandId }) => markDelivered(db, commandId),
  markApplied: (db, { commandId }) => markApplied(db, commandId),
  withdrawCommand: (db, { commandId }) => withdrawCommand(db, commandId),
  commandsAfter: (db, { connectionId, projectLinkId }) => commandsAfter(db, { connectionId, projectLinkId }, '0'),
  commandsBy: (db, { mark }) => commandsBy(db, mark, new Date(0)),
  writeOnce: (db, { tenantId, connectionId, commandId }) =>
    writeOnce(db, { tenantId, connectionId, commandId, kind: 'retryStep', input: {}, actorId: 'attack' }),
  openCommands: (db, { connectionId }) => openCommands(db, connectionId),
  unappliedCommands: (db) => unappliedCommands(db, 0, 100),
  appliedDecision: (db, { connectionId }) => appliedDecision(db, connectionId, 'confirm'),

  listMatches: (db, { connectionId }) => listMatches(db, connectionId),
  storeMatches: (db, { tenantId, connectionId, mark }) =>
    storeMatches(db, tenantId, connectionId, [{ ...found, partnerId: mark }]),
  decideMatch: (db, { connectionId, mark }) =>
    decideMatch(db, { connectionId, kind: 'company', partnerId: mark, procoreId: '1', decidedBy: 'attack' }),
  beginDryRun: (db, { tenantId, connectionId }) =>
    beginDryRun(db, tenantId, { connectionId, link: null, basis: 'attack', at: new Date() }),
  storePart: (db, { tenantId, dryRunId, procoreProjectId }) =>
    storePart(db, tenantId, dryRunId, { ...nothingSeen, procoreProjectId, name: 'attack', stream }, []),
  endDryRun: (db, { connectionId, projectLinkId, linkDryRunId }) =>
    endDryRun(db, { connectionId, link: { projectLinkId, stream } }, linkDryRunId),
  linkDryRuns: (db, { projectLinkId }) => linkDryRuns(db, projectLinkId),
  dryRunParts: (db, { dryRunId }) => dryRunParts(db, [dryRunId]),
  foreseenPage: (db, { dryRunId }) => foreseenPage(db, { dryRunId, limit: 100, after: undefined }),
  sweepForeseen: (db) => sweepForeseen(db),
  dropDryRun: (db, { connectionId }) => dropDryRun(db, connectionId),
  findDryRun: (db, { connectionId }) => findDryRun(db, connectionId),
  storeAdminProjects: (db, { tenantId, connectionId }) =>
    storeAdminProjects(db, tenantId, connectionId, { projects: [], by: 'attack', at: new Date() }),
  knownLevels: (db, { connectionId }) => knownLevels(db, connectionId),
  storeLevels: (db, { tenantId, connectionId, procoreProjectId }) =>
    storeLevels(db, tenantId, connectionId, { listed: [], read: [{ projectId: procoreProjectId, tools: [] }], at: new Date() }),
  callsOnProjects: (db, { connectionId }) => callsOnProjects(db, connectionId),
  noteProjects: (db, { connectionId }) => noteProjects(db, connectionId, 1),
  noteAdding: (db, { connectionId }) => noteAdding(db, connectionId),
  findAdminProjects: (db, { connectionId }) => findAdminProjects(db, connectionId),
} satisfies Attacks;
