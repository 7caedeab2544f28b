import pLimit from 'p-limit';
import type { BoundCompany } from '../../../domain/company.ts';
import type { ListedProject } from '../../../domain/projects.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { getOwnPermissions, type ToolNeed } from '../../../procore/operations/permissions.ts';
import { isSwitchedOff, listProjectTools } from '../../../procore/operations/project-tools.ts';
import { compareLevels, type ToolVerdict } from '../levels.ts';
import { guide } from '../settings.ts';

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
  // a project the user was taken off between list and manifest shows no tools
  const tools = (await unlessRefused(getOwnPermissions(client, { projectId: project.id }))) ?? [];
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

/** Who may read the list of tools is not documented; without it the level is what is named. */
async function switchedOff(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  tools: readonly string[],
): Promise<readonly string[]> {
  const all = (await unlessRefused(listProjectTools(client, projectId))) ?? [];
  return tools.filter((tool) => isSwitchedOff(all, tool));
}
