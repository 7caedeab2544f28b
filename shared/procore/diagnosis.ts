import type { AnyCompany, BoundCompany } from '../domain/company.ts';
import { Fault, type FaultKind, faultIn } from '../domain/faults.ts';
import type { ProcoreClient } from './contract.ts';
import { isUnproven } from './errors.ts';
import { getCompanyMe } from './operations/identity.ts';
import { type AccessLevel, atLeast, getOwnPermissions, levelOn, type OwnTool, type ToolNeed } from './operations/permissions.ts';
import { isSwitchedOff, listProjectTools } from './operations/project-tools.ts';
import { findProjects } from './operations/projects.ts';

type Because = { readonly kind: FaultKind; readonly seen: string; readonly needed: string; readonly where: string };

/**
 * Proves why Procore answered 403 or 404 to a call about the company, with the fewest probes; `needs` is what the refused work
 * needs of its tools. A fault that is already proven, or is no such refusal, is returned unchanged, without a probe. If a probe
 * fails temporarily, its fault is returned with the refusal's effect, so that the work is retried later.
 */
export function diagnoseCompanyRefusal(client: ProcoreClient, fault: Fault, needs: readonly ToolNeed[]): Promise<Fault> {
  return proven(client, fault, async () => {
    const levels = await unlessRefused(getOwnPermissions(client, 'company'));
    if (!levels) return companyCause(client);
    const [tooLow] = unmetOf(levels, needs);
    return tooLow ? levelCause(tooLow, 'company') : refusedAnyway(fault, needs, 'company');
  });
}

/** The same for a call about a project: level too low, tool switched off, project not permitted. */
export function diagnoseProjectRefusal(
  client: ProcoreClient<BoundCompany>,
  fault: Fault,
  projectId: string,
  needs: readonly ToolNeed[],
): Promise<Fault> {
  return proven(client, fault, async () => {
    const levels = await unlessRefused(getOwnPermissions(client, { projectId }));
    if (!levels) return (await membershipCause(client, projectId)) ?? companyCause(client);
    const unmet = unmetOf(levels, needs);
    // a tool with any level is switched on
    const tooLow = unmet.find(({ level }) => level !== 'None');
    if (tooLow) return levelCause(tooLow, 'project');
    const tools = (await unlessRefused(listProjectTools(client, projectId))) ?? [];
    const off = needs.find(({ tool }) => isSwitchedOff(tools, tool));
    if (off) return toolDisabled(off);
    return unmet[0] ? levelCause(unmet[0], 'project') : refusedAnyway(fault, needs, 'project');
  });
}

/** A probe's result; `undefined` if the probe itself is refused, which is a result too. Everything else is thrown. */
export async function unlessRefused<T>(probe: Promise<T>): Promise<T | undefined> {
  try {
    return await probe;
  } catch (error) {
    const fault = faultIn(error);
    if (fault && isUnproven(fault)) return undefined;
    throw error;
  }
}

async function proven(client: ProcoreClient<AnyCompany>, fault: Fault, causeOf: () => Promise<Because>): Promise<Fault> {
  if (!isUnproven(fault)) return fault;
  const { status, effect, requestId } = fault.detail;
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

/** Own permissions were refused: is the company itself hidden? */
async function companyCause(client: ProcoreClient): Promise<Because> {
  const me = await unlessRefused(getCompanyMe(client));
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
        needed: 'a credential made in this company, active in its directory',
        where: 'Company Tools → Directory → the sync user; or Company Tools → Admin → Service Accounts',
      };
}

/**
 * A project missing from the user's own list is one they are not on; `undefined` if it is listed and active, or the list is
 * refused.
 */
async function membershipCause(client: ProcoreClient<BoundCompany>, projectId: string): Promise<Because | undefined> {
  const found = await unlessRefused(findProjects(client, [projectId]));
  const project = found?.find((one) => one.id === projectId);
  if (!found || project?.active) return undefined;
  return project
    ? {
        kind: 'project-not-permitted',
        seen: `Project ${projectId} is inactive.`,
        needed: 'an active project',
        where: 'Project → Admin → General → Active',
      }
    : {
        kind: 'project-not-permitted',
        seen: `Project ${projectId} is not among the sync user’s projects.`,
        needed: 'the sync user on this project',
        where: 'Company Tools → Directory → the sync user → Projects → Add',
      };
}

const toolDisabled = ({ tool }: ToolNeed): Because => ({
  kind: 'tool-disabled',
  seen: `${tool} is off for everybody.`,
  needed: `${tool} switched on`,
  where: 'Project → Admin → Tool Settings',
});

interface Unmet extends ToolNeed {
  /** The level needed, and the current one. */
  readonly needed: AccessLevel;
  readonly level: AccessLevel;
}

const unmetOf = (levels: readonly OwnTool[], needs: readonly ToolNeed[]): readonly Unmet[] =>
  needs
    .map(({ tool, level: needed }) => ({ tool, needed, level: levelOn(levels, tool) }))
    .filter(({ level, needed }) => !atLeast(level, needed));

const levelCause = ({ tool, level, needed }: Unmet, scope: 'company' | 'project'): Because => ({
  kind: 'permission-too-low',
  seen: `${tool} is at ${level}.`,
  needed: `${tool} at ${needed}`,
  where: templateOf(scope, tool),
});

/**
 * Every level suffices. If still refused, something finer than levels restricts it; if still not found, it was hidden a moment
 * ago and is visible now.
 */
function refusedAnyway({ detail }: Fault, needs: readonly ToolNeed[], scope: 'company' | 'project'): Because {
  const tools = needs.map(({ tool }) => tool).join(', ');
  const where = templateOf(scope, tools);
  return detail.status === 404
    ? {
        kind: 'vendor-unavailable',
        seen: `Not found a moment ago, though ${tools} can be used now.`,
        needed: 'nothing: it is tried again',
        where,
      }
    : {
        kind: 'permission-too-low',
        seen: `Refused, though the levels suffice: ${needs.map(({ tool, level }) => `${tool} at ${level}`).join(', ')}.`,
        needed: `${tools} without granular restrictions`,
        where,
      };
}

const templateOf = (scope: 'company' | 'project', tool: string): string =>
  `Company Tools → Permissions → ${scope} template → ${tool}`;

const personal: ReadonlySet<FaultKind> = new Set(['permission-too-low', 'project-not-permitted']);

const asPerson = (cause: Because): Because => (personal.has(cause.kind) ? { ...cause, kind: 'person-lacks-access' } : cause);
