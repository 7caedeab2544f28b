import { atLeast, getOwnPermissions, levelOn } from '../../../procore/operations/permissions.ts';
import { isSwitchedOff, listProjectTools } from '../../../procore/operations/project-tools.ts';
import { type Check, met } from '../../contract.ts';
import { someOf, stuck } from '../../words.ts';
import { peopleOf } from './people.ts';

/** Procore's tool of each module. */
const toolOf: Readonly<Record<string, string>> = { rfis: 'RFIs', submittals: 'Submittals' };

/** The tools of the modules that are on can be read as the connection's owner. */
export const verifyTools: Check = async (context) => {
  const people = peopleOf(context);
  const projectId = people.boundProject?.id ?? '';
  const client = await people.asOwnerBound();
  const levels = await getOwnPermissions(client, { projectId });
  const tools = context.connection.modules.flatMap((module) => toolOf[module] ?? []);
  const unread = tools.filter((tool) => !atLeast(levelOn(levels, tool), 'Read Only'));
  if (unread.length === 0) return met(Object.fromEntries(tools.map((tool) => [tool, levelOn(levels, tool)])));
  const listed = await listProjectTools(client, projectId);
  const off = unread.filter((tool) => isSwitchedOff(listed, tool));
  const name = people.boundProject?.name ?? 'the project';
  if (off.length > 0) {
    return stuck('tool-disabled', 'contractor', {
      seen: `${someOf(off)} ${off.length === 1 ? 'is' : 'are'} switched off in ${name}.`,
      needed: `${someOf(off)} switched on.`,
      where: `In Procore: ${name} → Admin → Tool Settings.`,
    });
  }
  return stuck('permission-too-low', 'contractor', {
    seen: `Whoever connected ${name} may not read ${someOf(unread)}: the level is None.`,
    needed: `At least Read Only on ${someOf(unread)}.`,
    where: `In Procore: ${name} → Directory → the person → Permissions.`,
  });
};
