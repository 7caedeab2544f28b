import { requestMachine } from '../shared/domain/authorization-requests.ts';
import { faultTable, isFaultKind, type Owner, owners } from '../shared/domain/faults.ts';
import { addDays, startOfDay } from '../shared/domain/local-dates.ts';
import { isOpen } from '../shared/domain/mailed-links.ts';
import { hindranceOf } from '../shared/domain/responders.ts';
import { endShown, type Signer, type Step } from '../shared/domain/steps.ts';
import { byUrgency, type Court, sideOf, type Wait } from '../shared/domain/waits.ts';
import { declarations } from '../shared/partners/registry.ts';
import { type AttentionView, openCauses } from '../shared/store/attention-view.ts';
import type { Connection } from '../shared/store/connections/connections.ts';
import { listSteps, type StoredStep } from '../shared/store/connections/steps.ts';
import { findGrant, grantStands, type PersonGrant } from '../shared/store/grants/grants.ts';
import { listResponders, responderStanding, type StoredResponder } from '../shared/store/people/responders.ts';
import { listTeam } from '../shared/store/people/team.ts';
import { listProjectLinks, type ProjectLink } from '../shared/store/projects/project-links.ts';
import { type OpenRecord, openRecords, type StreamCount, streamCounts } from '../shared/store/records/open-records.ts';
import { wordOf } from '../shared/store/rows.ts';
import type { Db } from '../shared/store/tenancy.ts';
import { readContractor } from './contractors.ts';
import { type CausedWait, toldOnce } from './owner-waits.ts';

export interface ProjectStatus {
  readonly link: ProjectLink;
  readonly counts: readonly StreamCount[];
  readonly waits: readonly Wait[];
}

/** A connection that is over: why, and what to do. */
export interface EndedStatus {
  readonly stage: 'disconnected' | 'expired';
  readonly says: string;
  readonly needed: string;
}

const endings = {
  expired: 'The onboarding has ended: nobody did in time what it waited for.',
  disconnected: 'The connection was ended.',
} as const satisfies Record<EndedStatus['stage'], string>;

const endedStatus = (stage: EndedStatus['stage']): ConnectionStatus => ({
  ended: { stage, says: endings[stage], needed: 'To connect, make a new onboarding.' },
  next: null,
  waits: [],
  projects: [],
  further: null,
});

export interface ConnectionStatus {
  /** Null while the connection is not over. */
  readonly ended: EndedStatus | null;
  readonly next: Wait | null;
  readonly waits: readonly Wait[];
  readonly projects: readonly ProjectStatus[];
  /** Position after the last record on this page; null if there are no more. */
  readonly further: readonly [stream: string, naturalKey: string] | null;
}

/** Maximum number of causes shown: each covers all records that it holds. */
const causesAtMost = 200;

/**
 * Who must act next on a connection of people, from stored data only. Records of its project come in pages; steps and causes are
 * on every page.
 */
export async function readStatus(
  db: Db,
  connection: Connection,
  page: { readonly after: readonly [string, string] | undefined; readonly limit: number },
  steps: readonly Step[],
): Promise<ConnectionStatus> {
  const { connectionId, stage } = connection;
  if (stage === 'disconnected' || stage === 'expired') return endedStatus(stage);
  const causes = await openCauses(db, connectionId, causesAtMost);
  const contractor = await contractorOf(db, connection);
  const nameOf = await namesOf(db, connectionId, causes);
  const owner = connection.ownerGrantId === null ? undefined : await findGrant(db, connection.ownerGrantId);
  const told = toldOnce([
    ...(await stepWaits(db, connection, contractor, steps)),
    ...causes.map((cause) => causeWait(cause, contractor, nameOf)).sort(ofConnectionFirst),
  ]).map((one) => asOwnerStands(one, owner));
  const link = (await listProjectLinks(db, connectionId)).find(({ state }) => state !== 'unlinked');
  const { courts } = declarations[connection.partner];
  const found =
    link && courts
      ? await openRecords(db, link.projectLinkId, { streams: courts.streams, after: page.after, limit: page.limit + 1 })
      : [];
  const shown = found.slice(0, page.limit);
  const last = found.length > page.limit ? shown.at(-1) : undefined;
  const ofRecords = link && courts ? shown.flatMap((record) => recordWaits(record, link, courts.courtOf)) : [];
  const held = told.map(({ wait }) => wait).sort(byUrgency);
  const ofProject = told.filter(({ isOfProject }) => isOfProject).map(({ wait }) => wait);
  return {
    ended: null,
    next: held[0] ?? [...ofRecords].sort(byUrgency)[0] ?? null,
    waits: held.filter((wait) => !ofProject.includes(wait)),
    projects: link
      ? [{ link, counts: await streamCounts(db, link.projectLinkId), waits: [...ofProject.sort(byUrgency), ...ofRecords] }]
      : [],
    further: last ? [last.stream, last.naturalKey] : null,
  };
}

