import type { ToolNeed } from '../../../procore/operations/permissions.ts';
import { listProjects } from '../../../procore/operations/projects.ts';
import { type Check, type CheckResult, met } from '../../contract.ts';
import { seenLevel } from '../levels.ts';
import { guide, needsOf } from '../settings.ts';
import { type ProjectLevels, readProjectLevels } from './project-levels.ts';
import { count, someOf, stuck } from './words.ts';

/**
 * The sync user's effective levels on each of its projects, by its own manifests, tool by tool. A project where a needed tool is
 * switched off is left out with a warning: nobody's template can mend that.
 */
export const verifyProjectTemplate: Check = async (context) => {
  const client = await context.boundService();
  const user = context.connection.syncUserName ?? 'the sync user';
  const projects = await listProjects(client, 'active');
  if (projects.length === 0) {
    return stuck('project-not-permitted', 'admin', {
      seen: `${user} is on no active project.`,
      needed: 'It is on at least one project, with the project permissions template.',
      where: `In Procore: Company Tools → Directory → ${user} → Projects → Add, with ${guide.projectTemplate}.`,
    });
  }
  const needs = needsOf(context.connection.modules, 'project');
  const levels = await readProjectLevels(client, projects, needs);
  const usable = levels.filter(({ switchedOff }) => switchedOff.length === 0);
  const off = levels.filter(({ switchedOff }) => switchedOff.length > 0);
  if (usable.length === 0) return allSwitchedOff(off);
  const [tooLow] = needs.flatMap((need) => failuresOf(need, usable));
  if (tooLow) {
    return stuck('permission-too-low', 'admin', {
      seen: `Procore gives ${user} ${tooLow.seen} on ${tooLow.need.tool} on ${tooLow.names.length} of ${count(projects.length, 'project')}: ${someOf(tooLow.names)}.`,
      needed: `${tooLow.need.tool}: ${tooLow.need.level}${tooLow.need.level === 'Admin' ? '' : ' or higher'}, on every project.`,
      where: `In Procore: Company Tools → Permissions → Project Permissions Templates → ${guide.projectTemplate} → ${tooLow.need.tool}.`,
    });
  }
  const evidence = {
    projects: projects.length,
    usable: usable.length,
    needed: needs.map(({ tool, level }) => `${tool}: ${level}`),
    guide: guideInWords(usable),
  };
  return met(evidence, {}, warningsOf(usable, off));
};

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
  const fewest = Math.min(...usable.map(({ guideMet }) => guideMet));
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
