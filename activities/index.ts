import { createChecks } from './checks/index.ts';
import type { Activities } from './contract.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { createMailActivities } from './mail/outbox.ts';
import type { CrashHook } from './sync/crash-points.ts';
import { createSyncActivities, syncDependenciesOf } from './sync/index.ts';
import { createUpkeep } from './upkeep/tidy.ts';

/** Every activity, as the workers run them. `crashPoint` is for tests. */
export const createActivities = (deps: ActivityDependencies, crashPoint?: CrashHook): Activities => ({
  ...createChecks(deps),
  ...createSyncActivities(syncDependenciesOf(deps, crashPoint)),
  ...createMailActivities(deps),
  ...createUpkeep(deps),
});