/** The name of whoever signed in for the contractor, else of the invited company. */
async function contractorOf(db: Db, connection: Connection): Promise<string | null> {
  const { signedIn, invited } = await readContractor(db, connection);
  return signedIn?.name ?? invited?.company ?? null;
}

/** Steps that wait for somebody, or are stuck. People who return documents and have not authorized yet are listed one by one. */
async function stepWaits(
  db: Db,
  connection: Connection,
  contractor: string | null,
  plan: readonly Step[],
): Promise<readonly CausedWait[]> {
  const { connectionId } = connection;
  const steps = (await listSteps(db, connectionId)).filter(({ state }) => state === 'waiting' || state === 'stuck');
  const taking = (signer: Signer) => plan.filter(({ takesSignIns }) => takesSignIns === signer).map(({ id }) => id);
  const missing = (await listResponders(db, connectionId)).filter(lacksAuthorization);
  return steps.flatMap((step): readonly CausedWait[] => {
    if (taking('responder').includes(step.stepId) && missing.length > 0)
      return missing.map((member) => ({
        wait: memberWait(member, step),
        reason: null,
        isOfProject: false,
        memberId: member.memberId,
      }));
    const { outcome } = step;
    const owner = outcome !== null && outcome.state !== 'met' ? outcome.on : step.owner;
    const wait: Wait = {
      side: sideOf[owner],
      owner,
      who: owner === 'contractor' ? contractor : null,
      what: outcome !== null && outcome.state !== 'met' ? outcome.needed : step.title,
      since: step.since,
      until: endOfStep(step),
      reminderDueAt: reminderOf(step),
      about: { kind: 'step', id: step.stepId, label: step.title },
    };
    return [{ wait, reason: outcome?.state === 'stuck' ? outcome.reason : null, isOfProject: false }];
  });
}

/** What waits for the owner's sign-in, once they have signed in: the next check ends it, and nobody has to act. */
function asOwnerStands(one: CausedWait, owner: PersonGrant | undefined): CausedWait {
  const isOfOwner = one.reason === 'grant-lapsed' && one.memberId === undefined;
  if (!isOfOwner || owner === undefined || !grantStands(owner)) return one;
  const what = 'Nobody needs to sign in: that was done, and it is being checked.';
  const isChecked = { side: sideOf.operator, owner: 'operator', who: null, what, since: owner.authorizedAt } as const;
  return { ...one, wait: { ...one.wait, ...isChecked, reminderDueAt: null } };
}

function endOfStep({ outcome }: StoredStep): Date | null {
  const untilMs = endShown(outcome ?? undefined, Date.now());
  return untilMs === null ? null : new Date(untilMs);
}

const reminderOf = ({ remindedAt }: StoredStep): Date | null => remindedAt.at(-1) ?? null;

const lacksAuthorization = (one: StoredResponder): boolean =>
  one.leftAt === null && responderStanding(one).state !== 'authorized';

/** Until their link ends; null if it has ended, or was never sent. */
function memberWait(member: StoredResponder, step: StoredStep): Wait {
  const { memberId, name } = member;
  const { state, since } = responderStanding(member);
  const isAsked = isOpen(requestMachine, member.requestState);
  const { owner = 'responder', needed = '' } = hindranceOf({ ...member, isAsked }) ?? {};
  return {
    side: sideOf[owner],
    owner,
    who: owner === 'responder' ? name : null,
    what: needed,
    // whose link ended unused waits since they were asked
    since: (state === 'not-asked' ? member.askedAt : since) ?? step.since,
    until: isAsked ? member.requestExpiresAt : null,
    reminderDueAt: reminderOf(step),
    about: { kind: 'step', id: `${step.stepId}:${memberId}`, label: step.title },
  };
}

