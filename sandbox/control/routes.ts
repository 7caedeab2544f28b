import type { World } from '../kernel/world.ts';
import { settleAwaitedMembers } from '../procore/acts/awaited-members.ts';
import { actRoutes, type Reseed } from './acts.ts';
import { appVerbs } from './admin-apps.ts';
import { dailyLogVerbs } from './admin-daily-logs.ts';
import { fileVerbs } from './admin-files.ts';
import { peopleVerbs } from './admin-people.ts';
import { placeVerbs } from './admin-places.ts';
import { rfiVerbs } from './admin-rfis.ts';
import { submittalVerbs } from './admin-submittals.ts';
import { vendorVerbs } from './admin-vendors.ts';
import { faultRoutes } from './faults.ts';
import { hammertechRoutes } from './hammertech.ts';
import { part3Routes } from './part3.ts';
import type { Partners } from './partners.ts';
import type { Route } from './route.ts';
import { switchRoutes } from './switches.ts';
import { truthRoutes } from './truth.ts';

/** Every door of the control API. Each looks at a world that has caught up with the clock. */
export function controlRoutes(world: World, { hammertech, part3 }: Partners, reseed: Reseed): Route[] {
  const verbs = [
    ...placeVerbs,
    ...vendorVerbs,
    ...appVerbs,
    ...peopleVerbs,
    ...dailyLogVerbs,
    ...fileVerbs,
    ...submittalVerbs,
    ...rfiVerbs,
  ];
  const routes = [
    ...truthRoutes(world, { hammertech, part3 }),
    ...actRoutes(world, reseed),
    ...hammertechRoutes(world, hammertech),
    ...part3Routes(world, part3),
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
