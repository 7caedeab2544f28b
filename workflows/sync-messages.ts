import { condition, currentUpdateInfo, defineSignal, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { priorityOf } from '../shared/domain/lanes.ts';
import { type PlainAnswer, recordsChangedSignal } from '../shared/domain/messages.ts';
import type { StreamReport } from '../shared/domain/workflow-inputs.ts';
import { rows, streams } from './calls.ts';
import { onUpdate } from './handlers.ts';
import { firstPace, quickRetry } from './retries.ts';
import { holdRefused, noteAnswered, type SyncLoop } from './sync-loop.ts';

/** A burst of webhooks within this time becomes one cycle. */
const debounceMs = 2000;

/** The signal and the Updates of a project's loop. */
export function takeSyncMessages(loop: SyncLoop): void {
  setDefaultSignalHandler(() => undefined);
  setHandler(
    defineSignal<unknown[]>(recordsChangedSignal),
    (...given) => {
      if (given.length === 0 && !loop.paused) loop.due.soon(Math.min(debounceMs, loop.pace?.cycleBusyMs ?? debounceMs));
    },
    { description: 'Records changed; which ones stands in the inbox table. Carries nothing.' },
  );
  onUpdate('syncNow', {
    description: 'Run one cycle now and answer what it did. Example: {}',
    objection: () => (loop.paused ? 'the loop is paused; send resume first' : undefined),
    handle: () => once(loop, () => nextCycle(loop)),
  });
  onUpdate('dryRun', {
    description: 'Say what the next cycle of one stream would do; nothing is written. Example: {"stream":"manpower"}',
    handle: ({ stream }) => once(loop, () => foresee(loop, stream)),
  });
  onUpdate('pause', {
    description: 'Stop syncing this project until resume. Example: {"reason":"template is being changed"}',
    handle: ({ reason }) =>
      once(loop, async () => {
        await rows.setPaused.executeWithOptions(quickly('pause'), [{ ...loop.ref, paused: true, reason }]);
        loop.paused = true;
        loop.desk.mark();
        return { accepted: true, says: 'paused; nothing is lost, resume goes on where it stopped' };
      }),
  });
  onUpdate('resume', {
    description: 'Go on syncing this project. Example: {}',
    handle: ({ reason }) =>
      once(loop, async () => {
        await rows.setPaused.executeWithOptions(quickly('resume'), [{ ...loop.ref, paused: false, reason: reason ?? null }]);
        loop.paused = false;
        wake(loop);
        return { accepted: true, says: 'resumed; a cycle starts now' };
      }),
  });
  onUpdate('retryItems', {
    description: 'Send the parked items of one reason again. Example: {"reason":"unmatched-company"}',
    handle: ({ reason }) =>
      once(loop, async () => {
        const { requeued } = await rows.retryItems.executeWithOptions(quickly(`retry items: ${reason}`), [
          { ...loop.ref, reason },
        ]);
        wake(loop);
        return { accepted: true, says: `${requeued} items are sent again` };
      }),
  });
  onUpdate('resolveItem', {
    description: 'Apply a stored decision about one item. Example: {"itemId":"…uuid…","commandId":"…uuid…"}',
    handle: ({ itemId, commandId }) =>
      once(loop, async () => {
        const input = { ...loop.ref, itemId, commandId };
        const { applied, says } = await rows.resolveItem.executeWithOptions(quickly('resolve an item'), [input]);
        if (applied) wake(loop);
        return { accepted: applied, says };
      }),
  });
  onUpdate('stop', {
    description: 'Look at the link now: the loop ends if a person unlinked it. Example: {"commandId":"…uuid…"}',
    handle: () =>
      once(loop, async () => {
        wake(loop);
        return { accepted: true, says: 'the link is read now; the loop ends where it is unlinked' };
      }),
  });
}

/** Gives no second effect to an Update id that was answered before, also in the previous run. */
async function once(loop: SyncLoop, effect: () => Promise<PlainAnswer>): Promise<PlainAnswer> {
  const updateId = currentUpdateInfo()?.id;
  loop.updates += 1;
  if (updateId !== undefined && loop.lastUpdateIds.includes(updateId)) return { accepted: true, says: 'already applied' };
  const answer = await effect();
  if (updateId !== undefined) noteAnswered(loop, updateId);
  return answer;
}

/** Read-only, so it may run during a cycle; the API shows its records. */
async function foresee(loop: SyncLoop, stream: string): Promise<PlainAnswer> {
  const options = { ...quickly(`dry run: ${stream}`), heartbeatTimeout: loop.pace?.heartbeatMs ?? firstPace.heartbeatMs };
  const seen = await streams.dryRunStream.executeWithOptions(options, [{ ...loop.ref, stream }]);
  if ('says' in seen) return { accepted: true, says: seen.says };
  return { accepted: false, says: `not before ${new Date(seen.waitUntilMs).toISOString()}: ${seen.why}` };
}

/** A person wants a cycle now, refused streams included. */
function wake(loop: SyncLoop): void {
  holdRefused(loop, [...loop.refused.keys()], 0);
  loop.desk.knock();
  loop.due.now();
}

/** Waits for a cycle that begins after this call. The loop keeps cycling while a handler waits here. */
async function nextCycle(loop: SyncLoop): Promise<PlainAnswer> {
  const wanted = loop.cyclesBegun + 1;
  wake(loop);
  await condition(() => loop.cyclesEnded >= wanted || loop.over || loop.paused || loop.desk.troubles.size > 0);
  if (loop.over) return { accepted: false, says: 'the loop has ended: the link no longer wants it' };
  if (loop.paused) return { accepted: false, says: 'the loop was paused meanwhile' };
  const [trouble] = loop.desk.troubles.values();
  if (loop.cyclesEnded < wanted && trouble) return { accepted: true, says: `asked for; held up: ${trouble.says}` };
  return { accepted: true, says: cycleText(loop) };
}

function cycleText(loop: SyncLoop): string {
  const texts = [
    ...(loop.waiting ? [`waiting until ${new Date(loop.waiting.waitUntilMs).toISOString()}: ${loop.waiting.why}`] : []),
    ...loop.reports.map((one) => `${one.stream}: ${doneText(one)}`),
    ...[...loop.refused.values()].map(({ stream, reason, says }) => `${stream}: refused, ${reason}: ${says}`),
  ];
  return texts.length > 0 ? texts.join('; ') : 'nothing to do';
}

const doneText = ({ created, updated, parked, reconciled }: StreamReport): string =>
  [`${created} created`, `${updated} updated`, `${parked} parked`, ...(reconciled === undefined ? [] : [reconciled])].join(', ');

const quickly = (summary: string) => ({ summary, retry: quickRetry, priority: priorityOf('answers') });
