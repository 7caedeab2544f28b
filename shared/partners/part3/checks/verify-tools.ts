import type { BoundCompany } from '../../../domain/company.ts';
import type { ProcoreClient } from '../../../procore/contract.ts';
import { getMe } from '../../../procore/operations/identity.ts';
import { atLeast, getOwnPermissions, levelOn } from '../../../procore/operations/permissions.ts';
import { isSwitchedOff, listProjectTools } from '../../../procore/operations/project-tools.ts';
import { type Check, type Keep, met } from '../../contract.ts';
import type { PeopleContext } from '../../people.ts';
import { someOf, stuck } from '../../words.ts';
import { peopleOf } from './people.ts';

/** Procore's tool of each module. */
const toolOf: Readonly<Record<string, string>> = { rfis: 'RFIs', submittals: 'Submittals' };

/** Requires that the connection's owner can read the tools of the modules that are on. */
export const verifyTools: Check = async (context) => {
  const people = peopleOf(context);
  const projectId = people.boundProject?.id ?? '';
  const client = await people.asOwnerBound();
  const levels = await getOwnPermissions(client, { projectId });
  const tools = context.connection.modules.flatMap((module) => toolOf[module] ?? []);
  const unread = tools.filter((tool) => !atLeast(levelOn(levels, tool), 'Read Only'));
  if (unread.length === 0)
    return met(Object.fromEntries(tools.map((tool) => [tool, levelOn(levels, tool)])), await nameOf(people, client));
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

/** Asked once: they signed in before there was a company. */
async function nameOf({ owner }: PeopleContext, client: ProcoreClient<BoundCompany>): Promise<Keep> {
  if (owner === null || owner.name !== null) return {};
  const { id, name } = await getMe(client);
  return name === null ? {} : { owner: { id, name } };
}
