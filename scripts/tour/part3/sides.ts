import { folded } from '../pairs.ts';
import type { Part3Truth, ProcoreRfi, ProcoreSubmittal, ProcoreTruth } from './truth.ts';

/** Which past items were chosen to be brought over. */
export type Backfill = { readonly which: 'none' | 'open' } | { readonly which: 'since'; readonly since: string };

/** Both sides of one connected project at one moment, and the decisions about it. */
export interface Sides {
  readonly part3: Part3Truth;
  readonly procore: ProcoreTruth;
  readonly team: Team;
  /** When the two projects were connected. */
  readonly connectedAt: Date;
  readonly backfill: Backfill;
  /** Names of responses in Part3 by their names in Procore, where they differ. */
  readonly meanings: ReadonlyMap<string, string>;
}

/** Who of the design side is who in Procore: by the same mail address. */
export interface Team {
  memberOf(procoreUserId: string | null): string | undefined;
  userOf(memberId: string): string | undefined;
}

const designRoles: readonly string[] = ['prime-consultant', 'consultant'];

export function teamOf(
  { companies, members }: Pick<Part3Truth, 'companies' | 'members'>,
  people: readonly { readonly id: string; readonly email: string }[],
): Team {
  const firms = new Set(companies.filter(({ role }) => designRoles.includes(role)).map(({ id }) => id));
  const pairs = members
    .filter(({ companyId, leftAt }) => firms.has(companyId) && leftAt === null)
    .flatMap(({ id, email }) => {
      const person = people.find((one) => folded(one.email) === folded(email));
      return person ? [[id, person.id] as const] : [];
    });
  const userOf = new Map(pairs);
  const memberOf = new Map(pairs.map(([member, user]) => [user, member]));
  return {
    memberOf: (procoreUserId) => (procoreUserId === null ? undefined : memberOf.get(procoreUserId)),
    userOf: (memberId) => userOf.get(memberId),
  };
}

/** The same, restricted to one project of Part3. */
export function ofProject(truth: Part3Truth, projectId: string): Part3Truth {
  const here = <Row extends { readonly projectId: string }>(rows: readonly Row[]) =>
    rows.filter((row) => row.projectId === projectId);
  return {
    projects: truth.projects.filter(({ id }) => id === projectId),
    companies: here(truth.companies),
    members: here(truth.members),
    rfis: here(truth.rfis),
    submittals: here(truth.submittals),
    answers: here(truth.answers),
    returns: here(truth.returns),
    files: here(truth.files),
  };
}

/** RFIs that should be in Part3: a design-side member is an assignee or gets copies; no draft, nothing from the recycle bin. */
export const carriedRfis = (sides: Sides): readonly ProcoreRfi[] =>
  sides.procore.rfis.filter(
    (rfi) =>
      rfi.state !== 'draft' &&
      rfi.recycledAt === null &&
      isAnyOurs(sides, [...rfi.assigneeIds, ...rfi.distributionIds]) &&
      isWanted(sides, rfi.updatedAt, rfi.state === 'open'),
  );

/**
 * Submittals that should be: a design-side member gets copies, is awaited in its workflow, or has answered there since the
 * connection.
 */
export const carriedSubmittals = (sides: Sides): readonly ProcoreSubmittal[] =>
  sides.procore.submittals.filter((submittal) => {
    if (submittal.openDate === null || submittal.deletedAt !== null) return false;
    const answered = sides.procore.responses.filter(
      ({ submittalId, at }) => submittalId === submittal.id && Date.parse(at) >= wholeSecond(sides.connectedAt),
    );
    const asked = [...submittal.distributionIds, ...awaitedIn(sides, submittal), ...answered.map(({ userId }) => userId)];
    return isAnyOurs(sides, asked) && isWanted(sides, submittal.updatedAt, isOpen(submittal));
  });

export const isOpen = ({ openDate, closedAt, currentRevision }: ProcoreSubmittal): boolean =>
  openDate !== null && closedAt === null && currentRevision;

/** Who is awaited in the current step: the first one whose required slots (all, if none is required) are not all answered. */
export function awaitedIn({ procore }: Pick<Sides, 'procore'>, submittal: ProcoreSubmittal): readonly string[] {
  if (submittal.closedAt !== null || submittal.openDate === null) return [];
  const steps = [...new Set(submittal.approvers.map(({ step }) => step))].sort((left, right) => left - right);
  for (const step of steps) {
    const slots = submittal.approvers.filter((slot) => slot.step === step);
    const required = slots.filter((slot) => slot.required);
    const open = (required.length > 0 ? required : slots).filter(({ id }) => !isAnswered(procore, id));
    if (open.length > 0) return slots.filter(({ id }) => !isAnswered(procore, id)).map(({ userId }) => userId);
  }
  return [];
}

function isAnswered({ responses }: ProcoreTruth, slotId: string): boolean {
  const last = responses.findLast(({ id }) => id === slotId);
  return last !== undefined && last.considered !== 'pending' && last.considered !== 'forwarded for review';
}

const isAnyOurs = ({ team }: Sides, userIds: readonly string[]): boolean =>
  userIds.some((userId) => team.memberOf(userId) !== undefined);

/** Open when the choice was made, or changed since the connection or the named day (here in UTC). */
function isWanted({ backfill, connectedAt }: Sides, updatedAt: string, open: boolean): boolean {
  const changedMs = Date.parse(updatedAt);
  if (changedMs >= wholeSecond(connectedAt)) return true;
  return backfill.which === 'open' ? open : backfill.which === 'since' && changedMs >= Date.parse(`${backfill.since}T00:00:00Z`);
}

const wholeSecond = (at: Date): number => Math.floor(at.getTime() / 1000) * 1000;
