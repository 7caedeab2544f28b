import { personActor } from '../../shared/domain/actors.ts';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import type { Outcome, Step } from '../../shared/domain/steps.ts';
import type { CheckResult, Keep } from '../../shared/partners/contract.ts';
import { showConnectionCauses } from '../../shared/store/attention.ts';
import { type BindingAnswer, bindCompany, bindProject } from '../../shared/store/connections/companies.ts';
import { type Connection, storeSyncUser } from '../../shared/store/connections/connections.ts';
import { takeUpHistory } from '../../shared/store/connections/history.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { storeOffers } from '../../shared/store/connections/offered-projects.ts';
import { storeResponses } from '../../shared/store/connections/response-mappings.ts';
import { findStep, storeOutcome } from '../../shared/store/connections/steps.ts';
import { endIdleAuthorizations } from '../../shared/store/grants/grant-uses.ts';
import { storeSeen, storeWho } from '../../shared/store/grants/sign-ins.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { type AskingWith, askOnce } from '../../shared/store/people/asking.ts';
import { nameOwner } from '../../shared/store/people/authorizations.ts';
import { endInvitations } from '../../shared/store/people/invitation-returns.ts';
import { needOwnAddress } from '../../shared/store/people/owner-addresses.ts';
import { listTeam, storeAccess, storeTeam } from '../../shared/store/people/team.ts';
import { storeSurvey } from '../../shared/store/projects/backfill-surveys.ts';
import { endDryRun } from '../../shared/store/projects/dry-runs.ts';
import { storeLevels } from '../../shared/store/projects/project-levels.ts';
import { noteProjects, storeAdminProjects } from '../../shared/store/projects/project-lists.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { nameActor } from '../../shared/store/tenants/actors.ts';
import { type AuditFact, appendAudit } from '../../shared/store/tenants/audit.ts';
import { notYet } from '../../shared/temporal/failures.ts';
import type { StepRef } from '../contract.ts';
import { type OpenedCheck, stillRests } from './context.ts';

export interface StoredResult {
  /** The outcome in the row now; not always what the check found. */
  readonly outcome: Outcome;
  readonly changed: boolean;
  /** Whether mails were put into the outbox. */
  readonly queued: boolean;
}

/**
 * Stores what a check found, all in this transaction: outcome, evidence, what it wants kept, the audit. Undefined if what the
 * check rested on (credential, claimed company, decisions) was replaced meanwhile: then it proves nothing and must be repeated.
 */
export async function storeResult(
  db: Db,
  input: StepRef & { readonly step: Step; readonly at: Date },
  opened: OpenedCheck,
  result: CheckResult,
  by: 'onboarding' | 'care',
  using: AskingWith,
): Promise<StoredResult | undefined> {
  const connection = await stillRests(db, opened);
  if (!connection) return undefined;
  if (!(await stillSeen(db, opened, result.keep))) return undefined;
  const before = await findStep(db, input.connectionId, input.stepId);
  const binding = result.keep ? await bind(db, connection, result.keep) : undefined;
  const partnerProjectId = opened.context.people?.invitation?.partnerProjectId;
  if (result.keep?.projectBinding && binding === 'bound' && partnerProjectId !== undefined)
    await takeUpHistory(db, { connectionId: connection.connectionId, partnerProjectId });
  const outcome = refusedBinding(connection, binding) ?? result.outcome;
  await storeKept(db, connection, opened, result.keep ?? {}, input.at);
  const queued = await writeToPeople(db, connection, using, result.keep ?? {}, binding);
  const boundBy = result.keep?.binding?.procoreUserId ?? result.keep?.projectBinding?.owner.id;
  const doneBy = boundBy === undefined ? 'system' : personActor(boundBy);
  const change = await storeOutcome(db, { connectionId: input.connectionId, stepId: input.stepId, outcome, doneBy, by });
  if (input.stepId === stepOfCommand['accept-contractor']) await showAcceptance(db, input.connectionId);
  const nowDone = change !== 'settled' && outcome.state === 'met' && before?.state !== 'done';
  if (nowDone) await appendAudit(db, input.tenantId, auditOf(input, doneBy));
  // The row wins: a step that is done is not reopened here, whatever was seen.
  const stands = change === 'settled' ? (before?.outcome ?? skippedOutcome) : outcome;
  const shown = stands.state === 'met' || change !== 'settled' ? stands : skippedOutcome;
  return { outcome: shown, changed: change === 'changed', queued };
}

const skippedOutcome: Outcome = { state: 'met', evidence: { skipped: true } };

async function bind(db: Db, connection: Connection, { binding, projectBinding }: Keep): Promise<BindingAnswer | undefined> {
  if (projectBinding) {
    const { project, owner } = projectBinding;
    const boundBy = personActor(owner.id);
    const answer = await bindProject(db, { connectionId: connection.connectionId, ...project, owner, boundBy });
    if (answer === 'bound') await endInvitations(db, connection.connectionId, personActor(owner.id));
    if (answer === 'bound' && !owner.isInvited) await needOwnAddress(db, connection, owner.id);
    return answer;
  }
  if (!binding) return undefined;
  const { companyId, companyName, procoreUserId } = binding;
  return bindCompany(db, { connectionId: connection.connectionId, companyId, companyName, boundBy: personActor(procoreUserId) });
}