const ofConnectionFirst = (one: CausedWait, other: CausedWait): number => Number(one.isOfProject) - Number(other.isOfProject);

type NameOf = (memberId: string | undefined) => string | null;

/** Names of the members that causes are about. */
async function namesOf(db: Db, connectionId: string, causes: readonly AttentionView[]): Promise<NameOf> {
  const isOfPersons = causes.some(({ subject }) => memberOf(subject) !== undefined);
  const team = isOfPersons ? await listTeam(db, connectionId) : [];
  const names = new Map(team.map(({ memberId, name }) => [memberId, name]));
  return (memberId) => names.get(memberId ?? '') ?? null;
}

function causeWait(cause: AttentionView, contractor: string | null, nameOf: NameOf): CausedWait {
  const owner: Owner = wordOf(owners, cause.owner);
  const label = isFaultKind(cause.reason) ? faultTable[cause.reason].sentence : cause.reason;
  const about = { kind: 'item', id: cause.attentionItemId, label } as const;
  const memberId = memberOf(cause.subject);
  const wait: Wait = {
    side: sideOf[owner],
    owner,
    who: owner === 'contractor' ? contractor : owner === 'responder' ? nameOf(memberId) : null,
    what: cause.needed,
    since: cause.since,
    until: null,
    reminderDueAt: null,
    about,
  };
  return {
    wait,
    reason: cause.reason,
    isOfProject: cause.projectLinkId !== null,
    ...(memberId === undefined ? {} : { memberId }),
  };
}

/** The member a cause is about, alone or with one record of theirs. */
const memberOf = (subject: string): string | undefined => /^(?:record:.* )?person:(.+)$/.exec(subject)?.[1];

type CourtOf = (address: Readonly<Record<string, string>>) => Court | undefined;

/** One wait for each side that has the ball in its court. */
function recordWaits({ naturalKey, versions }: OpenRecord, { timeZone }: ProjectLink, courtOf: CourtOf): readonly Wait[] {
  const [newest] = versions;
  if (!newest) return [];
  const about = { kind: 'record', id: naturalKey } as const;
  const court = courtOf(newest.address);
  if (court === undefined)
    return [{ ...erased, since: newest.seenAt, about: { ...about, label: 'An item that has not changed lately' } }];
  if (!court.isOpen) return [];
  const since = ballSince(versions.map(({ address, seenAt }) => ({ court: courtOf(address), seenAt })));
  return [true, false].flatMap((isMember): readonly Wait[] => {
    const holders = court.holders.filter((holder) => holder.isMember === isMember);
    const [due] = holders.flatMap(({ dueOn }) => dueOn ?? []).sort();
    if (holders.length === 0) return [];
    return [
      {
        side: isMember ? 'partner' : 'procore',
        owner: isMember ? 'responder' : 'contractor',
        who: holders.map(({ name }) => name).join(', '),
        what: 'Has the ball: answers, or passes it on.',
        since,
        until: due === undefined ? null : new Date(startOfDay(addDays(due, 1), timeZone ?? 'Etc/UTC')),
        reminderDueAt: null,
        about: { ...about, label: court.label },
      },
    ];
  });
}

/** Used once the names and values of a long-unchanged item were erased here: all that is known is that it is open. */
const erased = {
  side: 'procore',
  owner: 'contractor',
  who: 'somebody in Procore',
  what: 'Has the ball, or knows who has it.',
  until: null,
  reminderDueAt: null,
} as const;

interface SeenCourt {
  readonly court: Court | undefined;
  readonly seenAt: Date;
}

/** When the ball was first seen where it is now; if it was never elsewhere, the item's own time. `seen`: newest first. */
function ballSince(seen: readonly SeenCourt[]): Date {
  const [newest] = seen;
  if (!newest) throw new Error('an item was seen at least once');
  const heldBy = holdersIn(newest.court);
  const moved = seen.findIndex(({ court }) => holdersIn(court) !== heldBy);
  const first = (moved === -1 ? seen.at(-1) : seen[moved - 1]) ?? newest;
  const own = moved === -1 ? Date.parse(first.court?.movedAt ?? '') : Number.NaN;
  return Number.isNaN(own) ? first.seenAt : new Date(own);
}

const holdersIn = (court: Court | undefined): string | undefined =>
  court && JSON.stringify(court.holders.map(({ name, isMember }) => [name, isMember]).sort());
