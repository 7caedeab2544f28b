import type { HammerTech } from '../hammertech/state.ts';
import type { World } from '../kernel/world.ts';
import { settleAwaitedMembers } from '../procore/acts/awaited-members.ts';
import { actRoutes, type Reseed } from './acts.ts';
import { appVerbs } from './admin-apps.ts';
import { dailyLogVerbs } from './admin-daily-logs.ts';
import { fileVerbs } from './admin-files.ts';
import { peopleVerbs } from './admin-people.ts';
import { placeVerbs } from './admin-places.ts';
import { rfiVerbs } from './admin-rfis.ts';
import { vendorVerbs } from './admin-vendors.ts';
import { faultRoutes } from './faults.ts';
import { hammertechRoutes } from './hammertech.ts';
import type { Route } from './route.ts';
import { switchRoutes } from './switches.ts';
import { truthRoutes } from './truth.ts';

/** Every door of the control API. Each looks at a world that has caught up with the clock. */
export function controlRoutes(world: World, hammertech: HammerTech, reseed: Reseed): Route[] {
  const verbs = [...placeVerbs, ...vendorVerbs, ...appVerbs, ...peopleVerbs, ...dailyLogVerbs, ...rfiVerbs, ...fileVerbs];
  const routes = [
    ...truthRoutes(world, hammertech),
    ...actRoutes(world, reseed),
    ...hammertechRoutes(world, hammertech),
    ...faultRoutes(world),
    ...switchRoutes(world),
    ...verbs.map((verb) => verb(world)),
  ];
  return routes.map((route) => ({
    ...route,
    handle(request) {
      settleAwaitedMembers(world);
      return route.handle(request);
    },
  }));
}