function refusedBinding(connection: Connection, answer: BindingAnswer | undefined): Outcome | undefined {
  if (answer === undefined || answer === 'bound' || answer === 'already-bound') return undefined;
  const title = partnerTitles[connection.partner];
  return {
    state: 'stuck',
    reason: 'conflict',
    on: 'support',
    seen:
      answer === 'taken'
        ? `Another connection of ${title} is bound to this ${connection.scope} already.`
        : 'The company that was confirmed is not the one this connection names now.',
    needed:
      answer === 'taken'
        ? `One connection for each ${connection.scope}: go on with the other one.`
        : 'A sign-in for the company named now.',
    where: answer === 'taken' ? 'On the page of all connections.' : 'On this page: Sign in with Procore.',
  };
}

/** What was seen as a person counts only while that same person is signed in. */
async function stillSeen(db: Db, { signIn }: OpenedCheck, keep: Keep | undefined): Promise<boolean> {
  if (!keep?.seenAtSignIn || !signIn) return true;
  const same = await storeSeen(db, signIn.signInId, signIn.procoreUserId, keep.seenAtSignIn);
  if (same && keep.signedInAs) await storeWho(db, signIn.signInId, keep.signedInAs);
  return same;
}

async function storeKept(db: Db, connection: Connection, opened: OpenedCheck, keep: Keep, at: Date): Promise<void> {
  const { tenantId, connectionId } = connection;
  const { signIn } = opened;
  if (keep.syncUser) await storeSyncUser(db, connectionId, keep.syncUser);
  if (keep.adminProjects) {
    const personId = signIn?.procoreUserId ?? keep.signedInAs?.id;
    const by = personId ? personActor(personId) : 'system';
    await storeAdminProjects(db, tenantId, connectionId, { projects: keep.adminProjects, by, at: new Date() });
  }
  if (keep.onProjects !== undefined) await noteProjects(db, connectionId, keep.onProjects);
  if (keep.offered) await storeOffers(db, tenantId, connectionId, keep.offered);
  if (keep.team) {
    await storeTeam(db, tenantId, connectionId, keep.team);
    await endIdleAuthorizations(db);
  }
  for (const { memberId, access } of keep.access ?? []) await storeAccess(db, connectionId, memberId, access);
  if (keep.survey && opened.ownersBudgetKey !== null)
    await storeSurvey(db, tenantId, connectionId, { survey: keep.survey, budgetKey: opened.ownersBudgetKey });
  if (keep.owner) {
    await nameOwner(db, connection, keep.owner);
    await nameActor(db, { tenantId, actorId: personActor(keep.owner.id), kind: 'person', displayName: keep.owner.name });
  }
  if (keep.responses) await storeResponses(db, tenantId, connectionId, keep.responses);
  if (keep.matches) await storeMatches(db, tenantId, connectionId, keep.matches);
  if (keep.dryRunId && !(await endDryRun(db, { connectionId, link: null }, keep.dryRunId))) {
    throw notYet('What was checked was replaced meanwhile');
  }
  if (keep.projectLevels) {
    const { listed, read, switchedOff } = keep.projectLevels;
    await storeLevels(db, tenantId, connectionId, { listed, read, at });
    await showConnectionCauses(db, { tenantId, connectionId, family: 'tool' }, switchedOff);
  }
  if (keep.projectBinding) {
    const { id, name } = keep.projectBinding.owner;
    await nameActor(db, { tenantId, actorId: personActor(id), kind: 'person', displayName: name });
  }
  if (keep.binding) {
    const actorId = personActor(keep.binding.procoreUserId);
    await nameActor(db, { tenantId, actorId, kind: 'person', displayName: signIn?.procoreUserName ?? null });
  }
}

/** Queues mails: asks members to authorize, and sends whoever connected a project a copy of what they saw. */
async function writeToPeople(
  db: Db,
  { tenantId, connectionId }: Connection,
  using: AskingWith,
  { ask = [], projectBinding }: Keep,
  binding: BindingAnswer | undefined,
): Promise<boolean> {
  const mails: (string | undefined)[] = [];
  const team = ask.length === 0 ? [] : await listTeam(db, connectionId);
  for (const { emailKey } of team.filter(({ memberId, leftAt }) => leftAt === null && ask.includes(memberId)))
    mails.push(await askOnce(db, using, { tenantId, emailKey }, 'asked'));
  if (projectBinding && binding === 'bound') mails.push(await askOnce(db, using, { tenantId, connectionId }, 'connected'));
  return mails.some((mail) => mail !== undefined);
}

/** The audit fact: what was proven, and by whom. */
const auditOf = ({ connectionId, step: { audits } }: StepRef & { readonly step: Step }, actorId: string): readonly AuditFact[] =>
  audits === null ? [] : [{ actorId, action: audits, subject: `connection:${connectionId}` }];
