import type { LinkRef } from '../activities/contract.ts';
import { concernsConnection, isFaultKind, type Owner } from '../shared/domain/faults.ts';
import type { Pace, ProjectSyncInput, StatedWait, StreamRefusal, StreamReport } from '../shared/domain/workflow-inputs.ts';
import { createDesk, type Desk } from './desk.ts';
import { awaitedFromDesk, detailsPage, linesOf, timeText } from './details.ts';
import { createDue, type Due } from './due.ts';
import { type Failing, ownerOf } from './failure.ts';
import type { Shown } from './visibility.ts';

/** The state of one project's loop. `carriedOf` keeps what must survive continue-as-new; the rest is read again. */
export interface SyncLoop {
  readonly ref: LinkRef;
  readonly partner: string;
  readonly generation: number;
  readonly desk: Desk;
  readonly due: Due;
  /** Ids of recently answered Updates: a repeat has no effect, also after continue-as-new. */
  readonly lastUpdateIds: string[];
  paused: boolean;
  over: boolean;
  cyclesBegun: number;
  cyclesEnded: number;
  /** Cycles of all runs before this one. */
  readonly cyclesBefore: number;
  updates: number;
  /** Cycles in a row that changed nothing. */
  quiet: number;
  pace: Pace | undefined;
  companyId: string | null;
  projectId: string | null;
  reports: readonly StreamReport[];
  /** Streams with a permanent fault in their last cycle, until a cycle succeeds. */
  readonly refused: Map<string, StreamRefusal>;
  waiting: StatedWait | undefined;
}

const mostUpdateIds = 20;

export function createSyncLoop(input: ProjectSyncInput): SyncLoop {
  const desk = createDesk();
  const carried = input.carried;
  return {
    ref: { tenantId: input.tenantId, projectLinkId: input.projectLinkId },
    partner: input.partner,
    generation: input.generation,
    desk,
    due: createDue(Date.now() + (carried?.dueInMs ?? 0), desk),
    lastUpdateIds: [...(carried?.lastUpdateIds ?? [])],
    paused: carried?.paused ?? false,
    over: false,
    cyclesBegun: 0,
    cyclesEnded: 0,
    cyclesBefore: carried?.cycles ?? 0,
    updates: 0,
    quiet: 0,
    pace: undefined,
    companyId: null,
    projectId: null,
    reports: carried?.reports ?? [],
    refused: new Map(carried?.refused.map((refusal) => [refusal.stream, refusal])),
    waiting: undefined,
  };
}

/** The small state carried into the next run. */
export const carriedOf = (loop: SyncLoop): NonNullable<ProjectSyncInput['carried']> => ({
  dueInMs: Math.max(0, Math.min(loop.due.atMs - Date.now(), Number.MAX_SAFE_INTEGER)),
  paused: loop.paused,
  lastUpdateIds: loop.lastUpdateIds,
  cycles: loop.cyclesBefore + loop.cyclesEnded,
  reports: [...loop.reports],
  refused: [...loop.refused.values()],
});

/** Records an Update that succeeded; one that failed may be sent again. */
export function noteAnswered(loop: SyncLoop, updateId: string): void {
  loop.lastUpdateIds.push(updateId);
  loop.lastUpdateIds.splice(0, loop.lastUpdateIds.length - mostUpdateIds);
}

/** Records that a stream was refused. If the fault has a start time from its row, that is used. */
export function noteRefused(loop: SyncLoop, stream: string, { sinceMs, permanent: _, ...told }: Failing): void {
  const known = loop.refused.get(stream);
  const since = sinceMs ?? (known?.reason === told.reason ? known.sinceMs : Date.now());
  loop.refused.set(stream, { stream, ...told, sinceMs: since, againAtMs: 0 });
  loop.desk.mark();
}

/** Refused streams wait until that time, whatever else wakes the loop. */
export function holdRefused(loop: SyncLoop, streams: readonly string[], againAtMs: number): void {
  for (const refusal of loop.refused.values())
    if (streams.includes(refusal.stream)) loop.refused.set(refusal.stream, { ...refusal, againAtMs });
}

interface HeldUp {
  readonly reason: string;
  readonly owner: Owner;
  readonly items: number;
}

