import type { Route } from '../routing.ts';
import { approverRoutes } from './approver-routes.ts';
import { submittalLookupRoutes } from './lookup-routes.ts';
import { submittalRoutes } from './submittal-routes.ts';

/** Every operation of the Submittals tool. */
export const submittalToolRoutes: readonly Route[] = [...submittalRoutes, ...approverRoutes, ...submittalLookupRoutes];
