import type { Route } from '../route.ts';
import { attentionRoutes } from './attention-items.ts';
import { backfillRoutes } from './backfill.ts';
import { choiceRoutes } from './choices.ts';
import { connectionSettingRoutes } from './connection-settings.ts';
import { connectionRoutes } from './connections.ts';
import { contractorRoutes } from './contractor.ts';
import { credentialRoutes } from './credentials.ts';
import { deliveryRoutes } from './deliveries.ts';
import { dryRunRoutes } from './dry-runs.ts';
import { invitationRoutes } from './invitations.ts';
import { linkSettingRoutes } from './link-settings.ts';
import { onboardingRoutes } from './onboardings.ts';
import { projectLinkRoutes } from './project-links.ts';
import { readerRoutes } from './readers.ts';
import { responderRoutes } from './responders.ts';
import { responseRoutes } from './responses.ts';
import { setUpRoutes } from './set-up.ts';
import { signInRoutes } from './sign-ins.ts';
import { statusRoutes } from './status.ts';
import { stepRoutes } from './steps.ts';

/** Every operation of the machine API: the one list that is mounted, documented and tested. */
export const routes: readonly Route[] = [
  ...onboardingRoutes,
  ...connectionRoutes,
  ...credentialRoutes,
  ...stepRoutes,
  ...choiceRoutes,
  ...dryRunRoutes,
  ...signInRoutes,
  ...invitationRoutes,
  ...contractorRoutes,
  ...responseRoutes,
  ...backfillRoutes,
  ...readerRoutes,
  ...responderRoutes,
  ...statusRoutes,
  ...setUpRoutes,
  ...connectionSettingRoutes,
  ...projectLinkRoutes,
  ...linkSettingRoutes,
  ...attentionRoutes,
  ...deliveryRoutes,
];
