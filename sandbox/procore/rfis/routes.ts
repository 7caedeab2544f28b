import type { Route } from '../routing.ts';
import { replyRoutes } from './reply-routes.ts';
import { rfiListRoutes } from './rfi-list.ts';
import { rfiRoutes } from './rfi-routes.ts';

/** Every operation of the RFIs tool that the sandbox answers. */
export const rfiToolRoutes: readonly Route[] = [...rfiListRoutes, ...rfiRoutes, ...replyRoutes];
