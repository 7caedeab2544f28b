import type { AnyCompany, BoundCompany } from '../domain/company.ts';
import { Fault, type FaultKind, faultIn } from '../domain/faults.ts';
import type { ProcoreClient } from './contract.ts';
import { getCompanyMe } from './operations/identity.ts';
import { type AccessLevel, atLeast, getOwnPermissions, levelOn, sameTool } from './operations/permissions.ts';
import { listProjectTools } from './operations/project-tools.ts';
import { findProjects } from './operations/projects.ts';

/** What the refused call needed: a tool by Procore's name ("Daily Log") and a level on it. */
export interface Need {
  readonly tool: string;
  readonly level: AccessLevel;
}

type Because = { readonly kind: FaultKind; readonly seen: string; readonly needed: string; readonly where: string };

/**
 * Proves why Procore answered 403 or 404 to a call about the company, by the fewest probes. Anything but a 403 or 404 comes back as
 * it is. A probe that fails for a passing reason is returned with the refusal's effect, so that the call is tried again later.
 */
export function diagnoseCompanyRefusal(client: ProcoreClient, fault: Fault, need: Need): Promise<Fault> {
  return proven(client, fault, async () => {
    const levels = await answerOf(getOwnPermissions(client, 'company'));
    if (!levels) return companyCause(client);
    const level = levelOn(levels, need.tool);
    return levelCause(need, level, `Company Tools → Permissions → company template → ${need.tool}`);
  });
}

/** The same for a call about a project: tool level, tool switched off, project not permitted, or the record itself gone. */
export function diagnoseProjectRefusal(
  client: ProcoreClient<BoundCompany>,
  fault: Fault,
  projectId: string,
  need: Need,
): Promise<Fault> {
  return proven(client, fault, async () => {
    const levels = await answerOf(getOwnPermissions(client, { projectId }));
    if (!levels) return (await membershipCause(client, projectId)) ?? companyCause(client);
    const tools = (await answerOf(listProjectTools(client, projectId))) ?? [];
    const tool = tools.find((one) => sameTool(one.engineName, need.tool) || sameTool(one.title, need.tool));
    if (tool && !tool.active) return toolDisabled(need);
    const level = levelOn(levels, need.tool);
    if (fault.detail.status === 404 && atLeast(level, need.level)) return recordGone(need);
    return levelCause(need, level, `Company Tools → Permissions → project template → ${need.tool}`);
  });
}

async function proven(client: ProcoreClient<AnyCompany>, fault: Fault, causeOf: () => Promise<Because>): Promise<Fault> {
  const { status, effect, requestId } = fault.detail;
  if ((status !== 403 && status !== 404) || fault.kind === 'app-not-connected') return fault;
  try {
    const cause = await causeOf();
    const { kind, ...said } = client.principal === 'person' ? asPerson(cause) : cause;
    return new Fault(kind, { ...said, status, effect, requestId }, fault);
  } catch (error) {
    const probe = faultIn(error);
    if (!probe) throw error;
    return new Fault(probe.kind, { ...probe.detail, effect, requestId }, fault);
  }
}

/** A probe's answer; `undefined` when the probe itself is refused, which is an answer too. */
async function answerOf<T>(probe: Promise<T>): Promise<T | undefined> {
  try {
    return await probe;
  } catch (error) {
    const fault = faultIn(error);
    const refused = fault !== undefined && (fault.detail.status === 403 || fault.detail.status === 404);
    if (refused && fault.kind !== 'app-not-connected') return undefined;
    throw error;
  }
}

/** Own permissions were refused: is the company itself out of sight? */
async function companyCause(client: ProcoreClient): Promise<Because> {
  const me = await answerOf(getCompanyMe(client));
  return me
    ? {
        kind: 'permission-too-low',
        seen: 'The credential may not read its own permissions.',
        needed: 'a company and project permission template',
        where: 'Company Tools → Directory → the sync user',
      }
    : {
        kind: 'company-not-visible',
        seen: `Company ${client.company.companyId} is hidden from this credential.`,
        needed: 'a credential made in this company',
        where: 'Company Tools → Admin',
      };
}

/** A project that is hidden from its own list is one we are not on; `undefined` when it is listed or nothing is. */
async function membershipCause(client: ProcoreClient<BoundCompany>, projectId: string): Promise<Because | undefined> {
  const found = await answerOf(findProjects(client, [projectId]));
  const project = found?.find((one) => one.id === projectId);
  if (!found || project?.active) return undefined;
  return {
    kind: 'project-not-permitted',
    seen: project ? `Project ${projectId} is inactive.` : `Project ${projectId} is not among the sync user’s projects.`,
    needed: project ? 'an active project' : 'the sync user on this project',
    where: 'Company Tools → Directory → the sync user → Project Settings',
  };
}

const toolDisabled = (need: Need): Because => ({
  kind: 'tool-disabled',
  seen: `${need.tool} is switched off in this project.`,
  needed: `${need.tool} switched on`,
  where: 'Project → Admin → Tool Settings',
});

const recordGone = (need: Need): Because => ({
  kind: 'conflict',
  seen: `The entry does not exist any more, though ${need.tool} is open to us.`,
  needed: 'a decision whether it is made again',
  where: `Project → ${need.tool}`,
});

/** A level that suffices and is refused nevertheless is narrowed by something finer than levels. */
function levelCause(need: Need, level: AccessLevel, where: string): Because {
  const enough = atLeast(level, need.level);
  return {
    kind: 'permission-too-low',
    seen: enough ? `${need.tool} is at ${level}, yet Procore refuses.` : `${need.tool} is at ${level}.`,
    needed: enough ? `${need.tool} without granular restrictions` : `${need.tool} at ${need.level}`,
    where,
  };
}

const personal: ReadonlySet<FaultKind> = new Set(['permission-too-low', 'project-not-permitted']);

const asPerson = (cause: Because): Because => (personal.has(cause.kind) ? { ...cause, kind: 'person-lacks-access' } : cause);
