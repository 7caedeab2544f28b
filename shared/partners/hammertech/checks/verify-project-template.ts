import type { ToolNeed } from '../../../procore/operations/permissions.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import type { Cause } from '../../stream.ts';
import { count, someOf, stuck } from '../../words.ts';
import { kindOf } from '../credential-kinds/index.ts';
import { seenLevel } from '../levels.ts';
import { guide, needsOf } from '../settings.ts';
import { judgedLevels, type ProjectLevels, readLevels } from './project-levels.ts';
import { inWords, templateHint } from './template-hint.ts';

/**
 * The sync user's effective levels on each of its projects, tool by tool, from its own manifests: those read now, else those
 * known. A project where a needed tool is switched off is left out with a warning: no template can fix that.
 */
export const verifyProjectTemplate: Check = async (context) => {
  const client = await context.boundService();
  const kind = kindOf(context);
  const user = context.connection.syncUserName ?? 'the sync user';
  const projects = await context.activeProjects();
  if (projects.length === 0) {
    return stuck('project-not-permitted', 'admin', {
      seen: `${user} is on no active project.`,
      needed:
        kind.rightsFrom === 'templates'
          ? 'It is on at least one project, with the project permissions template.'
          : 'At least one project is permitted for it.',
      where: kind.projectsAt(user),
    });
  }
  const needs = needsOf(context.connection.modules, 'project');
  const read = await readLevels(client, projects, needs, context.levels);
  const known = new Map([...context.levels.known, ...read.map(({ projectId, tools }) => [projectId, tools] as const)]);
  const levels = projects.flatMap((project) => judgedLevels(project, known.get(project.id), needs) ?? []);
  const keep = { projectLevels: { listed: projects.map(({ id }) => id), read, switchedOff: switchedOffCauses(context, levels) } };
  const result = await resultOf(context, needs, projects.length, levels);
  return { ...result, keep: { ...result.keep, ...keep } };
};

async function resultOf(
  context: CheckContext,
  needs: readonly ToolNeed[],
  projects: number,
  levels: readonly ProjectLevels[],
): Promise<CheckResult> {
  const kind = kindOf(context);
  const usable = levels.filter(({ switchedOff }) => switchedOff.length === 0);
  const off = levels.filter(({ switchedOff }) => switchedOff.length > 0);
  if (usable.length === 0 && off.length > 0) return allSwitchedOff(off);
  const failures = needs.flatMap((need) => failuresOf(need, usable));
  if (failures.length > 0) return levelsTooLow(context, failures, projects);
  const evidence = {
    projects,
    usable: usable.length,
    needed: needs.map(({ tool, level }) => `${tool}: ${level}`),
    guide: kind.rightsFrom === 'templates' ? guideInWords(usable) : 'does not apply: rights come from the app’s manifest',
  };
  return met(evidence, {}, [...switchedOffIn(off), ...(kind.rightsFrom === 'templates' ? besideTheGuide(usable) : [])]);
}

/** Only for projects with a counterpart: the others need nothing. If none is usable, the step itself reports it. */
function switchedOffCauses({ matches }: CheckContext, levels: readonly ProjectLevels[]): readonly Cause[] {
  const paired = new Set(
    matches.flatMap(({ kind, state, procoreId }) => (kind === 'project' && state === 'matched' ? [procoreId] : [])),
  );
  if (levels.every(({ switchedOff }) => switchedOff.length > 0)) return [];
  return levels
    .filter(({ project, switchedOff }) => switchedOff.length > 0 && paired.has(project.id))
    .map(({ project, switchedOff }) => ({
      reason: 'tool-disabled',
      subject: `tool:${project.id}`,
      seen: `${switchedOff.join(', ')} is switched off on ${project.name.trim()}: it is left out until it is on.`,
      needed: `${switchedOff.join(', ')} is switched on.`,
      where: `In Procore: ${project.name.trim()} → Admin → Tool Settings.`,
    }));
}

async function levelsTooLow(context: CheckContext, failures: readonly Failure[], of: number): Promise<CheckResult> {
  const kind = kindOf(context);
  const user = context.connection.syncUserName ?? 'the sync user';
  const hint = await templateHint(await context.boundService(), 'project');
  const seen = failures.map(
    ({ seen: level, need, names }) =>
      `${level} on ${need.tool} on ${names.length} of ${count(of, 'project')}: ${someOf(names, failures.length > 1 ? 3 : 5)}`,
  );
  const needed = failures.map(({ need: { tool, level } }) => `${tool}: ${level}${level === 'Admin' ? '' : ' or higher'}`);
  const where = {
    tool: failures.map(({ need }) => need.tool).join(', '),
    user,
    hasTemplate: hint.has,
    template: hint.assigned ?? hint.unassigned,
  };
  return stuck(
    'permission-too-low',
    kind.levelOwner,
    {
      seen: `Procore gives ${user} ${seen.join('; ')}.${inWords(hint, user)}`,
      needed: `${needed.join(', ')}, on every project.`,
      where: kind.projectLevelAt(where),
    },
    { tooLowOn: [...new Set(failures.flatMap(({ projectIds }) => projectIds))] },
  );
}

interface Failure {
  readonly need: ToolNeed;
  readonly seen: string;
  readonly names: readonly string[];
  readonly projectIds: readonly string[];
}

function failuresOf(need: ToolNeed, levels: readonly ProjectLevels[]): readonly Failure[] {
  const failing = levels.flatMap(({ project, verdicts }) => {
    const verdict = verdicts.find(({ tool, enough }) => tool === need.tool && !enough);
    return verdict ? [{ id: project.id, name: project.name, seen: seenLevel(verdict) }] : [];
  });
  if (failing.length === 0) return [];
  const seen = [...new Set(failing.map((one) => one.seen))].join(' or ');
  return [{ need, seen, names: failing.map(({ name }) => name), projectIds: failing.map(({ id }) => id) }];
}

function allSwitchedOff(off: readonly ProjectLevels[]): CheckResult {
  const tools = [...new Set(off.flatMap(({ switchedOff }) => switchedOff))].join(', ');
  return stuck('tool-disabled', 'admin', {
    seen: `${tools} is switched off on all ${count(off.length, 'project')}: ${someOf(off.map(({ project }) => project.name))}.`,
    needed: `${tools} is switched on in at least one project.`,
    where: 'In Procore: Project → Admin → Tool Settings → switch the tool on.',
  });
}

const guideInWords = (usable: readonly ProjectLevels[]): string => {
  const fewest = Math.min(guide.projectTools.length, ...usable.map(({ guideMet }) => guideMet));
  return `${fewest} of ${count(guide.projectTools.length, 'tool')}`;
};

const nameOf = ({ project }: ProjectLevels): string => project.name;

const switchedOffIn = (off: readonly ProjectLevels[]): readonly string[] =>
  off
    .map((one) => `${one.switchedOff.join(', ')} is switched off on ${nameOf(one).trim()}: it is left out until it is on.`)
    .slice(0, 10);

function besideTheGuide(usable: readonly ProjectLevels[]): readonly string[] {
  const below = usable.filter(({ guideMet }) => guideMet < guide.projectTools.length);
  const above = usable.filter(({ aboveGuide }) => aboveGuide.length > 0);
  return [
    ...(below.length > 0
      ? [`Less than the guide asks for on ${count(below.length, 'project')}: ${someOf(below.map(nameOf))}.`]
      : []),
    ...(above.length > 0
      ? [`More than the guide asks for on ${count(above.length, 'project')}: ${someOf(above.map(nameOf))}.`]
      : []),
  ];
}
