import pLimit from 'p-limit';
import type { BoundCompany } from '../../../domain/company.ts';
import { Fault } from '../../../domain/faults.ts';
import type { ListedProject } from '../../../domain/projects.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { getOwnPermissions, type OwnTool, sameTool } from '../../../procore/operations/permissions.ts';
import { listProjectTools } from '../../../procore/operations/project-tools.ts';
import { compareLevels, type ToolVerdict } from '../levels.ts';
import { guide, type ToolNeed } from '../settings.ts';

/** A good guest asks for a few manifests at a time. */
const manifestsAtOnce = 4;

/** What one project lets the sync user do. */
export interface ProjectLevels {
  readonly project: ListedProject;
  readonly verdicts: readonly ToolVerdict[];
  readonly guideMet: number;
  readonly aboveGuide: readonly string[];
  /** Tools that are switched off in the project, whoever asks. */
  readonly switchedOff: readonly string[];
}

/** One manifest a project; the tools of a project are asked for only where a needed one is missing. */
export function readProjectLevels(
  client: ProcoreClient<BoundCompany>,
  projects: readonly ListedProject[],
  needs: readonly ToolNeed[],
): Promise<readonly ProjectLevels[]> {
  const limit = pLimit(manifestsAtOnce);
  return Promise.all(projects.map((project) => limit(() => readOne(client, project, needs))));
}

async function readOne(
  client: ProcoreClient<BoundCompany>,
  project: ListedProject,
  needs: readonly ToolNeed[],
): Promise<ProjectLevels> {
  const tools = await manifestOf(client, project.id);
  const verdicts = compareLevels(tools, needs);
  const byGuide = compareLevels(tools, guide.projectTools);
  const withoutAccess = verdicts
    .filter(({ enough, seen }) => !enough && (seen === null || seen === 'None'))
    .map(({ tool }) => tool);
  return {
    project,
    verdicts,
    guideMet: byGuide.filter(({ enough }) => enough).length,
    aboveGuide: byGuide.filter(({ more }) => more).map(({ tool }) => tool),
    switchedOff: withoutAccess.length > 0 ? await switchedOff(client, project.id, withoutAccess) : [],
  };
}

/** A project the user was taken off between list and manifest shows no tools. */
async function manifestOf(client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly OwnTool[]> {
  try {
    return await getOwnPermissions(client, { projectId });
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

async function switchedOff(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  tools: readonly string[],
): Promise<readonly string[]> {
  try {
    const all = await listProjectTools(client, projectId);
    return tools.filter((tool) =>
      all.some(({ engineName, title, active }) => !active && (sameTool(engineName, tool) || sameTool(title, tool))),
    );
  } catch (error) {
    // Who may read the list of tools is not documented; without it the level is what is named.
    if (isRefusal(error)) return [];
    throw error;
  }
}

const refusals: readonly string[] = ['permission-too-low', 'project-not-permitted', 'tool-disabled', 'company-not-visible'];

const isRefusal = (error: unknown): boolean => error instanceof Fault && refusals.includes(error.kind);