/** What blocks records or streams, by reason and owner, with the number of items each. */
function heldUp(loop: SyncLoop): readonly HeldUp[] {
  const found = new Map<string, HeldUp>();
  const add = (reason: string, owner: Owner, items: number) => {
    const key = `${reason}|${owner}`;
    if (items > 0) found.set(key, { reason, owner, items: items + (found.get(key)?.items ?? 0) });
  };
  for (const { reasons } of loop.reports)
    for (const [reason, items] of Object.entries(reasons)) add(reason, ownerOf({ reason }), items);
  for (const refusal of loop.refused.values()) add(refusal.reason, ownerOf(refusal), 1);
  for (const trouble of loop.desk.troubles.values()) if (trouble.kind !== 'waiting') add(trouble.reason, ownerOf(trouble), 1);
  return [...found.values()];
}

/** Care shows these, once for all projects of the connection. */
const isOfConnection = (reason: string): boolean => isFaultKind(reason) && concernsConnection(reason);

export function shownLoop(loop: SyncLoop): Shown {
  const held = heldUp(loop).filter(({ reason }) => !isOfConnection(reason));
  const standing = {
    tenantId: loop.ref.tenantId,
    partner: loop.partner,
    companyId: loop.companyId,
    projectId: loop.projectId,
    stage: loop.over ? 'ended' : loop.paused ? 'paused' : 'syncing',
    waitingOn: held.map(({ owner }) => owner),
    stuckReasons: held.map(({ reason }) => reason),
  };
  return { standing, page: loopPage(loop) };
}

function loopPage(loop: SyncLoop): string {
  const held = heldUp(loop).map(({ reason, owner, items }) => `${items} × \`${reason}\` (${owner})`);
  return detailsPage({
    title: titleOf(loop, held.length),
    lead: [
      `Project link \`${loop.ref.projectLinkId}\`, Procore project \`${loop.projectId ?? '?'}\`, generation ${loop.generation}.`,
      `${loop.cyclesBefore + loop.cyclesEnded} cycles so far; next ${nextText(loop)}.`,
      ...(held.length > 0 ? [`Waiting items: ${held.join(', ')}. The items and their cures stand on the status page.`] : []),
    ].join('\n\n'),
    awaited: awaitedOf(loop),
    presses: pressesOf(loop),
    table: {
      head: ['stream', 'pulled', 'unchanged', 'created', 'updated', 'open', 'parked'],
      rows: loop.reports.map((one) => [
        one.stream,
        ...[one.pulled, one.unchanged, one.created, one.updated, one.open, one.parked].map(String),
      ]),
    },
  });
}

function titleOf(loop: SyncLoop, reasons: number): string {
  if (loop.over) return 'Ended: the link no longer wants this run';
  if (loop.paused) return 'Paused by a person';
  if (loop.waiting) return `Waiting as told: ${loop.waiting.why}`;
  if (loop.desk.troubles.size > 0) return 'In trouble, going on by itself';
  if (loop.refused.size > 0)
    return `Refused: ${[...loop.refused].map(([stream, { reason }]) => `${stream} (${reason})`).join(', ')}`;
  return reasons > 0 ? 'In step, with items that wait for a person' : 'In step';
}

const nextText = (loop: SyncLoop): string =>
  loop.cyclesBegun > loop.cyclesEnded
    ? 'is running now'
    : Number.isFinite(loop.due.atMs)
      ? `at ${timeText(loop.due.atMs)}`
      : 'when asked';

const awaitedOf = (loop: SyncLoop) => [
  ...awaitedFromDesk(loop.desk),
  ...[...loop.refused.values()].map((refusal) => ({
    what: `stream ${refusal.stream}`,
    from: ownerOf(refusal),
    sinceMs: refusal.sinceMs,
    lines: linesOf(refusal, 'stream'),
  })),
];

const pressesOf = (loop: SyncLoop): string[] =>
  loop.over
    ? []
    : [
        loop.paused ? '**Send an Update → resume** with `{}`.' : '**Send an Update → syncNow** with `{}`: one cycle at once.',
        '**Send an Update → retryItems** with `{"reason":"…"}`: parked items of that reason are sent again.',
        '**Pending Activities → Reset** on a retrying activity: it is tried at once.',
      ];
