import { getOwnPermissions } from '../../../procore/operations/permissions.ts';
import { type Check, met } from '../../contract.ts';
import { compareLevels, rankOf, seenLevel } from '../levels.ts';
import { guide, needsOf } from '../settings.ts';
import { count, someOf, stuck } from './words.ts';

/**
 * The sync user's effective levels in the company, by its own manifest, tool by tool. What the modules need gates; the guide's level
 * on every tool is evidence and warning only.
 */
export const verifyCompanyTemplate: Check = async (context) => {
  const tools = await getOwnPermissions(await context.boundService(), 'company');
  const user = context.connection.syncUserName ?? 'the sync user';
  const verdicts = compareLevels(tools, needsOf(context.connection.modules, 'company'));
  const tooLow = verdicts.find(({ enough }) => !enough);
  if (tooLow) {
    return stuck('permission-too-low', 'admin', {
      seen: `In the company, Procore gives ${user} ${seenLevel(tooLow)} on ${tooLow.tool}.`,
      needed: `${tooLow.tool}: ${tooLow.needed} or higher.`,
      where: `In Procore: Company Tools → Permissions → Company Permissions Templates → ${guide.companyTemplate} → ${tooLow.tool}.`,
    });
  }
  const wanted = rankOf(guide.companyLevel);
  const asGuide = tools.filter(({ level }) => level !== null && rankOf(level) >= wanted);
  const above = tools.filter(({ level }) => level !== null && rankOf(level) > wanted);
  const warnings = [
    ...(asGuide.length < tools.length
      ? [`The guide asks for ${guide.companyLevel} on every company tool: it is given on ${asGuide.length} of ${tools.length}.`]
      : []),
    ...(above.length > 0
      ? [`More than the guide asks for on ${count(above.length, 'tool')}: ${someOf(above.map(({ title }) => title))}.`]
      : []),
  ];
  const evidence = {
    levels: verdicts.map((verdict) => `${verdict.tool}: ${seenLevel(verdict)}`),
    guide: `${asGuide.length} of ${count(tools.length, 'tool')}`,
  };
  return met(evidence, {}, warnings);
};
