import { randomUUID } from 'node:crypto';
import { createSyncActivities } from '../../../activities/sync/index.ts';
import { peopleClients } from '../../../activities/sync/people.ts';
import { issueToken } from '../../../sandbox/login/tokens.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import type { ItemsGround, Name } from './items-ground.ts';

/**
 * As whom Procore is read, for owners and those who read in their place. Stands: an items' ground whose calls go by its people's grants,
 * chosen as the product does. Does not: the grants' refresh and their pairs: a row says whose it is, and that person is signed in.
 */
export interface ReadersGround extends ItemsGround {
  /** The live grant of somebody of the cast. */
  authorize(name: Name): Promise<string>;
  grantIs(grantId: string, state: 'live' | 'lapsed' | 'revoked'): Promise<void>;
  /** What care last saw of the owner's access. */
  careSaw(outcome: object, evidence?: object): Promise<void>;
  read(stream: string): Promise<StreamReport>;
  /** Procore ids of those who read since the last asking, each once. */
  readers(): readonly string[];
  /** What the project's state says of its reader. */
  says(): Promise<readonly { readonly reason: string; readonly owner: string; readonly seen: string; readonly needed: string }[]>;
}

export function readersGround(ground: ItemsGround): ReadersGround {
  const { world, store, tenantId, connectionId, ids, dependencies } = ground;
  const { timings } = dependencies;
  const ours = world.apps.find(({ kind }) => kind === 'ours');
  if (!ours) throw new Error('the seed has no app of ours');
  const personOf = new Map<string, string>();
  const source = async (grantId: string) => {
    const { rows } = await store.admin.query('SELECT procore_user_id FROM person_grant WHERE grant_id = $1', [grantId]);
    const personId: string = rows[0].procore_user_id;
    const known = personOf.get(personId) ?? issueToken(world, { app: ours, personId, grant: 'authorization_code' }).accessToken;
    personOf.set(personId, known);
    return personToken(secretOf(known), Number.MAX_SAFE_INTEGER);
  };
  const openClients: typeof dependencies.openClients = async (wish) => {
    const base = await dependencies.openClients(wish);
    const people = await peopleClients(
      {
        pool: store.pool,
        timings,
        grants: {
          sourceFor: (_, grantId) => {
            const token = source(grantId);
            return { principal: 'person', bearer: async (signal) => (await token).bearer(signal), rejected: () => undefined };
          },
        },
        procore: { apiOrigin: ground.sandbox.urls.api, budget: ground.budget, ourApp: { clientId: ours.clientId } },
      },
      wish,
    );
    return { ...base, ...people, ...(base.responders && { responders: base.responders }) };
  };
  const activities = createSyncActivities({ ...dependencies, openClients });
  let asked = world.ledger.last;
  return {
    ...ground,
    async authorize(name) {
      const grantId = randomUUID();
      await store.admin.query(
        `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, procore_name, state, sealed_pair, access_issued_at, access_expires_at)
         VALUES ($1, $2, $3, $4, 'live', '\\x00', now(), now() + interval '1 hour')`,
        [tenantId, grantId, ids[name], name],
      );
      return grantId;
    },
    async grantIs(grantId, state) {
      await store.admin.query(
        `UPDATE person_grant SET state = $2, sealed_pair = CASE WHEN $2 = 'revoked' THEN NULL ELSE '\\x00'::bytea END,
           revoked_at = CASE WHEN $2 = 'revoked' THEN now() END WHERE grant_id = $1`,
        [grantId, state],
      );
    },
    async careSaw(outcome, evidence) {
      await store.admin.query(
        `INSERT INTO step (tenant_id, connection_id, step_id, position, title, owner, state, outcome, evidence)
         VALUES ($1, $2, 'verifyTools', 0, '', 'contractor', 'stuck', $3, $4)
         ON CONFLICT (tenant_id, connection_id, step_id) DO UPDATE SET outcome = excluded.outcome, evidence = excluded.evidence`,
        [tenantId, connectionId, JSON.stringify(outcome), evidence === undefined ? null : JSON.stringify(evidence)],
      );
    },
    async read(stream) {
      const { projectLinkId, generation } = ground.link;
      const report = await activities.runStream({ tenantId, projectLinkId, generation, stream });
      if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
      return report;
    },
    readers() {
      const entries = world.ledger.after(asked, { side: 'procore' }, 100_000);
      asked = world.ledger.last;
      return [...new Set(entries.flatMap(({ userId }) => userId ?? []))];
    },
    async says() {
      const { rows } = await store.admin.query(
        `SELECT reason, owner, seen, needed FROM attention_item
         WHERE connection_id = $1 AND project_link_id IS NULL AND subject = 'reader:' || $1::text AND resolved_at IS NULL`,
        [connectionId],
      );
      return rows;
    },
  };
}
