import type { HammerTech } from '../hammertech/state.ts';
import type { World } from '../kernel/world.ts';
import { actRoutes, type Reseed } from './acts.ts';
import { dailyLogVerbs } from './admin-daily-logs.ts';
import { peopleVerbs } from './admin-people.ts';
import { placeVerbs } from './admin-places.ts';
import { faultRoutes } from './faults.ts';
import type { Route } from './route.ts';
import { switchRoutes } from './switches.ts';
import { truthRoutes } from './truth.ts';

/** Every door of the control API. */
export function controlRoutes(world: World, hammertech: HammerTech, reseed: Reseed): Route[] {
  const verbs = [...placeVerbs, ...peopleVerbs, ...dailyLogVerbs];
  return [
    ...truthRoutes(world, hammertech),
    ...actRoutes(world, hammertech, reseed),
    ...faultRoutes(world),
    ...switchRoutes(world),
    ...verbs.map((verb) => verb(world)),
  ];
}
