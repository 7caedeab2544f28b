import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { grantTokensOf } from '../activities/grants/index.ts';
import type { Log } from '../activities/log.ts';
import { temporalSurroundings } from '../activities/surroundings.ts';
import type { workerEnvironment } from '../shared/config/environment.ts';
import { procoreFiles } from '../shared/config/files.ts';
import type { Timings } from '../shared/config/pace.ts';
import { createMemory } from '../shared/domain/memory.ts';
import type { PartnerName } from '../shared/domain/partners.ts';
import { createMailer } from '../shared/mail/transport.ts';
import type { SupportContact } from '../shared/partners/contract.ts';
import { createPartners } from '../shared/partners/registry.ts';
import { createOAuth } from '../shared/procore/oauth.ts';
import { createServiceTokens } from '../shared/procore/tokens.ts';
import { invitationLinks } from '../shared/security/invitation-links.ts';
import type { RootKeys } from '../shared/security/keys.ts';
import { secretOf } from '../shared/security/secret.ts';
import { createRateBudget } from '../shared/store/rate-budget.ts';
import type { StorePool } from '../shared/store/tenancy.ts';
import { createVault } from '../shared/store/tenants/vault.ts';
import { temporalRuns } from '../shared/temporal/runs.ts';
import { plans } from '../workflows/plans/index.ts';
import { createGrantSpill } from './grant-spill.ts';

export interface WorkerGround {
  readonly settings: z.infer<typeof workerEnvironment>;
  /** By the name of their setting. */
  readonly partnerOrigins: Readonly<Record<string, string>>;
  readonly supportOf: (partner: PartnerName) => SupportContact;
  readonly timings: Timings;
  readonly pool: StorePool;
  readonly upkeepPool: StorePool;
  readonly roots: RootKeys;
  readonly client: Client;
  readonly log: Log;
}

/** The real dependencies of the activities, which a test replaces. */
export function activityDependencies({
  settings,
  partnerOrigins,
  supportOf,
  timings,
  pool,
  upkeepPool,
  roots,
  client,
  log,
}: WorkerGround): ActivityDependencies {
  const oauth = createOAuth({ loginOrigin: settings.PROCORE_LOGIN_URL, deadlineMs: timings.httpDeadlineMs });
  const vault = createVault(roots, settings.SEALING_PRIVATE_KEY);
  const procore = {
    apiOrigin: settings.PROCORE_API_URL,
    oauth,
    serviceTokens: createServiceTokens(oauth),
    budget: createRateBudget(pool),
    ourApp: {
      clientId: settings.PROCORE_CLIENT_ID,
      clientSecret: secretOf(settings.PROCORE_CLIENT_SECRET),
      redirectUrl: settings.OAUTH_REDIRECT_URL,
    },
    files: procoreFiles(settings.GROUNDWORK_MODE, settings, timings),
  };
  return {
    pool,
    upkeepPool,
    vault,
    procore,
    grants: grantTokensOf({ pool, vault, procore, timings, log, spill: createGrantSpill(settings.GRANT_SPILL_DIRECTORY, log) }),
    mail: {
      mailer: createMailer({
        url: settings.SMTP_URL,
        from: settings.MAIL_FROM,
        tlsRequired: settings.GROUNDWORK_MODE === 'production',
        deadlineMs: timings.httpDeadlineMs,
      }),
      links: invitationLinks(
        settings.CODEC_KEY,
        settings.CODEC_FORMER_KEYS.map(({ key }) => key),
      ),
      pagesUrl: settings.PAGES_URL,
      supportOf,
      restoreEpoch: settings.RESTORE_EPOCH,
    },
    partnerOrigins,
    partners: createPartners(),
    plans,
    timings,
    memory: createMemory(),
    runs: temporalRuns(client),
    surroundings: temporalSurroundings,
    log,
    nowMs: Date.now,
  };
}
