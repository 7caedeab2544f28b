import type { BoundCompany } from '../../../domain/company.ts';
import { Fault, type FaultKind, faultIn, wordsOf } from '../../../domain/faults.ts';
import { askForAccess } from '../../../domain/responders.ts';
import type { ProcoreClient } from '../../../procore/contract.ts';
import type { Cause, Responder, Responders } from '../../stream.ts';

type Procore = ProcoreClient<BoundCompany>;

/** Refusals that are about the person whose authorization was used, and block nobody else's answers. */
const ofPersons: ReadonlySet<FaultKind> = new Set([
  'credential-rejected',
  'app-not-connected',
  'company-not-visible',
  'permission-too-low',
  'tool-disabled',
  'project-not-permitted',
  'grant-lapsed',
  'person-lacks-access',
]);

export const responderOf = ({ all }: Responders, memberId: string): Responder | undefined =>
  all.find((one) => one.memberId === memberId);

/** Works in Procore as that person. What Procore refuses them becomes a fault about that person alone. */
export async function asPerson<Result>(
  responders: Responders,
  memberId: string,
  work: (procore: Procore) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(await responders.as(memberId));
  } catch (error) {
    const fault = faultIn(error);
    throw fault && ofPersons.has(fault.kind) ? aboutPerson(responders, memberId, fault) : error;
  }
}

function aboutPerson(responders: Responders, memberId: string, fault: Fault): Fault {
  const hasLapsed = fault.kind === 'grant-lapsed' || fault.kind === 'credential-rejected';
  const name = responderOf(responders, memberId)?.name ?? 'The author';
  const { seen, needed, where, owner, reach, effect } = fault.detail;
  const isOurs = reach === 'record';
  const cure = hasLapsed ? signInAgain(name) : moreAccess;
  return new Fault(
    hasLapsed ? 'grant-lapsed' : 'person-lacks-access',
    {
      effect,
      seen: isOurs ? seen : `${name}: ${fault.message}`,
      needed: (isOurs ? needed : undefined) ?? cure.needed,
      where: (isOurs ? where : undefined) ?? cure.where,
      owner: isOurs ? owner : cure.owner,
      subject: `person:${memberId}`,
      reach: 'record',
    },
    fault,
  );
}

const signInAgain = (name: string) =>
  ({
    owner: 'responder',
    needed: `${name} signs in to Procore again; the answer goes out by itself then`,
    where: 'Account settings → Integrations → Procore → Authorize',
  }) as const;

/** Who has authorized, and is refused, has nothing left to do themselves: an admin on the contractor’s side gives access. */
const moreAccess = {
  owner: 'contractor',
  needed: `${askForAccess.needed} The answer goes out by itself then.`,
  where: askForAccess.where,
} as const;

/** There is nothing, or they may not see it: Procore does not say which. */
export const seesNothing = (memberId: string, name: string, what: string): Fault =>
  new Fault('person-lacks-access', {
    seen: `${name} does not see ${what} in Procore: it is in the recycle bin there, or they may not see it.`,
    needed: 'the item back from the recycle bin, or shown to the author; the answer goes out by itself then',
    where: 'Procore → the project → the tool → Recycle Bin; or the item → Private, Assignees',
    owner: 'contractor',
    subject: `person:${memberId}`,
    effect: 'surely-not-done',
    reach: 'record',
  });

/** What blocks one record, if a look on its behalf meets a fault that reaches no further. */
export async function causeOf(look: () => Promise<Cause | undefined>): Promise<Cause | undefined> {
  try {
    return await look();
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || !isOfRecord(fault)) throw error;
    const { owner, subject = `fault:${fault.kind}` } = fault.detail;
    return { reason: fault.kind, owner, subject, ...wordsOf(fault) };
  }
}

/** Whether a refusal is not about what was sent, only about who sent it or when: the same may be sent again. */
export function isForPersonOrTime(error: unknown): boolean {
  const fault = faultIn(error);
  if (fault?.detail.effect !== 'surely-not-done') return false;
  return fault.handling === 'retry' || ofPersons.has(fault.kind);
}

const isOfRecord = ({ kind, detail }: Fault): boolean =>
  detail.reach === 'record' || kind === 'file-unavailable' || kind === 'validation-rejected';
