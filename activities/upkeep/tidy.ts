import { messageOfCommand } from '../../shared/domain/command-messages.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { type Command, markApplied, markDelivered, unappliedCommands } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections.ts';
import { type DesiredRun, missingRuns } from '../../shared/store/desired-runs.ts';
import { sweepAnswers } from '../../shared/store/idempotency.ts';
import { lapseSignIns, tokensToRevoke } from '../../shared/store/sign-in-tokens.ts';
import { sweepGatheredFacts } from '../../shared/store/sweeps.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { tenantsDue } from '../../shared/store/tenants.ts';
import type { UpkeepActivities, UpkeepReport } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { giveTokenUp } from '../people/sign-ins.ts';

const tenantsAtOnce = 100;
const commandsAtOnce = 50;
const tokensAtOnce = 20;

/** A run that was silent for so many of its longest pauses is started again; where it lives, that changes nothing. */
const silentPauses = 3;

type Count = { -readonly [Name in keyof UpkeepReport]: UpkeepReport[Name] };

/** One round of upkeep: the database says what should run, Temporal is made to match, and what has expired is swept. */
export function createUpkeep(deps: ActivityDependencies): UpkeepActivities {
  return {
    async tidy() {
      const count: Count = { tenants: 0, started: 0, stopped: 0, commandsDelivered: 0, swept: 0 };
      const living = await runsByTenant(deps);
      let after: string | null = null;
      for (;;) {
        const page: readonly string[] = await tenantsDue(deps.upkeepPool, tenantsAtOnce, after);
        for (const tenantId of page) {
          deps.surroundings().signal.throwIfAborted();
          deps.surroundings().heartbeat({ tenants: count.tenants });
          await tidyTenant(deps, tenantId, living.get(tenantId) ?? new Set(), count);
          count.tenants += 1;
        }
        after = page.at(-1) ?? null;
        if (page.length < tenantsAtOnce || after === null) return count;
      }
    },
  };
}

/** Our living runs by the tenant in their ids; ids of another form are none of ours. */
async function runsByTenant(deps: ActivityDependencies): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const living = new Map<string, Set<string>>();
  for await (const workflowId of deps.runs.listRunning()) {
    const [kind, tenantId, subjectId] = workflowId.split(':');
    if (kind === undefined || !ourKinds.has(kind) || tenantId === undefined || subjectId === undefined) continue;
    living.set(tenantId, (living.get(tenantId) ?? new Set()).add(workflowId));
  }
  return living;
}

const ourKinds: ReadonlySet<string> = new Set(['onboarding', 'care', 'sync']);

async function tidyTenant(
  deps: ActivityDependencies,
  tenantId: string,
  living: ReadonlySet<string>,
  count: Count,
): Promise<void> {
  const { careRoundMs, cycleQuietMs, watchCeilingMs } = deps.timings;
  const silentMs = silentPauses * Math.max(careRoundMs, cycleQuietMs, watchCeilingMs);
  const found = await withTenant(deps.pool, tenantId, async (db) => {
    const wanted = await missingRuns(db, 0);
    const silent = new Set((await missingRuns(db, silentMs)).map(({ workflowId }) => workflowId));
    return {
      wanted,
      toStart: wanted.filter(({ workflowId }) => silent.has(workflowId) || !living.has(workflowId)),
      commands: await unappliedCommands(db, deps.timings.upkeepRoundMs, commandsAtOnce),
      swept: (await lapseSignIns(db)) + (await sweepAnswers(db)) + (await sweepGatheredFacts(db)),
      tokens: await tokensToRevoke(db, tokensAtOnce),
    };
  });
  count.swept += found.swept;
  for (const run of found.toStart) count.started += await start(deps, tenantId, run);
  count.stopped += await stopOrphans(deps, tenantId, living, found.wanted);
  for (const command of found.commands) count.commandsDelivered += await deliver(deps, tenantId, command);
  for (const { signInId, sealed } of found.tokens) {
    count.swept += (await giveTokenUp(deps, { tenantId, signInId }, sealed, deps.surroundings())) ? 1 : 0;
  }
}

async function start(deps: ActivityDependencies, tenantId: string, run: DesiredRun): Promise<number> {
  try {
    await deps.runs.startWanted(tenantId, run);
    return 1;
  } catch {
    deps.log.warn({ workflowId: run.workflowId }, 'a wanted run could not be started in this round');
    return 0;
  }
}

/** A living run that no row wants: it was unlinked or disconnected, or a restored server brought it back. */
async function stopOrphans(
  deps: ActivityDependencies,
  tenantId: string,
  living: ReadonlySet<string>,
  wanted: readonly DesiredRun[],
): Promise<number> {
  let stopped = 0;
  for (const workflowId of living) {
    if (wanted.some((run) => run.workflowId === workflowId)) continue;
    // Read again: what was listed may have been wanted meanwhile.
    const wantedNow = await withTenant(deps.pool, tenantId, (db) => missingRuns(db, 0));
    if (wantedNow.some((run) => run.workflowId === workflowId)) continue;
    await deps.runs.stop(workflowId, 'upkeep: no row of the database wants this run');
    stopped += 1;
  }
  return stopped;
}

/** Tells the run of a command that nobody applied yet. What the run refuses for good is not told again. */
async function deliver(deps: ActivityDependencies, tenantId: string, command: Command): Promise<number> {
  const message = messageOfCommand(command);
  const workflowId = await withTenant(deps.pool, tenantId, (db) => runOf(db, tenantId, command));
  if (!message || workflowId === undefined) {
    await withTenant(deps.pool, tenantId, (db) => markApplied(db, command.commandId));
    return 0;
  }
  const end = await deps.runs.deliverCommand(workflowId, message.name, message.message, command.commandId);
  if (end === 'later' || (end === 'refused' && message.keeps)) return 0;
  await withTenant(deps.pool, tenantId, async (db) => {
    await markDelivered(db, command.commandId);
    if (end === 'refused' || !message.runApplies) await markApplied(db, command.commandId);
  });
  return end === 'answered' ? 1 : 0;
}

/** The run that listens for a command now; undefined where none will again. */
async function runOf(db: Db, tenantId: string, command: Command): Promise<string | undefined> {
  if (command.projectLinkId !== null) return workflowIds.projectSync(tenantId, command.projectLinkId);
  const connection = await findConnection(db, command.connectionId);
  switch (connection?.stage) {
    case 'onboarding':
      return workflowIds.onboarding(tenantId, command.connectionId);
    case 'live':
    case 'paused':
      return workflowIds.care(tenantId, command.connectionId);
    default:
      return undefined;
  }
}
