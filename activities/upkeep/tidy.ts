import { type Command, unappliedCommands } from '../../shared/store/commands.ts';
import { type DesiredRun, missingRuns, wantedRuns } from '../../shared/store/desired-runs.ts';
import { readBreaker } from '../../shared/store/grants/grant-breaker.ts';
import { lapseSignIns, tokensToRevoke } from '../../shared/store/grants/sign-in-tokens.ts';
import { wakeHeldBack } from '../../shared/store/grants/waking.ts';
import { sweepAnswers } from '../../shared/store/idempotency.ts';
import { sweepForeseen } from '../../shared/store/projects/dry-runs.ts';
import { sweepUploads } from '../../shared/store/records/kept-uploads.ts';
import { sweepDeliveryPayloads, sweepGatheredFacts, sweepGrantHistory } from '../../shared/store/records/sweeps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { tenantsDue } from '../../shared/store/tenants/tenants.ts';
import type { UpkeepActivities, UpkeepReport } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { tidyGrants } from '../grants/upkeep.ts';
import { drainMail } from '../mail/outbox.ts';
import { giveTokenUp } from '../sign-ins/tokens.ts';
import { deliver } from './commands.ts';
import { tidyConsents } from './consents.ts';
import { tidyInvitations } from './invitations.ts';
import { tidyRequests } from './requests.ts';

const tenantsAtOnce = 100;
const commandsAtOnce = 50;
const tokensAtOnce = 20;

/** One tenant delays the others by no more than this; what is left is done in the next round. */
const mostPerTenantMs = 30_000;

/** A run that was silent for this many of its longest pauses is started again; if it is running, that changes nothing. */
const silentPauses = 3;

type Count = { -readonly [Name in keyof UpkeepReport]: UpkeepReport[Name] };

/** What one tenant's turn passes to the next: a mail server that did not answer is not tried again in this round. */
interface Round {
  mailIsAway: boolean;
  /** The operator was told in this round that renewing authorizations is held back. */
  heldBackIsTold: boolean;
}

/** One round of upkeep: makes Temporal match the runs that the database wants, and sweeps what has expired. */
export function createUpkeep(deps: ActivityDependencies): UpkeepActivities {
  return {
    async tidy() {
      const count: Count = { tenants: 0, started: 0, stopped: 0, commandsDelivered: 0, swept: 0, mailed: 0 };
      const round: Round = { mailIsAway: false, heldBackIsTold: false };
      const living = await runsByTenant(deps);
      let after: string | null = null;
      for (;;) {
        const page: readonly string[] = await tenantsDue(deps.upkeepPool, tenantsAtOnce, after);
        for (const tenantId of page) {
          alive(deps, count);
          await tidyTenant(deps, tenantId, living.get(tenantId) ?? new Set(), count, round).catch((error: unknown) => {
            deps.surroundings().signal.throwIfAborted();
            const kind = error instanceof Error ? error.name : typeof error;
            deps.log.warn({ tenantId, kind }, 'a tenant could not be tidied in this round');
          });
          count.tenants += 1;
        }
        after = page.at(-1) ?? null;
        if (page.length < tenantsAtOnce || after === null) return count;
      }
    },
  };
}

/** Heartbeats; throws if the round was cancelled. */
function alive(deps: ActivityDependencies, count: Count): void {
  deps.surroundings().signal.throwIfAborted();
  deps.surroundings().heartbeat({ tenants: count.tenants });
}

/** Our running workflows by the tenant in their ids; ids of another form are not ours. */
async function runsByTenant(deps: ActivityDependencies): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const living = new Map<string, Set<string>>();
  for await (const workflowId of deps.runs.listRunning()) {
    deps.surroundings().heartbeat({ tenants: 0 });
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
  round: Round,
): Promise<void> {
  const { careRoundMs, cycleQuietMs, watchCeilingMs } = deps.timings;
  const silentMs = silentPauses * Math.max(careRoundMs, cycleQuietMs, watchCeilingMs);
  const until = Date.now() + mostPerTenantMs;
  const hasTime = (): boolean => {
    alive(deps, count);
    return Date.now() < until;
  };
  const found = await withTenant(deps.pool, tenantId, async (db) => {
    await tidyConsents(db, tenantId, deps.mail);
    const invitations = await tidyInvitations(db, deps.plans, tenantId, deps.mail.restoreEpoch);
    const wanted = await wantedRuns(db);
    const silent = new Set((await missingRuns(db, silentMs)).map(({ workflowId }) => workflowId));
    return {
      wanted,
      toStart: wanted.filter(({ workflowId }) => silent.has(workflowId) || !living.has(workflowId)),
      looks: invitations.looks,
      swept:
        (await lapseSignIns(db)) +
        (await sweepAnswers(db)) +
        invitations.swept +
        (await tidyRequests(db, tenantId, deps.mail)) +
        (await sweepGatheredFacts(db)) +
        (await sweepGrantHistory(db)) +
        (await sweepDeliveryPayloads(db)) +
        (await sweepUploads(db)) +
        (await sweepForeseen(db)),
      tokens: await tokensToRevoke(db, tokensAtOnce),
    };
  });
  count.swept += found.swept;
  for (const { signInId, sealed } of found.tokens) {
    if (!hasTime()) return;
    count.swept += (await giveTokenUp(deps, { tenantId, signInId }, sealed, deps.surroundings())) ? 1 : 0;
  }
  count.swept += await tidyGrants(deps, tenantId, hasTime);
  for (const run of found.toStart) {
    if (!hasTime()) return;
    count.started += await start(deps, tenantId, run);
  }
  count.stopped += await stopOrphans(deps, tenantId, living, found.wanted, hasTime);
  // after the grants: what goes on because of them is told in the same round
  const { commands, heldBack } = await withTenant(deps.pool, tenantId, async (db) => {
    await wakeHeldBack(db, tenantId);
    return {
      commands: await unappliedCommands(db, deps.timings.upkeepRoundMs, commandsAtOnce),
      heldBack: await readBreaker(db),
    };
  });
  if (heldBack && !round.heldBackIsTold) deps.log.warn({ ...heldBack }, 'renewing authorizations is held back');
  round.heldBackIsTold ||= heldBack !== undefined;
  for (const command of [...commands, ...found.looks]) {
    if (!hasTime()) return;
    count.commandsDelivered += await deliver(deps, tenantId, command);
  }
  if (round.mailIsAway) return;
  const looks: Command[] = [];
  const mail = await drainMail(deps, tenantId, hasTime, looks);
  count.mailed += mail.sent + mail.bounced;
  round.mailIsAway = mail.away;
  for (const look of looks) {
    if (!hasTime()) return;
    count.commandsDelivered += await deliver(deps, tenantId, look);
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

/** Stops running workflows that no row wants: unlinked or disconnected, or brought back by a restored server. */
async function stopOrphans(
  deps: ActivityDependencies,
  tenantId: string,
  living: ReadonlySet<string>,
  wanted: readonly DesiredRun[],
  hasTime: () => boolean,
): Promise<number> {
  let stopped = 0;
  for (const workflowId of living) {
    if (wanted.some((run) => run.workflowId === workflowId)) continue;
    if (!hasTime()) break;
    // Read again: what was listed may have been wanted meanwhile.
    const wantedNow = await withTenant(deps.pool, tenantId, wantedRuns);
    if (wantedNow.some((run) => run.workflowId === workflowId)) continue;
    await deps.runs.stop(workflowId, 'upkeep: no row of the database wants this run');
    stopped += 1;
  }
  return stopped;
}
