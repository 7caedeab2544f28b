import type { ToolNeed } from '../../../procore/operations/permissions.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import type { Cause } from '../../stream.ts';
import { seenLevel } from '../levels.ts';
import { guide, needsOf } from '../settings.ts';
import { judgedLevels, type ProjectLevels, readLevels } from './project-levels.ts';
import { count, someOf, stuck } from './words.ts';

/**
 * The sync user's effective levels on each of its projects, tool by tool, by its own manifests: those that are read now, and else what is
 * known. A project where a needed tool is switched off is left out with a warning: nobody's template can mend that.
 */
export const verifyProjectTemplate: Check = async (context) => {
  const client = await context.boundService();
  const user = context.connection.syncUserName ?? 'the sync user';
  const projects = await context.activeProjects();
  if (projects.length === 0) {
    return stuck('project-not-permitted', 'admin', {
      seen: `${user} is on no active project.`,
      needed: 'It is on at least one project, with the project permissions template.',
      where: `In Procore: Company Tools → Directory → ${user} → Projects → Add, with ${guide.projectTemplate}.`,
    });
  }
  const needs = needsOf(context.connection.modules, 'project');
  const read = await readLevels(client, projects, needs, context.levels);
  const known = new Map([...context.levels.known, ...read.map(({ projectId, tools }) => [projectId, tools] as const)]);
  const levels = projects.flatMap((project) => judgedLevels(project, known.get(project.id), needs) ?? []);
  const keep = { projectLevels: { listed: projects.map(({ id }) => id), read, switchedOff: switchedOffCauses(context, levels) } };
  return { ...resultOf(user, needs, projects.length, levels), keep };
};

function resultOf(user: string, needs: readonly ToolNeed[], projects: number, levels: readonly ProjectLevels[]): CheckResult {
  const usable = levels.filter(({ switchedOff }) => switchedOff.length === 0);
  const off = levels.filter(({ switchedOff }) => switchedOff.length > 0);
  if (usable.length === 0 && off.length > 0) return allSwitchedOff(off);
  const [tooLow] = needs.flatMap((need) => failuresOf(need, usable));
  if (tooLow) {
    return stuck('permission-too-low', 'admin', {
      seen: `Procore gives ${user} ${tooLow.seen} on ${tooLow.need.tool} on ${tooLow.names.length} of ${count(projects, 'project')}: ${someOf(tooLow.names)}.`,
      needed: `${tooLow.need.tool}: ${tooLow.need.level}${tooLow.need.level === 'Admin' ? '' : ' or higher'}, on every project.`,
      where: `In Procore: Company Tools → Permissions → Project Permissions Templates → ${guide.projectTemplate} → ${tooLow.need.tool}.`,
    });
  }
  const evidence = {
    projects,
    usable: usable.length,
    needed: needs.map(({ tool, level }) => `${tool}: ${level}`),
    guide: guideInWords(usable),
  };
  return met(evidence, {}, warningsOf(usable, off));
}

/** Of projects that have a counterpart: of the others nothing is wanted. Where none is usable, the step itself says so. */
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

interface Failure {
  readonly need: ToolNeed;
  readonly seen: string;
  readonly names: readonly string[];
}

function failuresOf(need: ToolNeed, levels: readonly ProjectLevels[]): readonly Failure[] {
  const failing = levels.flatMap(({ project, verdicts }) => {
    const verdict = verdicts.find(({ tool, enough }) => tool === need.tool && !enough);
    return verdict ? [{ name: project.name, seen: seenLevel(verdict) }] : [];
  });
  if (failing.length === 0) return [];
  const seen = [...new Set(failing.map((one) => one.seen))].join(' or ');
  return [{ need, seen, names: failing.map(({ name }) => name) }];
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

function warningsOf(usable: readonly ProjectLevels[], off: readonly ProjectLevels[]): readonly string[] {
  const below = usable.filter(({ guideMet }) => guideMet < guide.projectTools.length);
  const above = usable.filter(({ aboveGuide }) => aboveGuide.length > 0);
  const name = ({ project }: ProjectLevels): string => project.name;
  return [
    ...off
      .map((one) => `${one.switchedOff.join(', ')} is switched off on ${name(one).trim()}: it is left out until it is on.`)
      .slice(0, 10),
    ...(below.length > 0
      ? [`Less than the guide asks for on ${count(below.length, 'project')}: ${someOf(below.map(name))}.`]
      : []),
    ...(above.length > 0
      ? [`More than the guide asks for on ${count(above.length, 'project')}: ${someOf(above.map(name))}.`]
      : []),
  ];
}
