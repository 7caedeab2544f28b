import { dailyLogRoutes } from '../daily-log/routes.ts';
import { fileRoutes } from '../files/file-routes.ts';
import { uploadRoutes } from '../files/upload-routes.ts';
import { rfiToolRoutes } from '../rfis/routes.ts';
import type { Route } from '../routing.ts';
import { companyUserRoutes } from './company-users.ts';
import { installationRoutes } from './installations.ts';
import { meRoutes } from './me.ts';
import { peopleRoutes } from './people.ts';
import { projectUserRoutes } from './project-users.ts';
import { projectVendorRoutes } from './project-vendors.ts';
import { projectRoutes } from './projects.ts';
import { templateRoutes } from './templates.ts';
import { toolRoutes } from './tools.ts';
import { userAssignmentRoutes } from './user-assignments.ts';
import { vendorRoutes } from './vendors.ts';

/** Every operation the sandbox answers; any other path is 404. */
export const procoreRoutes: readonly Route[] = [
  ...meRoutes,
  ...projectRoutes,
  ...toolRoutes,
  ...templateRoutes,
  ...companyUserRoutes,
  ...userAssignmentRoutes,
  ...projectUserRoutes,
  ...vendorRoutes,
  ...projectVendorRoutes,
  ...peopleRoutes,
  ...dailyLogRoutes,
  ...rfiToolRoutes,
  ...installationRoutes,
  ...uploadRoutes,
  ...fileRoutes,
];
