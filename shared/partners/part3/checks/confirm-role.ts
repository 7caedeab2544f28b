import { type Check, type CheckResult, met } from '../../contract.ts';
import { count, stuck, waiting } from '../../words.ts';
import { readOffers } from './offers.ts';
import { peopleOf } from './people.ts';

/**
 * Requires both that Procore shows that the person may connect a project, and that they confirm it. The list is read again until
 * they confirm, so a person who is made admin meanwhile need not come back.
 */
export const confirmRole: Check = async (context) => {
  const people = peopleOf(context);
  const { role: said } = people.decided;
  if (said !== null && people.offered.some(({ role }) => role !== null)) return met({ confirmedAt: said.at });
  const offered = await readOffers(people);
  const mayConnect = offered.filter(({ role }) => role !== null).length;
  const isNotLookedAt = offered.some(({ looked }) => !looked);
  if (mayConnect === 0 && !isNotLookedAt) return noAdmin(offered.length, { offered });
  if (said !== null && mayConnect > 0) return met({ confirmedAt: said.at }, { offered });
  return waiting(
    'contractor',
    {
      seen: `The contractor may connect ${count(mayConnect, 'project')} of ${offered.length} in Procore.`,
      needed: 'They say that they are an admin there and may connect a project.',
      where: 'On the page that opened after the sign-in: Yes.',
    },
    { offered },
  );
};

function noAdmin(projects: number, keep: CheckResult['keep']): CheckResult {
  return stuck(
    'not-company-admin',
    'contractor',
    {
      seen:
        projects === 0
          ? 'Procore shows no active project to this account in a company that our app is connected to.'
          : `This account is an admin of none of its ${count(projects, 'project')} in Procore.`,
      needed:
        'Admin on the Directory of the company or of the project, or Admin on both RFIs and Submittals. Ask an admin of the project or of the company in Procore for it; or tell whoever invited you who is one.',
      where: 'In Procore: Project → Directory → the person → Permissions. Or on your page: Use another account.',
    },
    keep,
  );
}
