import type { Db } from '../tenancy.ts';

export type ActorKind = 'api-key' | 'person' | 'support' | 'system';

export interface Actor {
  readonly tenantId: string;
  readonly actorId: string;
  readonly kind: ActorKind;
  /** Stored only here, so that it can be erased. */
  readonly displayName: string | null;
}

/** Stores who an actor id is; a later name replaces the earlier one. */
export async function nameActor(db: Db, actor: Actor): Promise<void> {
  await db
    .insertInto('actor')
    .values({ tenant_id: actor.tenantId, actor_id: actor.actorId, kind: actor.kind, display_name: actor.displayName })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'actor_id']).doUpdateSet({ display_name: actor.displayName }))
    .execute();
}
