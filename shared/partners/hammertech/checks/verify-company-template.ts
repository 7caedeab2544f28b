import { getOwnPermissions, type OwnTool } from '../../../procore/operations/permissions.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import { count, someOf, stuck } from '../../words.ts';
import { kindOf } from '../credential-kinds/index.ts';
import { compareLevels, rankOf, seenLevel, type ToolVerdict } from '../levels.ts';
import { guide, needsOf } from '../settings.ts';
import { inWords, templateHint } from './template-hint.ts';

/**
 * The sync user's effective levels in the company, from its own manifest, tool by tool. The modules' needs gate; the guide's
 * level on every tool is evidence and warning only, and is irrelevant if the app's manifest sets its rights.
 */
export const verifyCompanyTemplate: Check = async (context) => {
  const client = await context.boundService();
  const tools = await getOwnPermissions(client, 'company');
  const verdicts = compareLevels(tools, needsOf(context.connection.modules, 'company'));
  const tooLow = verdicts.filter(({ enough }) => !enough);
  if (tooLow.length > 0) return levelsTooLow(context, tooLow);
  const levels = verdicts.map((verdict) => `${verdict.tool}: ${seenLevel(verdict)}`);
  const kind = kindOf(context);
  if (kind.rightsFrom === 'manifest') return met({ levels, guide: 'does not apply: rights come from the app’s manifest' });
  return met({ levels, guide: asGuideInWords(tools) }, {}, warningsOf(tools));
};

async function levelsTooLow(context: CheckContext, tooLow: readonly ToolVerdict[]): Promise<CheckResult> {
  const kind = kindOf(context);
  const user = context.connection.syncUserName ?? 'the sync user';
  const hint = await templateHint(await context.boundService(), 'company');
  const tools = tooLow.map(({ tool }) => tool).join(', ');
  return stuck('permission-too-low', kind.levelOwner, {
    seen: `In the company, Procore gives ${user} ${tooLow.map((verdict) => `${seenLevel(verdict)} on ${verdict.tool}`).join(', ')}.${inWords(hint, user)}`,
    needed: `${tooLow.map(({ tool, needed }) => `${tool}: ${needed}`).join(', ')} or higher.`,
    where: kind.companyLevelAt({ tool: tools, user, hasTemplate: hint.has, template: hint.assigned ?? hint.unassigned }),
  });
}

const byGuide = rankOf(guide.companyLevel);

const asGuide = (tools: readonly OwnTool[]): readonly OwnTool[] =>
  tools.filter(({ level }) => level !== null && rankOf(level) >= byGuide);

const asGuideInWords = (tools: readonly OwnTool[]): string => `${asGuide(tools).length} of ${count(tools.length, 'tool')}`;

function warningsOf(tools: readonly OwnTool[]): readonly string[] {
  const given = asGuide(tools).length;
  const above = tools.filter(({ level }) => level !== null && rankOf(level) > byGuide);
  return [
    ...(given < tools.length
      ? [`The guide asks for ${guide.companyLevel} on every company tool: it is given on ${given} of ${tools.length}.`]
      : []),
    ...(above.length > 0
      ? [`More than the guide asks for on ${count(above.length, 'tool')}: ${someOf(above.map(({ title }) => title))}.`]
      : []),
  ];
}
