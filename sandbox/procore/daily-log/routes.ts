import type { Route } from '../routing.ts';
import { accidents } from './accidents.ts';
import { approvalRoutes } from './approvals.ts';
import { countRoutes } from './counts.ts';
import { dayHeaderRoutes } from './day-header-routes.ts';
import { entryRoutes } from './entry-routes.ts';
import { manpower } from './manpower.ts';
import { manpowerRoutes } from './manpower-routes.ts';
import { notes } from './notes.ts';
import { safetyViolations } from './safety-violations.ts';
import { visitors } from './visitors.ts';

/** Every operation of the Daily Log. */
export const dailyLogRoutes: readonly Route[] = [
  ...entryRoutes(manpower),
  ...manpowerRoutes,
  ...entryRoutes(visitors),
  ...entryRoutes(accidents),
  ...entryRoutes(safetyViolations),
  ...entryRoutes(notes),
  ...dayHeaderRoutes,
  ...countRoutes,
  ...approvalRoutes,
];
