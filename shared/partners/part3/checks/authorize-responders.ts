import { Fault } from '../../../domain/faults.ts';
import { accessTooLow, askAgainOnPage, askForAccess, type MemberAccess } from '../../../domain/responders.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { getOwnPermissions, levelOn } from '../../../procore/operations/permissions.ts';
import { type Check, type CheckResult, met } from '../../contract.ts';
import type { PeopleContext, TeamMember } from '../../people.ts';
import { someOf, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

/** Sufficient levels are checked again after this time; insufficient ones at every look. */
const accessLastsMs = 24 * 60 * 60 * 1000;

/**
 * Requires that everyone who returns documents has authorized their own account, and may answer in Procore. The API lists them
 * one by one; here they are counted. Those never asked are asked by mail.
 */
export const authorizeResponders: Check = async (context) => {
  const people = peopleOf(context);
  const { modules } = context.connection;
  const responders = people.team.filter(({ returns }) => returns);
  const authorized = responders.filter(({ authorization }) => authorization === 'live');
  const access = await accessOf(people, authorized, modules);
  const tooLow = authorized.flatMap(({ memberId, name, access: known }) => {
    const levels = access.find((one) => one.memberId === memberId)?.access ?? known;
    const words = levels === null ? [] : accessTooLow(levels, modules);
    return words.length === 0 ? [] : [`${name} (${words.join(', ')})`];
  });
  const ask = responders
    .filter(({ authorization }) => authorization === 'none' || authorization === 'revoked')
    .map(({ memberId }) => memberId);
  return { outcome: outcomeOf(responders, tooLow).outcome, keep: { ask, access } };
};

function outcomeOf(responders: readonly TeamMember[], tooLow: readonly string[]): CheckResult {
  const missing = responders.filter(({ authorization }) => authorization !== 'live');
  const [of, authorized] = [responders.length, responders.length - missing.length];
  const little = tooLow.length === 0 ? '' : ` Procore gives too little to ${someOf(tooLow)}.`;
  const seen = `${authorized} of ${of} people who return documents have authorized Procore.${little}`;
  if (missing.length > 0) return waitingFor(missing, seen);
  return tooLow.length === 0 ? met({ authorized, of }) : waiting('contractor', { seen, ...askForAccess });
}

/** Who is to be asked again is nobody's to wait for but the inviter's: their link has ended, and no mail goes to them by itself. */
function waitingFor(missing: readonly TeamMember[], seen: string): CheckResult {
  const toAsk = missing.flatMap(({ name, waitsFor }) => (waitsFor === 'admin' ? [name] : []));
  const asking =
    toAsk.length === 0 ? '' : `Whoever manages the project asks ${someOf(toAsk)} again; their answers wait until then.`;
  if (toAsk.length === missing.length) return waiting('admin', { seen, needed: asking, where: askAgainOnPage });
  const own = `Each of them authorizes an account of their own once; their answers wait until then.`;
  return waiting('responder', {
    seen,
    needed: toAsk.length === 0 ? own : `${own} ${asking}`,
    where: 'With the link each of them was sent: Authorize.',
  });
}

async function accessOf(people: PeopleContext, authorized: readonly TeamMember[], modules: readonly string[]) {
  const found: { memberId: string; access: MemberAccess }[] = [];
  for (const member of authorized.filter((one) => isDue(one, modules))) {
    const access = await levelsOf(people, member);
    if (access) found.push({ memberId: member.memberId, access });
  }
  return found;
}

const isDue = ({ access, accessReadAtMs }: TeamMember, modules: readonly string[]): boolean =>
  access === null || accessTooLow(access, modules).length > 0 || Date.now() - (accessReadAtMs ?? 0) > accessLastsMs;

/** Read as the person. Undefined: their authorization lapsed meanwhile, or is not renewed now, which affects nobody else. */
async function levelsOf(people: PeopleContext, { memberId }: TeamMember): Promise<MemberAccess | undefined> {
  try {
    const client = await people.asMember(memberId);
    const scope = { projectId: people.boundProject?.id ?? '' };
    const tools = (await unlessRefused(getOwnPermissions(client, scope))) ?? [];
    return { rfis: levelOn(tools, 'RFIs'), submittals: levelOn(tools, 'Submittals') };
  } catch (error) {
    if (error instanceof Fault && (error.kind === 'grant-lapsed' || error.kind === 'renewal-held-back')) return undefined;
    throw error;
  }
}
