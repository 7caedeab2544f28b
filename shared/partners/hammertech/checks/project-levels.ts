import { isDeepStrictEqual } from 'node:util';
import pLimit from 'p-limit';
import type { BoundCompany } from '../../../domain/company.ts';
import type { LevelsOfProject, ToolLevel } from '../../../domain/project-levels.ts';
import type { ListedProject } from '../../../domain/projects.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { getOwnPermissions, type OwnTool, type ToolNeed } from '../../../procore/operations/permissions.ts';
import { isSwitchedOff, listProjectTools } from '../../../procore/operations/project-tools.ts';
import type { LevelsWish } from '../../contract.ts';
import { compareLevels, type ToolVerdict } from '../levels.ts';
import { guide } from '../settings.ts';

/** The most manifests requested at a time, out of courtesy to Procore. */
const manifestsAtOnce = 4;

/** What the sync user may do on one project. */
export interface ProjectLevels {
  readonly project: ListedProject;
  readonly verdicts: readonly ToolVerdict[];
  readonly guideMet: number;
  readonly aboveGuide: readonly string[];
  /** Tools that are needed and switched off in the project, for everyone. */
  readonly switchedOff: readonly string[];
}

/**
 * Reads the levels of the projects most worth asking about, one manifest each. If one differs from what was known, a template
 * may have changed: then the others are read too, within the share of calls.
 */
export async function readLevels(
  client: ProcoreClient<BoundCompany>,
  projects: readonly ListedProject[],
  needs: readonly ToolNeed[],
  wish: LevelsWish,
): Promise<readonly LevelsOfProject[]> {
  const limit = pLimit(manifestsAtOnce);
  const ask = (ids: readonly string[]): Promise<readonly LevelsOfProject[]> =>
    Promise.all(ids.map((projectId) => limit(() => readOne(client, projectId, needs))));
  const all = projects.map(({ id }) => id);
  const first = wish.pick(all, needs).slice(0, wish.most);
  const read = await ask(first);
  const isNews = read.some(
    ({ projectId, tools }) => wish.known.has(projectId) && !isDeepStrictEqual(wish.known.get(projectId), tools),
  );
  if (!isNews) return read;
  const others = all.filter((id) => !first.includes(id));
  return [...read, ...(await ask(others.slice(0, wish.most - first.length)))];
}

/** The known levels of a project, judged by the current needs; undefined if a needed tool was never asked about. */
export function judgedLevels(
  project: ListedProject,
  tools: readonly ToolLevel[] | undefined,
  needs: readonly ToolNeed[],
): ProjectLevels | undefined {
  if (!tools || needs.some(({ tool }) => !tools.some((one) => one.tool === tool))) return undefined;
  const listed = tools.flatMap(({ tool, level, listed }): OwnTool[] =>
    listed ? [{ id: tool, name: tool, title: tool, level }] : [],
  );
  const byGuide = compareLevels(listed, guide.projectTools);
  return {
    project,
    verdicts: compareLevels(listed, needs),
    guideMet: byGuide.filter(({ enough }) => enough).length,
    aboveGuide: byGuide.filter(({ more }) => more).map(({ tool }) => tool),
    switchedOff: tools.filter(({ tool, off }) => off && needs.some((need) => need.tool === tool)).map(({ tool }) => tool),
  };
}

/** One manifest; the project's tools are read only if a needed one is missing. */
async function readOne(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  needs: readonly ToolNeed[],
): Promise<LevelsOfProject> {
  // if the user was taken off the project between list and manifest, no tools are shown
  const own = (await unlessRefused(getOwnPermissions(client, { projectId }))) ?? [];
  const asked = [...needs, ...guide.projectTools.filter(({ tool }) => !needs.some((need) => need.tool === tool))];
  const verdicts = compareLevels(own, asked);
  const isMissing = ({ tool, enough, seen }: ToolVerdict): boolean =>
    needs.some((need) => need.tool === tool) && !enough && (seen === null || seen === 'None');
  const missing = verdicts.filter(isMissing).map(({ tool }) => tool);
  const off = missing.length > 0 ? await switchedOff(client, projectId, missing) : [];
  const tools = verdicts.map(({ tool, seen, listed }) => ({ tool, level: seen, listed, off: off.includes(tool) }));
  return { projectId, tools };
}

/** Procore does not document who may read the list of tools; without it the level is reported. */
async function switchedOff(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  tools: readonly string[],
): Promise<readonly string[]> {
  const all = (await unlessRefused(listProjectTools(client, projectId))) ?? [];
  return tools.filter((tool) => isSwitchedOff(all, tool));
}
